"""A dossier in words: the same parts for the page, the file that works offline, and the paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from answerable.access.models import Post
from answerable.programme.models import Posting
from answerable.safeguards.suppression import public_count
from answerable.web.figures import money, number
from answerable.web.said import name_text

from . import rules, words
from .lines import Line
from .models import Answer
from .rules import KINDS, Owner
from .selectors import Dossier, Entry, posts_named


@dataclass(frozen=True)
class Row:
    """A line as it is shown. `names` is the thing's own name, in its own language."""

    key: str
    label: str
    entry: Entry
    standing: str
    age: str
    amount: str
    answered: str
    owner: str
    address: str


@dataclass(frozen=True)
class Part:
    """The lines of one kind."""

    kind: str
    title: str
    rows: list[Row]
    waiting: int


def parts_of(dossier: Dossier) -> list[Part]:
    """All lines by kind, the oldest first; kinds without a line are left out. One query."""
    owner = _owners(dossier)
    found = []
    for kind in KINDS:
        rows = [_row(entry, dossier, owner) for entry in dossier.of(kind)]
        if rows:
            waiting = sum(1 for row in rows if not row.entry.claimed)
            found.append(Part(kind, words.said(words.KINDS, kind), rows, waiting))
    return found


def _row(entry: Entry, dossier: Dossier, owner: Callable[[Owner], str]) -> Row:
    line = entry.line
    days = line.age(dossier.today)
    age = ngettext("%(n)s day", "%(n)s days", days) % {"n": number(days)}
    amount = money(line.amount.units, line.amount.currency) if line.amount is not None else ""
    return Row(
        key=f"{line.kind}-{line.number}",
        label=words.one(line.kind, line.number),
        entry=entry,
        standing=words.standing(line),
        age=age,
        amount=str(amount),
        answered=_answered(entry.answer),
        owner=owner(entry.owner),
        address=address_of(line),
    )


def _answered(answer: Answer | None) -> str:
    if answer is None:
        return ""
    state = words.said(words.STATES, answer.state)
    return f"{state}: {words.said(words.REASONS, answer.reason)}" if answer.reason else state


def _owners(dossier: Dossier) -> Callable[[Owner], str]:
    postings = {posting.pk: posting for posting in [dossier.posting, *dossier.following]}
    posts: dict[int, Post] = {}
    wanted = {e.owner.post for e in dossier.entries if e.owner.post is not None}
    if wanted:
        posts = posts_named(wanted)

    def said(owner: Owner) -> str:
        if owner.post is not None and owner.post in posts:
            return name_text(posts[owner.post].names, posts[owner.post].key)
        if owner.posting in postings:
            return team_name(postings[owner.posting])
        return gettext("a later team") if owner.posting is not None else gettext("nobody")

    return said


def team_name(posting: Posting) -> str:
    """The name of a posting's team."""
    return name_text(posting.team.names, posting.team.key)


def address_of(line: Line) -> str:
    """The desk's page of the thing."""
    made: dict[str, Callable[[], str]] = {
        "case": lambda: reverse("desk:case", args=[line.number]),
        "promise": lambda: reverse("promises-desk:promise", args=[line.number]),
        "project": lambda: reverse("projects-desk:project", args=[line.at]),
        "contract": lambda: reverse("books:entry", args=[line.at]),
        "draft": lambda: reverse("books:proposal", args=[line.number]),
        "check": lambda: reverse("assets-desk:asset", args=[line.number]),
    }
    return made[line.kind]()


def sealed_said(count: int) -> str:
    """How many sealed matters there are, as anybody may know it: few of them would tell who is meant."""
    shown = public_count(count)
    return gettext("fewer than 10") if shown.value is None else number(shown.value)


def reasons_for(state: str) -> list[tuple[str, str]]:
    """The reasons of a contest or a return, to choose from."""
    keys = rules.CONTEST_REASONS if state == rules.CONTESTED else rules.RETURN_REASONS
    return [(key, words.said(words.REASONS, key)) for key in keys]


def context_of(dossier: Dossier) -> dict[str, Any]:
    """What page and offline file both show."""
    parts = parts_of(dossier)
    return {
        "dossier": dossier,
        "posting": dossier.posting,
        "team": team_name(dossier.posting),
        "sealed": sealed_said(dossier.sealed),
        "parts": parts,
        "lines": len(dossier.entries),
        "waiting": len(dossier.unclaimed),
    }
