"""Recording how a village chose between projects: counts, and how it was held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction

from answerable.access.gate import acting
from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.evidence.models import Item
from answerable.kernel import clock
from answerable.kernel.labels import clean_key
from answerable.places.models import Area
from answerable.places.selectors import chain_ids
from answerable.projects.models import Choice, ChoiceEvidence, ChoiceOption, Project, ProjectArea
from answerable.projects.problems import ChoiceOptionWrong, ChoiceReplaced, KeyTaken
from answerable.projects.rules.choosing import HOW_HELD, HOW_WORDS, Tally, check_tally
from answerable.projects.rules.phases import Phase

from .core import EARLIEST, clean_texts, clean_titles, one_of, past_day

#: What can be chosen between: proposals, and what is only being prepared.
PROPOSED = (Phase.IDENTIFICATION.value, Phase.PREPARATION.value)
#: Days back that a choice may be recorded.
LATEST_RECORD_DAYS = 366


@dataclass(frozen=True)
class Option:
    """One option and its hands; no project: "none of these"."""

    project: Project | None
    hands: int


def record_choice(
    *,
    actor: Actor,
    key: str,
    area: Area,
    names: Mapping[str, str],
    on: date,
    way: str,
    options: Sequence[Option],
    present: int,
    each: int = 1,
    spoiled: int = 0,
    unused: int = 0,
    how: Sequence[str] = (),
    texts: Mapping[str, str] | None = None,
    evidence: Sequence[int] = (),
    replaces: Choice | None = None,
) -> Choice:
    """Record a choice that was held: what between, on which day, how, and the counts. It never changes.

    A mistake is put right by another record that replaces it. `evidence` are ids of kept pictures or documents.
    Raises Denied, KeyRefused, KeyTaken, ChoiceUnknown, DayNotPast, ChoiceCountsWrong, ChoiceOptionWrong,
    ChoiceReplaced, NotThere,
    and what clean_texts does.
    """
    one_of(way, HOW_HELD, "way")
    for word in how:
        one_of(word, HOW_WORDS, "how")
    tally = Tally(present, tuple(option.hands for option in options), each, spoiled, unused)
    check_tally(tally, way)
    titles, told = clean_titles(names), clean_texts(texts or {}, required=False)
    with acting(actor, Right.RECORD_PROJECTS, area) as act:
        # Staff record what they remember; the machinery takes in what was kept.
        earliest = clock.today() - timedelta(days=LATEST_RECORD_DAYS) if actor.kind == "staff" else EARLIEST
        held = past_day(on, earliest=earliest)
        if replaces is not None and replaces.area_id != area.pk:
            raise NotThere
        later = Choice.objects.filter(replaces=replaces).first() if replaces is not None else None
        if later is not None:
            raise ChoiceReplaced(field="replaces", day=later.recorded_on.isoformat())
        _check_options(options, area, replaced=replaces is not None)
        row = Choice(
            key=clean_key(key),
            area=area,
            names=titles,
            on=held,
            way=way,
            each=each,
            present=present,
            spoiled=spoiled,
            unused=unused,
            hands=sum(tally.hands),
            how=[word for word in HOW_WORDS if word in how],
            texts=told,
            recorded_on=clock.today(),
            post_id=act.post_id,
            replaces=replaces,
        )
        if Choice.objects.filter(key=row.key).exists():
            raise KeyTaken(field="key", key=row.key)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            raise KeyTaken(field="key", key=row.key)
        for n, option in enumerate(options, 1):
            ChoiceOption.objects.create(choice=row, n=n, project=option.project, hands=option.hands)
        items = list(Item.objects.filter(pk__in=evidence, areas__area__in=chain_ids(area)).distinct())
        if len(items) != len(set(evidence)):
            raise NotThere
        ChoiceEvidence.objects.bulk_create(ChoiceEvidence(choice=row, item=item) for item in items)
        act.record(
            "projects.choice-held",
            choice=row.pk,
            way=way,
            held=held,
            present=present,
            spoiled=spoiled,
            unused=unused,
            hands=list(tally.hands),
            replaces=replaces.pk if replaces else None,
        )
    return row


def _check_options(options: Sequence[Option], area: Area, *, replaced: bool) -> None:
    """Proposals for this area, each once. What is put right later may be under way by now."""
    seen: set[int | None] = set()
    for option in options:
        project = option.project
        pk = project.pk if project is not None else None
        wrong = pk in seen
        seen.add(pk)
        if project is not None and not wrong:
            areas = ProjectArea.objects.filter(project=project).values_list("area__path", flat=True)
            mine = area.path or ""
            here = any(mine.startswith(path or "-") or (path or "").startswith(mine) for path in areas)
            wrong = not here or (project.phase not in PROPOSED and not replaced)
        if wrong:
            raise ChoiceOptionWrong(field="options", project=project.key if project else "-")
    if seen == {None}:
        raise ChoiceOptionWrong(field="options", project="-")
