"""Funds: opened with their rules, their rules changed from a day on, closed when nothing is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from answerable.access.gate import Act, acting
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.labels import check_days, clean_key, clean_names
from answerable.kernel.money import Amount, known_currency
from answerable.money.models import (
    Account,
    Book,
    Entry,
    Fund,
    FundArea,
    FundSector,
    FundSubject,
    FundSum,
    FundTerm,
    FundTermRule,
    Posting,
)
from answerable.money.problems import FundClosed, FundDayPast, FundNotEmpty, FundOnItsWay, KeyTaken
from answerable.money.rules.stages import Role
from answerable.places.models import Area
from answerable.programme.models import Sponsor, Subject
from answerable.projects.rules.sectors import check_code


def open_fund(
    *,
    actor: Actor,
    key: str,
    names: Mapping[str, str],
    book: Book,
    currency: str,
    starts_on: date,
    ends_on: date | None = None,
    sponsor: Sponsor | None = None,
    subjects: Sequence[Subject] = (),
    sectors: Sequence[tuple[str, str]] = (),
    areas: Sequence[Area] = (),
) -> Fund:
    """Open a fund: its source, and what for, where and until when it may be spent.

    `sectors` are pairs of vocabulary and code. Raises Denied, KeyTaken, what kernel.labels, kernel.money and
    projects.rules.sectors raise.
    """
    key, named, currency = clean_key(key), clean_names(names), known_currency(currency)
    check_days(starts_on, ends_on)
    _check_sectors(sectors)
    with acting(actor, Right.RULE_FUNDS, book.area) as act:
        if Fund.objects.filter(key=key).exists():
            raise KeyTaken(field="key", key=key)
        fund = Fund.objects.create(
            key=key,
            names=named,
            sponsor=sponsor,
            book=book,
            currency=currency,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        _write_rules(fund, subjects, sectors, areas)
        act.record(
            "money.fund-opened",
            fund=fund.pk,
            book=book.pk,
            currency=currency,
            first=starts_on,
            last=ends_on,
            subjects=[subject.pk for subject in subjects],
            sectors=[f"{vocabulary}:{code}" for vocabulary, code in sectors],
            areas=[area.pk for area in areas],
        )
    return fund


def _check_sectors(sectors: Sequence[tuple[str, str]]) -> None:
    own = set(Subject.objects.values_list("key", flat=True)) if sectors else set()
    for vocabulary, code in sectors:
        check_code(vocabulary, code, own)


def _write_rules(
    fund: Fund, subjects: Sequence[Subject], sectors: Sequence[tuple[str, str]], areas: Sequence[Area]
) -> None:
    FundSubject.objects.bulk_create(
        FundSubject(fund=fund, subject_id=pk) for pk in dict.fromkeys(subject.pk for subject in subjects)
    )
    FundSector.objects.bulk_create(
        FundSector(fund=fund, vocabulary=vocabulary, code=code) for vocabulary, code in dict.fromkeys(sectors)
    )
    FundArea.objects.bulk_create(
        FundArea(fund=fund, area_id=pk) for pk in dict.fromkeys(area.pk for area in areas)
    )


def change_fund(
    *,
    actor: Actor,
    fund: Fund,
    ends_on: date | None,
    subjects: Sequence[Subject],
    sectors: Sequence[tuple[str, str]],
    areas: Sequence[Area],
) -> Fund:
    """Give a fund other rules from today on; the days before keep theirs, and what was entered stays.

    An entry of an earlier day that comes later is held to the rules of its day. Nothing happens where nothing
    differs. Raises Denied, FundClosed, FundDayPast, what kernel.labels and projects.rules.sectors raise.
    """
    _check_sectors(sectors)
    check_days(fund.starts_on, ends_on)
    today = clock.today()
    with acting(actor, Right.RULE_FUNDS, fund.book.area) as act:
        row = Fund.objects.select_for_update().get(pk=fund.pk)
        if row.closed_on is not None:
            raise FundClosed(field="fund", fund=row.key, day=row.closed_on.isoformat())
        old = (
            set(row.subjects.values_list("subject_id", flat=True)),
            set(row.sectors.values_list("vocabulary", "code")),
            set(row.areas.values_list("area_id", flat=True)),
        )
        new = {subject.pk for subject in subjects}, set(sectors), {area.pk for area in areas}
        changed = [
            name
            for name, before, after in zip(("subjects", "sectors", "areas"), old, new, strict=True)
            if before != after
        ]
        if ends_on != row.ends_on:
            if ends_on is not None and ends_on < today:
                raise FundDayPast(
                    field="ends_on", fund=row.key, today=today.isoformat(), day=ends_on.isoformat()
                )
            changed.append("last-day")
        if not changed:
            act.idle = True
            return row
        _keep_rules(act, row, *old)
        for rows in (row.subjects, row.sectors, row.areas):
            rows.all().delete()
        _write_rules(row, subjects, sectors, areas)
        row.ends_on = ends_on
        row.save(update_fields=["ends_on"])
        act.record(
            "money.fund-changed",
            fund=row.pk,
            rules=changed,
            first=today,
            last=ends_on,
            subjects=sorted(new[0]),
            sectors=sorted(f"{vocabulary}:{code}" for vocabulary, code in new[1]),
            areas=sorted(new[2]),
        )
    return row


def _keep_rules(
    act: Act, fund: Fund, subjects: set[int], sectors: set[tuple[str, str]], areas: set[int]
) -> None:
    """Keep what held through yesterday, unless an earlier change of today kept it, or the fund had no day yet."""
    through = clock.today() - timedelta(days=1)
    if through < fund.starts_on or FundTerm.objects.filter(fund=fund, through__gte=through).exists():
        return
    term = FundTerm.objects.create(
        fund=fund,
        through=through,
        ends_on=fund.ends_on,
        rules_count=len(subjects) + len(sectors) + len(areas),
        post_id=act.post_id,
    )
    FundTermRule.objects.bulk_create(
        [
            *(FundTermRule(term=term, subject_id=pk) for pk in sorted(subjects)),
            *(FundTermRule(term=term, vocabulary=name, code=code) for name, code in sorted(sectors)),
            *(FundTermRule(term=term, area_id=pk) for pk in sorted(areas)),
        ]
    )


def close_fund(*, actor: Actor, fund: Fund) -> Fund:
    """Take no further entries under a fund; nothing of it may be left in hand, under contract or on its way.

    Raises Denied, FundClosed, FundNotEmpty, FundOnItsWay.
    """
    with acting(actor, Right.RULE_FUNDS, fund.book.area) as act:
        row = Fund.objects.select_for_update().get(pk=fund.pk)
        if row.closed_on is not None:
            raise FundClosed(field="fund", fund=row.key, day=row.closed_on.isoformat())
        left: dict[tuple[int, str], int] = {}
        for sums in FundSum.objects.filter(fund_id=row.pk):
            spot = (sums.account_id, sums.currency)
            left[spot] = left.get(spot, 0) + sums.units
        accounts = Account.objects.select_related("book").in_bulk({account for account, _ in left})
        for (pk, currency), units in sorted(left.items()):
            account = accounts[pk]
            if units and account.role in {Role.CASH.value, Role.COMMITTED.value}:
                raise FundNotEmpty(
                    field="fund", fund=row.key, left=str(Amount(units, currency)), book=account.book.key
                )
        _check_arrived(row)
        row.closed_on = clock.today()
        row.save(update_fields=["closed_on"])
        act.record("money.fund-closed", fund=row.pk)
    return row


def _check_arrived(fund: Fund) -> None:
    """Raise FundOnItsWay when something of the fund was sent by one book and received by none."""
    arrived = Entry.objects.filter(to_book=None, reverses=None, reversed_by=None, counterpart__isnull=False)
    sent = (
        Posting.objects.filter(fund=fund, account__role=Role.CASH.value, entry__to_book__isnull=False)
        .filter(entry__counterpart=None, entry__reverses=None, entry__reversed_by=None)
        .exclude(entry__in=arrived.values("counterpart"))
        .select_related("entry__book", "entry__to_book")
        .order_by("entry_id")
        .first()
    )
    if sent is not None and sent.entry.to_book is not None:
        raise FundOnItsWay(
            field="fund",
            fund=fund.key,
            left=str(Amount(-sent.units, sent.currency)),
            book=sent.entry.book.key,
            to=sent.entry.to_book.key,
        )
