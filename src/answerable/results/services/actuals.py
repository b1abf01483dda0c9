"""Values that were reached: entered or computed, submitted, approved by somebody else. Approved, they stay."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from answerable.access.gate import Act, acting
from answerable.access.models import Holding
from answerable.access.problems import Denied
from answerable.access.rules import Actor, Right
from answerable.evidence.selectors import item_for
from answerable.kernel import clock
from answerable.kernel.text import clean_text
from answerable.places.models import Area
from answerable.programme.selectors import is_on
from answerable.register.erasable import committed
from answerable.results.computing import Asked, compute, sampled
from answerable.results.models import Actual, ActualEvidence, ActualNote, Indicator, Period
from answerable.results.problems import (
    ActualState,
    CheckerIsMaker,
    CorrectionUnexplained,
    EvidenceUnfit,
    NotComputed,
    OnlyComputed,
    ResultsNotRead,
    WordsMissing,
)
from answerable.results.rules import (
    CORRECTIONS,
    NO_DATA,
    RETURNS,
    Measure,
    Reading,
    check_reading,
    check_sample,
)
from answerable.results.rules.measures import SMALL_NUMBERS
from answerable.results.selectors import actual_for

from .core import check_inside, choice, columns_of, open_period

NOTE_LIMIT = 600
#: From which states each act may be done.
_MAY = {
    "change": ("draft", "returned"),
    "submit": ("draft", "returned"),
    "approve": ("submitted",),
    "send-back": ("submitted",),
}


def enter_actual(
    *,
    actor: Actor,
    indicator: Indicator,
    period: Period,
    area: Area,
    reading: Reading,
    margin: int | None = None,
    sample: int | None = None,
    correction: str = "",
) -> Actual:
    """Enter a value, or the coded reason why there is none. After an approved one it is a correction, with its reason.

    Raises Denied, PlaceOutside, PeriodLocked, OnlyComputed, ActualState, CorrectionUnexplained, and what check_reading and
    check_sample do.
    """
    if indicator.computed_by and not reading.no_data:
        raise OnlyComputed(field="value", computation=indicator.computed_by)
    check_sample(reading, Measure(indicator.measure), margin=margin, sample=sample)
    return _write(actor, indicator, period, area, reading, "entered", margin, sample, correction)


def compute_actual(
    *, actor: Actor, indicator: Indicator, period: Period, area: Area, correction: str = ""
) -> Actual:
    """Compute a value from the records. Raises NotComputed, and what enter_actual does."""
    if not indicator.computed_by:
        raise NotComputed(field="value")
    check_inside(indicator.framework, area)
    asked = Asked(area, period.starts_on, period.ends_on, indicator.currency)
    reading, sure = compute(indicator.computed_by, asked), sampled(indicator.computed_by, asked)
    margin, answers = (sure.margin, sure.answers) if sure is not None else (None, None)
    return _write(actor, indicator, period, area, reading, "computed", margin, answers, correction)


def _write(
    actor: Actor,
    indicator: Indicator,
    period: Period,
    area: Area,
    reading: Reading,
    source: str,
    margin: int | None,
    sample: int | None,
    correction: str,
) -> Actual:
    check_inside(indicator.framework, area)
    check_reading(
        reading,
        Measure(indicator.measure),
        reasons=NO_DATA,
        decimals=indicator.decimals,
        steps=indicator.steps,
        parts=True,
        counted=indicator.counts in SMALL_NUMBERS,
    )
    with acting(actor, Right.RECORD_RESULTS, area) as act:
        open_period(period)
        last = Actual.objects.select_for_update().filter(indicator=indicator, period=period, area=area)
        there = last.order_by("-n").first()
        values = {
            **columns_of(reading),
            "source": source,
            "margin_e4": margin,
            "sample": sample if margin is not None else None,
        }
        if there is not None and all(getattr(there, name) == value for name, value in values.items()):
            act.idle = True
            return there
        if there is not None and there.state == "submitted":
            raise ActualState(state=there.state)
        if there is not None and there.state == "approved" and not correction:
            raise CorrectionUnexplained(field="correction", allowed=", ".join(CORRECTIONS))
        values |= {
            "state": "draft", "returned_for": "", "maker_post_id": act.post_id, "made_on": clock.today(),
        }  # fmt: skip
        if there is None or there.state == "approved":
            row = Actual(
                indicator=indicator,
                period=period,
                area=area,
                n=there.n + 1 if there is not None else 1,
                correction=choice(correction, CORRECTIONS, "correction") if there is not None else "",
                **values,
            )
            row.save(force_insert=True)
        else:
            row = there
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
        act.record(
            "results.actual-entered",
            actual=row.pk,
            indicator=indicator.pk,
            period=period.pk,
            n=row.n,
            source=source,
            reason=reading.no_data,
        )
    return row


@contextmanager
def _on_actual(actor: Actor, pk: int, right: Right, way: str) -> Iterator[tuple[Act, Actual]]:
    """An act on one value, in a period that is open. Raises NotThere, Denied, PeriodLocked, ActualState."""
    seen = actual_for(actor, pk)
    with acting(actor, right, seen.area) as act:
        open_period(seen.period)
        row = Actual.objects.select_for_update().get(pk=pk)
        if row.state not in _MAY[way]:
            raise ActualState(state=row.state)
        row.area, row.period, row.indicator = seen.area, seen.period, seen.indicator
        yield act, row


def write_note(*, actor: Actor, actual: int, text: str, language: str, read: bool) -> ActualNote:
    """Say how a value is known. Raises ResultsNotRead, TextMissing, TextTooLong, and what an act on a draft does."""
    words = clean_text(text, limit=NOTE_LIMIT)
    if not read:
        raise ResultsNotRead(field="read")
    with _on_actual(actor, actual, Right.RECORD_RESULTS, "change") as (act, row):
        row_note = ActualNote.objects.create(
            actual=row, on=clock.today(), language=language, **committed(words)
        )
        act.record("results.note-written", actual=row.pk, note=row_note.pk)
    return row_note


def erase_note(*, actor: Actor, actual: int, note: int) -> None:
    """Erase words that point at a person, whatever the state of the value and of its period."""
    seen = actual_for(actor, actual)
    with acting(actor, Right.RECORD_RESULTS, seen.area) as act:
        row = ActualNote.objects.filter(pk=note, actual=seen, erased_on__isnull=True).first()
        if row is None:
            act.idle = True
            return
        row.erase(clock.today())
        act.record("results.note-erased", actual=seen.pk, note=row.pk)


def attach_evidence(*, actor: Actor, actual: int, item: int) -> ActualEvidence:
    """Attach a kept picture or document. Raises EvidenceUnfit."""
    found = item_for(actor, item)
    if found is None:
        raise EvidenceUnfit(field="item")
    with _on_actual(actor, actual, Right.RECORD_RESULTS, "change") as (act, row):
        link, new = ActualEvidence.objects.get_or_create(actual=row, item=found)
        if new:
            act.record("results.evidence-attached", actual=row.pk, item=found.pk)
        else:
            act.idle = True
    return link


def submit(*, actor: Actor, actual: int) -> Actual:
    """Ask for approval. What was entered says how it is known: by a note or by evidence. Raises WordsMissing."""
    with _on_actual(actor, actual, Right.RECORD_RESULTS, "submit") as (act, row):
        needs_words = row.source == "entered" and not row.no_data
        if needs_words and not (row.notes.exists() or row.evidence.exists()):
            raise WordsMissing(field="text")
        row.state, row.returned_for = "submitted", ""
        row.save(update_fields=["state", "returned_for"])
        act.record("results.actual-submitted", actual=row.pk)
    return row


def send_back(*, actor: Actor, actual: int, reason: str) -> Actual:
    """Send a submitted value back, with a coded reason. Raises ChoiceUnknown, CheckerIsMaker."""
    choice(reason, RETURNS, "reason")
    with _on_actual(actor, actual, Right.CHECK_RESULTS, "send-back") as (act, row):
        _check_another(actor, act, row)
        row.state, row.returned_for = "returned", reason
        row.save(update_fields=["state", "returned_for"])
        act.record("results.actual-returned", actual=row.pk, reason=reason)
    return row


def approve(*, actor: Actor, actual: int) -> Actual:
    """Approve a submitted value: it never changes any more. Raises CheckerIsMaker."""
    with _on_actual(actor, actual, Right.CHECK_RESULTS, "approve") as (act, row):
        row.checker_post_id = _check_another(actor, act, row)
        row.state, row.checked_on = "approved", clock.today()
        row.save(update_fields=["state", "checked_on", "checker_post"])
        act.record("results.actual-approved", actual=row.pk, maker=row.maker_post_id)
    return row


def drop_draft(*, actor: Actor, actual: int) -> None:
    """Take a draft away that nobody approved."""
    with _on_actual(actor, actual, Right.RECORD_RESULTS, "change") as (act, row):
        ActualNote.objects.filter(actual=row).delete()
        ActualEvidence.objects.filter(actual=row).delete()
        act.record("results.draft-dropped", actual=row.pk, n=row.n)
        row.delete()


def _check_another(actor: Actor, act: Act, row: Actual) -> int:
    """The post in which the actor checks: another than the maker's, filled by another person. Raises CheckerIsMaker."""
    if actor.kind != "staff":
        # The machinery is nobody: it can't vouch for anything.
        raise Denied
    makers = Holding.objects.filter(is_on(row.made_on, "starts_on", "ends_on"), post=row.maker_post)
    if row.maker_post_id is not None and actor.staff_id in set(makers.values_list("staff_id", flat=True)):
        raise CheckerIsMaker
    if act.post_id is not None and act.post_id != row.maker_post_id:
        return act.post_id
    for held in actor.holdings_with(Right.CHECK_RESULTS):
        if held.post_id != row.maker_post_id and (
            held.area is None or (row.area.path and held.area.covers(row.area.path))
        ):
            return held.post_id
    raise CheckerIsMaker
