"""What the set-up page sends: one act each, read and passed to the services."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from django.utils.translation import get_language

from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.kernel import clock
from answerable.money import services
from answerable.money.models import Book, Fund
from answerable.money.problems import ChoiceUnknown
from answerable.places.models import Area, AreaLevel
from answerable.programme.models import Sponsor, Subject
from answerable.web import reading

from .entering import amount_in

FIELDS = (
    "act",
    "key",
    "name",
    "book",
    "fund",
    "area",
    "areas",
    "kind",
    "currency",
    "sponsor",
    "sectors",
    "starts_on",
    "ends_on",
    "amount",
    "level",
    "opened_on",
)


def names_in(text: str) -> dict[str, str]:
    """A name in the language of the page."""
    return {get_language() or "en": text}


def _unknown(field: str, text: str) -> ChoiceUnknown:
    return ChoiceUnknown(field=field, given=reading.shown(text)[:40] or "-", allowed="-")


def area_in(text: str, field: str) -> Area:
    """An area by its number or one of its codes. Raises ChoiceUnknown."""
    text = text.strip()
    found = Area.objects.filter(codes__code=text[:80]).select_related("level").first() if text else None
    number = reading.number_in(text)
    if found is None and number is not None and number < reading.LARGEST:
        found = Area.objects.filter(pk=number).select_related("level").first()
    if found is None:
        raise _unknown(field, text)
    return found


def _book(actor: Actor, key: str) -> Book:
    book = Book.objects.filter(scope(actor, Right.RULE_FUNDS), key=key).select_related("area").first()
    if book is None:
        raise _unknown("book", key)
    return book


def open_fund(actor: Actor, typed: dict[str, str], subjects: list[str]) -> None:
    """Open a fund. Raises ChoiceUnknown, what services.open_fund raises."""
    sponsor = Sponsor.objects.filter(key=typed["sponsor"]).first() if typed["sponsor"] else None
    if typed["sponsor"] and sponsor is None:
        raise _unknown("sponsor", typed["sponsor"])
    services.open_fund(
        actor=actor,
        key=typed["key"],
        names=names_in(typed["name"]),
        book=_book(actor, typed["book"]),
        currency=typed["currency"],
        starts_on=reading.day_in(typed["starts_on"], "starts_on"),
        sponsor=sponsor,
        **_rules(typed, subjects),
    )


class _Rules(TypedDict):
    """What for, where, until when."""

    ends_on: date | None
    subjects: list[Subject]
    sectors: list[tuple[str, str]]
    areas: list[Area]


def _rules(typed: dict[str, str], subjects: list[str]) -> _Rules:
    chosen = list(Subject.objects.filter(key__in=subjects, sensitive=False))
    if len(chosen) != len(set(subjects)):
        raise _unknown("subjects", ", ".join(subjects))
    sectors = []
    for word in typed["sectors"].replace(",", " ").split()[:50]:
        vocabulary, _, code = word.rpartition(":")
        sectors.append((vocabulary or ("dac-3" if len(code) == 3 else "dac-5"), code))
    return {
        "ends_on": reading.day_in(typed["ends_on"], "ends_on") if typed["ends_on"].strip() else None,
        "subjects": chosen,
        "sectors": sectors,
        "areas": [area_in(word, "areas") for word in typed["areas"].replace(",", " ").split()[:50]],
    }


def rules_typed(fund: Fund) -> tuple[dict[str, str], list[str]]:
    """A fund's rules as the form would send them: the fields, and the keys of its subjects."""
    areas = []
    for row in fund.areas.select_related("area").order_by("area__path"):
        code = row.area.codes.order_by("pk").first()
        areas.append(code.code if code is not None and not set(code.code) & set(" ,") else str(row.area_id))
    typed = {
        "ends_on": fund.ends_on.isoformat() if fund.ends_on else "",
        "sectors": " ".join(f"{row.vocabulary}:{row.code}" for row in fund.sectors.order_by("pk")),
        "areas": " ".join(areas),
    }
    return typed, [row.subject.key for row in fund.subjects.select_related("subject")]


def change_fund(actor: Actor, typed: dict[str, str], subjects: list[str]) -> None:
    """Give a fund other rules from today on. Raises ChoiceUnknown, what services.change_fund raises."""
    services.change_fund(actor=actor, fund=_fund(typed["fund"]), **_rules(typed, subjects))


def _fund(key: str) -> Fund:
    fund = Fund.objects.filter(key=key).select_related("book__area").first()
    if fund is None:
        raise _unknown("fund", key)
    return fund


def close_fund(actor: Actor, typed: dict[str, str], subjects: list[str]) -> None:
    """Close a fund. Raises ChoiceUnknown, what services.close_fund raises."""
    services.close_fund(actor=actor, fund=_fund(typed["fund"]))


def open_book(actor: Actor, typed: dict[str, str], subjects: list[str]) -> None:
    """Open a book. Raises what services.open_book raises."""
    services.open_book(
        actor=actor,
        key=typed["key"],
        area=area_in(typed["area"], "area"),
        names=names_in(typed["name"]),
        opened_on=reading.day_in(typed["opened_on"], "opened_on"),
        kind=typed["kind"] or "office",
    )


def add_account(actor: Actor, typed: dict[str, str], subjects: list[str]) -> None:
    """Add a place where money lies. Raises what services.add_account raises."""
    services.add_account(
        actor=actor,
        book=_book(actor, typed["book"]),
        key=typed["key"],
        names=names_in(typed["name"]),
        currency=typed["currency"],
    )


def set_threshold(actor: Actor, typed: dict[str, str], subjects: list[str]) -> None:
    """Set a level's threshold from today on. Raises what services.set_threshold raises."""
    level = AreaLevel.objects.filter(key=typed["level"]).first()
    if level is None:
        raise _unknown("level", typed["level"])
    services.set_threshold(
        actor=actor,
        level=level,
        amount=amount_in(typed["amount"], typed["currency"]),
        valid_from=clock.today(),
    )
