"""Pictures and documents out of a form. Pages of other rooms include `evidence/_upload.html` and call keep_pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext

from answerable.access.rules import Actor
from answerable.kernel.labels import ChoiceUnknown
from answerable.kernel.problem import Problem, gettext_noop
from answerable.places.models import Area
from answerable.web import reading
from answerable.web.pages import sentence

from . import services
from .models import Item
from .problems import PictureMissing, PictureTooHeavy, TooManyPictures

#: Files that one form takes.
MOST_PICTURES = 12
SORT_WORDS = {
    "contract": gettext_noop("Contract"),
    "invoice": gettext_noop("Invoice"),
    "receipt": gettext_noop("Receipt for money"),
    "minutes": gettext_noop("Minutes"),
    "list": gettext_noop("List of those who were paid"),
    "plan": gettext_noop("Plan or drawing"),
    "certificate": gettext_noop("Certificate"),
    "statement": gettext_noop("Statement of a bank"),
    "other": gettext_noop("Another document"),
}
REASON_WORDS = {
    "recognisable": gettext_noop("Somebody can be recognised"),
    "wrong": gettext_noop("It shows something else"),
    "asked": gettext_noop("Somebody asked for it"),
}


def refusal(problem: Problem) -> str:
    """The problem's sentence, its codes put into words."""
    table = {"sort": SORT_WORDS, "reason": REASON_WORDS}.get(problem.field, {})
    if isinstance(problem, ChoiceUnknown) and table:
        codes = str(problem.values.get("allowed", "")).split(", ")
        problem.values["allowed"] = ", ".join(gettext(table[c]) if c in table else c for c in codes)
    return sentence(problem)


@dataclass
class Kept:
    """What came of a form: the items, and the files that could not be taken, each with its reason."""

    items: list[Item] = field(default_factory=list)
    refused: list[tuple[str, Problem]] = field(default_factory=list)


def has_pictures(request: HttpRequest) -> bool:
    """True when at least one file came in the field of the part."""
    return bool(request.FILES.getlist("pictures"))


def keep_pictures(request: HttpRequest, *, actor: Actor, area: Area) -> Kept:
    """Keep the pictures of a form that holds the upload part; each stands for itself, so one bad file stops no other.

    Sending the form again keeps nothing twice. Raises PictureMissing, TooManyPictures, DayUnreadable, Denied, DayAhead.
    """
    files = request.FILES.getlist("pictures")
    if not files:
        raise PictureMissing(field="pictures")
    if len(files) > MOST_PICTURES:
        raise TooManyPictures(field="pictures", limit=MOST_PICTURES, count=len(files))
    nobody = reading.ticked(request.POST.getlist("nobody_in_it"))
    taken_on = day_of(request, "taken_on")
    kept = Kept()
    for file in files:
        _take(kept, file, lambda data: services.keep_picture(
            actor=actor, area=area, data=data, nobody_in_it=nobody, taken_on=taken_on
        ))  # fmt: skip
    return kept


def _take(kept: Kept, file: UploadedFile[Any], keep: Callable[[bytes], Item]) -> None:
    name = reading.shown(file.name or "")[:80]
    try:
        if (file.size or 0) > settings.PICTURE_MB * 1_000_000:
            raise PictureTooHeavy(field="pictures", limit=settings.PICTURE_MB)
        item = keep(file.read())
    except Problem as problem:
        if problem.status == 403 or problem.field == "taken_on":
            raise
        kept.refused.append((name, problem))
    else:
        if item not in kept.items:
            kept.items.append(item)


def keep_document(request: HttpRequest, *, actor: Actor, area: Area) -> Item:
    """Note the document of a form: the file itself, which is read and forgotten, or its digest as stated."""
    file = request.FILES.get("document")
    return services.keep_document(
        actor=actor,
        area=area,
        sort=request.POST.get("sort", ""),
        data=file.chunks() if file is not None else None,
        digest=request.POST.get("digest", "")[:200],
        taken_on=day_of(request, "taken_on"),
    )


def day_of(request: HttpRequest, name: str) -> date | None:
    """The day in a field, or None where it was left empty. Raises DayUnreadable."""
    text = request.POST.get(name, "")
    return reading.day_in(text, name) if text.strip() else None
