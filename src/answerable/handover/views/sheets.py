"""A dossier to take along: one HTML file, a PDF, and a signed file."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.http import require_safe

from answerable.access.decorators import actor_of, signed_in
from answerable.handover.files import signed_file
from answerable.handover.selectors import Dossier, dossier_of, posting_for
from answerable.handover.telling import context_of
from answerable.kernel import clock
from answerable.register.receipts import intake_key
from answerable.web.fonts import find_fonts


@require_safe
@signed_in
def sheet(request: HttpRequest, posting_id: int) -> HttpResponse:
    """Everything in one HTML file, which needs nothing else to be read."""
    found = _asked(request, posting_id)
    text = render_to_string("handover/desk/sheet.html", context_of(found), request)
    return _download(text.encode(), found, "html", "text/html; charset=utf-8")


@require_safe
@signed_in
def paper(request: HttpRequest, posting_id: int) -> HttpResponse:
    """The same as PDF. Raises FontMissing."""
    from answerable.handover.paper import draw  # a second of reading, which no other page needs

    found = _asked(request, posting_id)
    asked = request.GET.get("language", "")
    language = asked if asked in dict(settings.LANGUAGES) else translation.get_language()
    fonts = find_fonts()
    with translation.override(language):
        data = draw(found, fonts)
    return _download(data, found, "pdf", "application/pdf")


@require_safe
@signed_in
def signed(request: HttpRequest, posting_id: int) -> HttpResponse:
    """The same as signed JSON, for `answerable handover verify`."""
    found = _asked(request, posting_id)
    return _download(signed_file(found, intake_key()), found, "json", "application/json")


def _asked(request: HttpRequest, posting_id: int) -> Dossier:
    return dossier_of(posting_for(actor_of(request), posting_id), clock.today())


def _download(data: bytes, found: Dossier, ending: str, kind: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    name = f"dossier-{found.posting.pk}-{found.today.isoformat()}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
