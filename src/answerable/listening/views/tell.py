"""Residents tell: choose the village, fill one form, keep the code. No account, no script."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from answerable.access.problems import NotThere
from answerable.access.rules import PUBLIC
from answerable.kernel import clock
from answerable.kernel.problem import Problem
from answerable.kernel.text import TextUnreadable, clean_text
from answerable.listening import words
from answerable.listening.models import KINDS
from answerable.listening.problems import FormStale, KindUnknown, NotAVillage, SubjectUnknown
from answerable.listening.receipts import receipt_of
from answerable.listening.selectors import received_event
from answerable.listening.services.core import TEXT_LIMIT
from answerable.listening.services.intake import (
    FormToken,
    Heard,
    new_form_token,
    open_form_token,
    receive_feedback,
)
from answerable.places.models import Area
from answerable.programme.models import Subject
from answerable.programme.selectors import subjects_offered
from answerable.safeguards import codes
from answerable.web.pages import sentence
from answerable.web.reading import ticked

#: The field that an error of the form belongs to, in the order of the page.
FIELDS = ("token", "kind", "subject", "text", "sensitive")


@dataclass
class Told:
    """The form's values as sent, what they mean, and what is wrong with them."""

    kind: str = "need"
    subject: str = ""
    finer: str = ""
    text: str = ""
    sensitive: bool = False
    token: FormToken | None = None
    about: Subject | None = None
    problems: dict[str, Problem] = field(default_factory=dict)

    def refuse(self, problem: Problem, where: str = "") -> None:
        """Keep the first problem of each field."""
        name = where or problem.field
        self.problems.setdefault(name if name in FIELDS else "text", problem)

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Field and sentence, in the order of the page."""
        return [(name, sentence(self.problems[name])) for name in FIELDS if name in self.problems]

    @property
    def status(self) -> int:
        """413 when only the text is too long, else 422."""
        return 413 if {p.status for p in self.problems.values()} == {413} else 422


@require_safe
def tell_where(request: HttpRequest, lang: str) -> HttpResponse:
    """Choose the village first."""
    from .public import places_to_choose

    sought = request.GET.get("q", "")[:100].replace("\0", "")
    return render(request, "listening/public/tell_where.html", {"sought": sought, **places_to_choose(sought)})


@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest, lang: str, area_id: int) -> HttpResponse:
    """The form of one village, and the receipt that answers it."""
    area = Area.objects.select_related("level").filter(pk=area_id).first()
    if area is None:
        raise NotThere
    if request.method != "POST":
        if not area.level.is_village or (area.valid_to is not None and area.valid_to < clock.today()):
            return HttpResponseRedirect(f"/{lang}/area/{area.pk}/")
        return _form(request, area, Told(), subjects_offered())
    if not area.level.is_village:
        raise NotAVillage(area=area.name)
    subjects = subjects_offered()
    told = _read(request, subjects)
    if not told.problems and told.about is not None:
        try:
            heard = receive_feedback(
                actor=PUBLIC,
                area=area,
                kind=told.kind,
                subject=told.about,
                text=told.text,
                language=lang,
                channel="web",
                token=told.token,
                sensitive=told.sensitive,
            )
        except Problem as problem:
            told.refuse(problem)
        else:
            return _receipt(request, area, heard)
    return _form(request, area, told, subjects)


def _read(request: HttpRequest, subjects: list[Subject]) -> Told:
    sent = request.POST
    told = Told(
        kind=sent.get("kind", ""),
        subject=sent.get("subject", ""),
        finer=sent.get("finer", ""),
        text=sent.get("text", ""),
        sensitive=ticked(sent.getlist("sensitive")),
    )
    try:
        told.token = open_form_token(sent.get("token", ""))
    except FormStale as stale:
        told.refuse(stale, "token")
    if told.kind not in KINDS:
        told.refuse(KindUnknown(), "kind")
    told.about = chosen_subject(subjects, told.subject, told.finer)
    if told.about is None:
        told.refuse(SubjectUnknown(), "subject")
    try:
        if not is_utf8(request):
            told.text = ""
            raise TextUnreadable(field="text")
        clean_text(told.text, limit=TEXT_LIMIT)
    except Problem as problem:
        told.refuse(problem, "text")
    return told


def is_utf8(request: HttpRequest) -> bool:
    """False for a form in another encoding, whose letters the framework would take for Latin ones."""
    if request.content_type != "application/x-www-form-urlencoded":
        return True
    try:
        request.body.decode()
    except UnicodeDecodeError:
        return False
    return True


def chosen_subject(subjects: list[Subject], key: str, finer: str) -> Subject | None:
    """The finer subject when one was chosen and fits the tile, else the tile's; None when neither fits."""
    tops = {subject.key: subject for subject in subjects}
    if finer:
        for top in subjects:
            for child in top.children.all():
                if child.key == finer and key in ("", top.key):
                    return child
        return None
    return tops.get(key)


def _form(request: HttpRequest, area: Area, told: Told, subjects: list[Subject]) -> HttpResponse:
    told.text = "".join(
        c for c in told.text[:20_000] if c in "\n\t\r" or unicodedata.category(c) not in {"Cc", "Cs"}
    )
    context: dict[str, Any] = {
        "area": area,
        "told": told,
        "errors": told.errors,
        "wrong": dict(told.errors),
        "token": new_form_token(),
        "kinds": [(kind, words.say(words.KINDS, kind)) for kind in KINDS],
        "subjects": subjects,
        "limit": TEXT_LIMIT,
    }
    page = render(
        request, "listening/public/tell.html", context, status=told.status if told.problems else 200
    )
    # The page holds the code that its sender will get.
    page.headers["Cache-Control"] = "no-store"
    return page


def _receipt(request: HttpRequest, area: Area, heard: Heard) -> HttpResponse:
    # No links to other languages here: they would lead away from a code that can't be shown again.
    context = {
        "area": area,
        "code": codes.shown(heard.code or ""),
        "case": heard.case,
        "languages": "",
        "receipt": receipt_of(heard.event or received_event(heard.feedback)),
    }
    return render(request, "listening/public/receipt.html", context)
