"""A list is committed to; later, when a value is public that nobody could know, it is drawn from: once."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from answerable.access.gate import acting, post_for
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.merkle.draws import digest_of, list_text, sample_of, sample_text
from answerable.places.models import Area
from answerable.register.selectors import last_event
from answerable.verification.listing import facts_of, units_in
from answerable.verification.models import Draw, Drawn, Stratum, UnitList
from answerable.verification.problems import DrawnAlready, DrawState, ListChanged, ListEmpty, ListOpen
from answerable.verification.rules.drawing import (
    check_abandonable,
    check_drawable,
    check_kinds,
    check_period,
    lottery_in,
    number_in,
)
from answerable.verification.rules.strata import strata_of, wanted_of
from answerable.verification.selectors import deciding, draw_for, list_of, root_of, standing


@dataclass(frozen=True)
class Plan:
    """A list as it would be committed to: its text, and units and wanted by stratum."""

    kinds: list[str]
    text: str
    sizes: dict[str, int]
    wanted: dict[str, int]


def plan_for(*, actor: Actor, area: Area, kinds: Iterable[str], first: date, last: date, wanted: int) -> Plan:
    """What would be drawn from, as often as one likes; nothing is kept.

    Raises Denied, KindsUnfit, PeriodWrong, ListEmpty, SampleTooSmall, SampleTooLarge.
    """
    post_for(actor, Right.DRAW_CHECKS, area)
    chosen = check_kinds(kinds)
    check_period(first, last, clock.today())
    units = strata_of(units_in(area, chosen, first, last))
    if not units:
        raise ListEmpty(field="kinds")
    shares = wanted_of(units, wanted)
    return Plan(chosen, list_text(shares, units), dict(Counter(stratum for _, stratum in units)), shares)


def commit_draw(
    *,
    actor: Actor,
    area: Area,
    kinds: Iterable[str],
    first: date,
    last: date,
    wanted: int,
    lottery: str = "",
    lottery_on: date | None = None,
) -> Draw:
    """Fix a list and tell its digest in the register, before the value that decides is known.

    Raises what `plan_for` raises, LotteryUnclear, ListOpen.
    """
    today = clock.today()
    named = lottery_in(lottery, lottery_on, today)
    with acting(actor, Right.DRAW_CHECKS, area) as act:
        # One after the other: two lists of one area can't both be the first.
        Area.objects.select_for_update().get(pk=area.pk)
        plan = plan_for(actor=actor, area=area, kinds=kinds, first=first, last=last, wanted=wanted)
        if known := standing(area, plan.kinds, first, last):
            raise ListOpen(draw=known.pk)
        row = Draw.objects.create(
            area=area,
            kinds=plan.kinds,
            starts_on=first,
            ends_on=last,
            committed_on=today,
            after_event=last_event(),
            commitment=digest_of(plan.text),
            units=sum(plan.sizes.values()),
            lottery=named,
            lottery_on=lottery_on,
        )
        UnitList.objects.create(draw=row, packed=zlib.compress(plan.text.encode(), 6))
        Stratum.objects.bulk_create(
            Stratum(draw=row, key=key, units=plan.sizes[key], wanted=wanted)
            for key, wanted in plan.wanted.items()
        )
        act.record(
            "verification.committed",
            draw=row.pk,
            list=f"sha256:{row.commitment}",
            units=row.units,
            wanted=sum(plan.wanted.values()),
            lottery_on=lottery_on.isoformat() if lottery_on else "",
        )
    return row


def draw_units(*, actor: Actor, draw: int, number: str = "") -> Draw:
    """Draw, once the value that decides is public. Nothing about it can be chosen any more.

    Raises NotThere, Denied, DrawnAlready, DrawState, ValueNotYet, NumberMissing, ListChanged.
    """
    found = draw_for(actor, draw)
    with acting(actor, Right.DRAW_CHECKS, found.area) as act:
        row = _locked(found)
        today = clock.today()
        value = deciding(row)
        check_drawable(root=value.root if value else "", lottery_on=row.lottery_on, today=today)
        assert value is not None  # noqa: S101 - said by the rule
        digits = number_in(number, row.lottery)
        text = list_of(row)
        if digest_of(text) != row.commitment:
            raise ListChanged
        sample = sample_of(text, value.root, digits)
        Drawn.objects.bulk_create(_drawn(row, text, sample), batch_size=1_000)
        row.state, row.drawn_on, row.number = "drawn", today, digits
        row.size, row.root, row.sample_digest = value.size, value.root, digest_of(sample_text(sample))
        row.save(update_fields=["state", "drawn_on", "number", "size", "root", "sample_digest"])
        act.record(
            "verification.drawn",
            draw=row.pk,
            size=row.size,
            root=row.root,
            number=row.number,
            units=len(sample),
            sample=f"sha256:{row.sample_digest}",
        )
    return row


def abandon_draw(*, actor: Actor, draw: int, reason: str) -> Draw:
    """Give a list up before anybody can know what it would draw; it stays on the public page with its reason.

    Raises NotThere, Denied, DrawnAlready, DrawState, ReasonMissing, AlreadyPublic.
    """
    found = draw_for(actor, draw)
    with acting(actor, Right.DRAW_CHECKS, found.area) as act:
        row = _locked(found)
        today = clock.today()
        check_abandonable(
            reason, root=root_of(row), lottery=row.lottery, lottery_on=row.lottery_on, today=today
        )
        row.state, row.abandoned_on, row.reason = "abandoned", today, reason
        row.save(update_fields=["state", "abandoned_on", "reason"])
        act.record("verification.abandoned", draw=row.pk, reason=reason)
    return row


def _locked(found: Draw) -> Draw:
    row = Draw.objects.select_for_update().get(pk=found.pk)
    if row.state == "drawn":
        raise DrawnAlready(day=row.drawn_on.isoformat() if row.drawn_on else "")
    if row.state != "committed":
        raise DrawState(state=row.state)
    return row


def _drawn(draw: Draw, text: str, sample: Sequence[str]) -> list[Drawn]:
    chosen = set(sample)
    strata = {}
    for line in text.splitlines():
        what, name, stratum = line.split(",")
        if what == "unit" and name in chosen:
            strata[name] = stratum
    known = facts_of(sample)
    return [
        Drawn(
            draw=draw,
            key=key,
            stratum=strata[key],
            # What is gone since the commitment is looked for where the list was made.
            area=known[key].area if key in known else draw.area,
            sponsor_id=known[key].sponsor if key in known else None,
            subject_id=known[key].subject if key in known else None,
            first=known[key].visit if key in known else None,
        )
        for key in sample
    ]
