"""Designing a survey: how many, where, by whom; and committing to the draw before anybody can know it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from answerable.access.gate import acting
from answerable.access.models import Post
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.labels import ChoiceUnknown
from answerable.places.models import Area
from answerable.places.rules import ids_in
from answerable.places.selectors import villages_below
from answerable.programme.models import Organisation
from answerable.surveys.models import Cluster, Stratum, Survey
from answerable.surveys.problems import (
    CollectorUnfit,
    PopulationEmpty,
    StrataUnfit,
    SurveyDays,
    VillagesTooFew,
)
from answerable.surveys.rules.collecting import check_collector, check_seats
from answerable.surveys.rules.drawing import commitment_of, digest_of, frame_text
from answerable.surveys.rules.questions import questions_in
from answerable.surveys.rules.sizes import (
    ALLOCATIONS,
    FEWEST_VILLAGES,
    MOST_PLACES,
    POPULATIONS,
    Size,
    Wanted,
    allocate,
    places_for,
    size_for,
)
from answerable.surveys.selectors import belongs_to, can_collect, rated_in, rated_seats

MOST_DAYS = 62


@dataclass(frozen=True)
class PlanLine:
    """One stratum of a plan: its area, its villages with their sizes, how many are asked, in how many villages."""

    area: Area
    sizes: Mapping[int, int]
    sample: int
    places: int

    @property
    def size(self) -> int:
        """Dwellings or seats in all of it."""
        return sum(self.sizes.values())


@dataclass(frozen=True)
class Plan:
    """What a survey would be, before anybody decides for it."""

    size: Size
    lines: tuple[PlanLine, ...]

    @property
    def asked(self) -> int:
        """How many are asked in the end: whole places take a few more than needed."""
        return sum(line.sample for line in self.lines)


def plan_for(
    *,
    actor: Actor,
    area: Area,
    sizes: Sequence[tuple[Area, int]],
    wanted: Wanted,
    allocation: str,
    minimum: int,
) -> Plan:
    """The plan of a survey of these villages: the areas right below `area` are its strata. Writes nothing.

    Raises StrataUnfit, VillagesTooFew, PopulationEmpty, DesignNumberWrong, AllocationImpossible, ChoiceUnknown.
    """
    if allocation not in ALLOCATIONS:
        raise ChoiceUnknown(field="allocation", given=allocation[:40] or "-", allowed=", ".join(ALLOCATIONS))
    if area.level.is_village:
        raise StrataUnfit(field="sizes", area=area.name)
    strata: dict[int, dict[int, int]] = {}
    for village, count in sizes:
        chain = ids_in(village.path or "")
        if area.pk not in chain or not village.level.is_village:
            raise StrataUnfit(field="sizes", area=village.name)
        if count < 1:
            raise PopulationEmpty(field="sizes")
        below = chain[chain.index(area.pk) :]
        strata.setdefault(below[1] if len(below) > 1 else area.pk, {})[village.pk] = count
    if not strata:
        raise StrataUnfit(field="sizes", area=area.name)
    if len({village.pk for village, _ in sizes}) < FEWEST_VILLAGES:
        raise VillagesTooFew(field="sizes", fewest=FEWEST_VILLAGES)
    if len(sizes) > MOST_PLACES:
        raise PopulationEmpty(field="sizes")
    areas = Area.objects.in_bulk(list(strata))
    clustered = any(len(places) > 1 for places in strata.values())
    size = size_for(wanted, sum(sum(places.values()) for places in strata.values()), clustered=clustered)
    keys = sorted(strata)
    shares = allocate(
        max(size.needed, len(keys)),
        [sum(strata[key].values()) for key in keys],
        way=allocation,
        minimum=minimum,
    )
    lines = tuple(
        PlanLine(areas[key], strata[key], share, places_for(share, wanted.take, len(strata[key])))
        for key, share in zip(keys, shares, strict=True)
    )
    return Plan(size, lines)


def design_survey(
    *,
    actor: Actor,
    area: Area,
    population: str,
    questions: Sequence[str],
    sizes: Sequence[tuple[Area, int]],
    wanted: Wanted,
    allocation: str,
    minimum: int,
    starts_on: date,
    ends_on: date,
    collector: Organisation,
    collector_post: Post,
) -> Survey:
    """Design a survey, and commit to its list and to 32 random bytes that the draw will need.

    Raises Denied, QuestionUnknown, SurveyDays, CollectorUnfit, CollectorRated, SeatRated, ChoiceUnknown,
    and what plan_for does.
    """
    today = clock.today()
    chosen = questions_in(questions)
    if population not in POPULATIONS:
        raise ChoiceUnknown(field="population", given=population[:40] or "-", allowed=", ".join(POPULATIONS))
    if not today <= starts_on <= ends_on or (ends_on - starts_on).days >= MOST_DAYS:
        raise SurveyDays(field="starts_on", most=MOST_DAYS)
    plan = plan_for(
        actor=actor, area=area, sizes=sizes, wanted=wanted, allocation=allocation, minimum=minimum
    )
    frame = digest_of(frame_text([(line.area.pk, line.places, line.sizes) for line in plan.lines]))
    secret = secrets.token_bytes(32)
    with acting(actor, Right.SET_RESULTS, area) as act:
        if not can_collect(collector_post, area, today):
            raise CollectorUnfit(field="collector_post")
        teams, sponsors = belongs_to([collector_post.pk], today)
        if collector.sponsor_id is not None:
            sponsors.add(collector.sponsor_id)
        check_collector(rated_in(area, starts_on, ends_on), teams, sponsors)
        check_seats(rated_seats([collector_post.pk], area, today))
        survey = Survey(
            area=area,
            population=population,
            questions=[question.key for question in chosen],
            confidence=wanted.confidence,
            margin=wanted.margin,
            expected=wanted.expected,
            alike=wanted.alike,
            response=wanted.response,
            take=wanted.take,
            allocation=allocation,
            minimum=minimum,
            needed=plan.size.needed,
            villages=villages_below(area).count(),
            starts_on=starts_on,
            ends_on=ends_on,
            collector=collector,
            collector_post=collector_post,
            designed_on=today,
            frame=frame,
            commitment=commitment_of(secret),
            secret=secret,
        )
        survey.save(force_insert=True)
        for line in plan.lines:
            stratum = Stratum.objects.create(
                survey=survey, area=line.area, size=line.size, sample=line.sample, places=line.places
            )
            Cluster.objects.bulk_create(
                [Cluster(stratum=stratum, area_id=pk, size=size) for pk, size in sorted(line.sizes.items())],
                batch_size=500,
            )
        act.record(
            "surveys.designed",
            survey=survey.pk,
            frame=frame,
            commitment=survey.commitment,
            needed=survey.needed,
            starts=starts_on,
            ends=ends_on,
        )
    return survey
