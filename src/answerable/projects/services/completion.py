"""From the office's claim to the residents' word; snags; the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast
from uuid import UUID

from django.conf import settings
from django.db.models import F, Max

from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.ids import day_key
from answerable.projects.models import CodesSaid, Project, ResidentsWord, Snag
from answerable.projects.problems import (
    ClaimRefused,
    CloseRefused,
    NothingClaimed,
    SnagOver,
    SnagTooEarly,
    VerdictAgainstCounts,
)
from answerable.projects.rules.confirming import (
    VERDICTS,
    Counts,
    Standing,
    check_verdict,
    standing,
    verdict_of,
)
from answerable.projects.rules.phases import Phase
from answerable.projects.rules.words import SNAG_KINDS

from .core import OpenProject, clean_texts, on_project, one_of, past_day, same_form
from .course import put_phase, put_word

#: Parts in these phases hold their whole back from being called done.
UNDER_WAY = (
    Phase.IDENTIFICATION.value,
    Phase.PREPARATION.value,
    Phase.IMPLEMENTATION.value,
    Phase.SUSPENDED.value,
)
#: More than this many people are in no meeting.
MOST_HEARD = 20_000


def claim_completion(
    *,
    actor: Actor,
    project: int,
    version: int | None,
    texts: Mapping[str, str],
    on: date | None = None,
) -> Project:
    """Say to the public that a project is done, and what was done. Residents have the last word.

    Raises NotThere, Denied, ProjectChanged, ClaimRefused, DayNotPast, and what clean_texts does.
    """
    cleaned = clean_texts(texts)
    with on_project(actor, Right.RUN_PROJECTS, project, version=version) as opened:
        row = opened.project
        parts_open = Project.objects.filter(parent=row, phase__in=UNDER_WAY).exists()
        snags_open = Snag.objects.filter(project=row, repaired_on__isnull=True).exists()
        if row.phase != Phase.IMPLEMENTATION or parts_open or snags_open:
            raise ClaimRefused
        ended = past_day(on)
        put_phase(opened, Phase.COMPLETION)
        row.claimed_on = clock.today()
        row.first_claimed_on = row.first_claimed_on or row.claimed_on
        row.claims += 1
        row.verdict = ""
        # A day of ending before the start was typed by mistake or the start was; the claim stands all the same.
        row.actual_end_on = max(ended, row.actual_start_on) if row.actual_start_on else ended
        put_word(opened, "done", cleaned)
        opened.step("claimed", number=row.claims, ended=row.actual_end_on)
    return row


def hear_residents(
    *,
    actor: Actor,
    project: int,
    way: str,
    verdict: str,
    said_done: int = 0,
    said_partly: int = 0,
    said_not: int = 0,
    key: UUID | None = None,
    version: int | None = None,
) -> ResidentsWord:
    """Record what residents said of a project in a meeting or on a visit: how many said what, never who.

    The verdict is what most of those heard said. `done` confirms; `not` opens the project again; `partly` leaves it
    claimed. The same key again is the word that is there.
    Raises NotThere, Denied, ProjectChanged, ChoiceUnknown, NothingClaimed, VerdictAgainstCounts.
    """
    one_of(way, ("meeting", "visit"), "way")
    one_of(verdict, VERDICTS, "verdict")
    counts = Counts(said_done, said_partly, said_not)
    check_verdict(verdict, counts)
    if counts.total > MOST_HEARD:
        raise VerdictAgainstCounts(field="said_done")
    with on_project(
        actor,
        Right.RECORD_PROJECTS,
        project,
        version=version,
        before=lambda: same_form(ResidentsWord, project, key),
    ) as opened:
        if opened.before is not None:
            return cast(ResidentsWord, opened.before)
        row = opened.project
        if row.claimed_on is None:
            raise NothingClaimed
        word = ResidentsWord.objects.create(
            project=row,
            claim=row.claims,
            way=way,
            on=clock.today(),
            verdict=verdict,
            said_done=said_done,
            said_partly=said_partly,
            said_not=said_not,
            post_id=opened.act.post_id,
            key=key or day_key(clock.today()),
        )
        opened.step("heard", reason=way, number=word.pk, verdict=verdict)
        _weigh(opened, way, verdict)
    return word


def hear_a_code(*, actor: Actor, project: int, verdict: str) -> CodesSaid:
    """Count what one code says of a project that was claimed to be done; whoever calls sees to it that it speaks once.

    The voice goes into the sums of the claim and is nowhere else: no row of its own, no verdict in the record.
    What all codes said together decides. Raises NotThere, Denied, ChoiceUnknown, NothingClaimed.
    """
    one_of(verdict, VERDICTS, "verdict")
    with on_project(actor, Right.FOLLOW, project, version=None) as opened:
        row = opened.project
        if row.claimed_on is None:
            raise NothingClaimed
        column = {"done": "said_done", "partly": "said_partly", "not": "said_not"}[verdict]
        sums, _ = CodesSaid.objects.get_or_create(project=row, claim=row.claims)
        CodesSaid.objects.filter(pk=sums.pk).update(**{column: F(column) + 1})
        sums.refresh_from_db()
        opened.step("heard", reason="codes")
        _weigh(opened, "codes", verdict_of(Counts(sums.said_done, sums.said_partly, sums.said_not)))
    return sums


def _weigh(opened: OpenProject, way: str, verdict: str) -> None:
    """What a hearing does to the project. Codes count together; a meeting or a visit speaks for itself."""
    row = opened.project
    if verdict == "not":
        _reopen(opened, "not-done", "not")
    elif verdict == "done":
        known = row.verdict == "done"
        # The first confirmation of the claim is its day.
        row.confirmed_on = row.confirmed_on or clock.today()
        row.verdict = "done"
        # A step for each voice would tell what each code said: only a change has one.
        if way != "codes" or not known:
            opened.step("confirmed", reason=way)
    elif row.verdict != "done" or way != "codes":
        row.verdict, row.confirmed_on = "partly", None


def _reopen(opened: OpenProject, reason: str, verdict: str) -> None:
    """The claim no longer stands: work goes on. When it was first claimed stays."""
    row = opened.project
    row.claimed_on = row.confirmed_on = row.actual_end_on = None
    row.verdict = verdict
    put_phase(opened, Phase.IMPLEMENTATION)
    opened.step("reopened", reason=reason)


def report_snag(
    *,
    actor: Actor,
    project: int,
    version: int | None,
    kind: str,
    texts: Mapping[str, str],
    found_on: date | None = None,
) -> Snag:
    """Record something found wanting in what was claimed to be done: it opens the project again.

    Raises NotThere, Denied, ProjectChanged, ChoiceUnknown, SnagTooEarly, DayNotPast, and what clean_texts does.
    """
    one_of(kind, SNAG_KINDS, "kind")
    cleaned = clean_texts(texts)
    with on_project(actor, Right.RECORD_PROJECTS, project, version=version) as opened:
        row = opened.project
        if row.first_claimed_on is None or row.phase == Phase.CANCELLED:
            raise SnagTooEarly
        last = Snag.objects.filter(project=row).aggregate(last=Max("n"))["last"] or 0
        snag = Snag(
            project=row,
            n=last + 1,
            kind=kind,
            texts=cleaned,
            found_on=past_day(found_on, field="found_on"),
            post_id=opened.act.post_id,
        )
        opened.step("snag", reason=kind, number=snag.n)
        if row.claimed_on is not None or row.phase in {Phase.COMPLETION, Phase.COMPLETED}:
            _reopen(opened, "snag", "")
            row.save()
        snag.save(force_insert=True)
    return snag


def repair_snag(*, actor: Actor, project: int, version: int | None, n: int, on: date | None = None) -> Snag:
    """Say that a snag was repaired. The project is claimed again by its own act.

    Raises NotThere, Denied, ProjectChanged, SnagOver, DayNotPast.
    """
    with on_project(actor, Right.RECORD_PROJECTS, project, version=version) as opened:
        snag = Snag.objects.select_for_update().filter(project=opened.project, n=n).first()
        if snag is None or snag.repaired_on is not None:
            raise SnagOver(field="snag")
        snag.repaired_on = past_day(on, earliest=snag.found_on)
        snag.save(update_fields=["repaired_on"])
        opened.step("repaired", number=n, repaired=snag.repaired_on)
    return snag


def close_project(*, actor: Actor, project: int, version: int | None) -> Project:
    """Close a project that was claimed to be done: residents were heard, or had their time.

    What nobody confirmed stays unconfirmed for good, closed or not. Raises NotThere, Denied, ProjectChanged,
    CloseRefused.
    """
    days = settings.RESIDENTS_WORD_DAYS
    with on_project(actor, Right.RUN_PROJECTS, project, version=version) as opened:
        row = opened.project
        stands = standing(
            first_claimed_on=row.first_claimed_on,
            claimed_on=row.claimed_on,
            verdict=row.verdict,
            today=clock.today(),
            days=days,
        )
        waiting = stands in {Standing.NOT_CLAIMED, Standing.WAITING, Standing.REOPENED}
        snags = Snag.objects.filter(project=row, repaired_on__isnull=True).exists()
        if row.phase != Phase.COMPLETION or waiting or snags:
            raise CloseRefused(days=days)
        put_phase(opened, Phase.COMPLETED)
        opened.step("moved", reason=stands.value, before=Phase.COMPLETION.value)
    return row
