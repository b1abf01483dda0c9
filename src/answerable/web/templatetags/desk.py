"""The desk's navigation: what the reader's posts allow, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from answerable.access.decorators import actor_of
from answerable.access.rules import Right
from answerable.kernel.problem import gettext_noop

register = template.Library()

#: Address, words, and the rights of which one opens the page.
PAGES = (
    ("desk:inbox", gettext_noop("Inbox"), (Right.SEE_CASES, Right.SEE_SENSITIVE)),
    ("desk:hear", gettext_noop("Record what was said"), (Right.RECORD_FEEDBACK,)),
    ("desk:sessions", gettext_noop("Sessions"), (Right.RECORD_SESSION, Right.SEE_CASES)),
    ("desk:pads", gettext_noop("Slips"), (Right.ISSUE_PADS,)),
    ("assets-desk:due", gettext_noop("Assets"), (Right.SEE_PROGRAMME,)),
    ("promises-desk:list", gettext_noop("Promises"), (Right.SEE_PROGRAMME,)),
    ("projects-desk:list", gettext_noop("Projects"), (Right.SEE_PROGRAMME,)),
    ("results-desk:list", gettext_noop("Results"), (Right.SEE_PROGRAMME,)),
    ("handover-desk:list", gettext_noop("Hand-over"), (Right.SEE_CASES,)),
    ("surveys-desk:list", gettext_noop("Surveys"), (Right.SEE_PROGRAMME,)),
    ("verification-desk:list", gettext_noop("Checks"), (Right.SEE_PROGRAMME,)),
    ("books:list", gettext_noop("Books"), (Right.SEE_BOOKS, Right.RULE_FUNDS)),
    ("oversight:overview", gettext_noop("Overview"), (Right.SEE_FIGURES,)),
    ("desk:figures", gettext_noop("Figures"), (Right.SEE_FIGURES, Right.SEE_SENSITIVE)),
    ("desk:reassign", gettext_noop("Move work"), (Right.REASSIGN,)),
    ("treasury:money", gettext_noop("Money"), (Right.SEE_BOOKS,)),
    ("desk:programme", gettext_noop("Programme"), (Right.SEE_PROGRAMME,)),
)


@dataclass(frozen=True)
class Entry:
    """One link of the navigation; `here` on its own page and those below it."""

    address: str
    words: str
    here: bool


@register.simple_tag(takes_context=True)
def desk_pages(context: template.RequestContext) -> list[Entry]:
    """The pages that this reader may open; none for a visitor."""
    request: HttpRequest | None = getattr(context, "request", None)
    if request is None or actor_of(request).kind != "staff":
        return []
    actor = actor_of(request)
    path = request.path_info
    start = reverse("desk:inbox")
    entries = []
    for name, words, rights in PAGES:
        if not any(actor.has(right) for right in rights):
            continue
        address = reverse(name)
        cases = address == start and path.startswith(f"{start}case/")
        here = path == address or cases or (address != start and path.startswith(address))
        entries.append(Entry(address, gettext(words), here))
    return entries


@register.simple_tag(takes_context=True)
def desk_reader(context: template.RequestContext) -> str:
    """The name of the member of staff who reads; nothing for a visitor."""
    request: HttpRequest | None = getattr(context, "request", None)
    if request is None or actor_of(request).kind != "staff":
        return ""
    return str(getattr(request.user, "name", ""))
