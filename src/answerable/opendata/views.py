"""Open data for everybody: files that were written once and are read by many."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import quote_etag
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from answerable.kernel.problem import gettext_noop

from . import releases
from .problems import FormUnknown
from .sheets import PIECE
from .tables import SHEETS

TYPES = {
    releases.IATI: "text/xml; charset=utf-8",
    releases.PACKAGE: "application/json; charset=utf-8",
    **{f"{sheet.name}.csv": "text/csv; charset=utf-8" for sheet in SHEETS},
}


#: What each file holds, in a few words.
WORDS = {
    releases.IATI: gettext_noop(
        "Projects and money, as the aid transparency standard (IATI 2.03) writes them"
    ),
    "projects.csv": gettext_noop("Projects, for a spreadsheet"),
    "project-money.csv": gettext_noop("What was committed, paid and given for each project"),
    "postings.csv": gettext_noop("Every line of the books"),
    releases.PACKAGE: gettext_noop("What each column says, and how many rows each table has"),
}


@require_safe
def index(request: HttpRequest, lang: str) -> HttpResponse:
    """What there is to fetch, for people; programs go straight to the files."""
    return render(
        request, "opendata/index.html", {"files": [(name, gettext(words)) for name, words in WORDS.items()]}
    )


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponse | StreamingHttpResponse:
    """One file of the release that is served now. Raises FormUnknown, NotSetUp."""
    if name not in TYPES:
        raise FormUnknown(files=", ".join(TYPES))
    path, word = releases.current(name)
    tag = quote_etag(word)
    response: HttpResponse | StreamingHttpResponse
    if tag in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified()
    else:
        response = StreamingHttpResponse(_pieces(path), content_type=TYPES[name])
        response.headers["Content-Length"] = str(path.stat().st_size)
        response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "public, max-age=3600"
    # Data for anybody, also for pages of others.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _pieces(path: Path) -> Iterator[bytes]:
    """The file, opened only when somebody reads."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
