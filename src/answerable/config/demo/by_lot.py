"""A draw of what is checked: committed to, drawn by the week's checkpoint, visited by the auditor, with findings.

Some of what was drawn is not visited yet when the story ends, and a first list was given up: both are there to be seen.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from answerable.kernel import clock
from answerable.verification import services
from answerable.verification.listing import facts_for, units_in
from answerable.verification.models import Drawn
from answerable.verification.rules.strata import strata_of
from answerable.verification.rules.visiting import CHECKLISTS
from answerable.verification.selectors import deciding, owners

from .courses import Course, Wait

if TYPE_CHECKING:
    from .story import Story

#: Days before the story's end on which it begins, how many days of work it is about, and how many are drawn at least.
AGO, BACK, FEWEST = 40, 300, 9
KINDS = ("project", "asset")
#: Findings have so many days.
DAYS = 45


def by_lot(story: Story) -> Course:
    """Draw among what was built in the province; the auditor looks at most of it."""
    yield Wait((story.dates.today - clock.today()).days - AGO, office=False)
    seat, province = story.people.posts.get("auditor-1"), story.ground.province
    auditor = story.people.actor_in(seat.pk, clock.today()) if seat is not None else None
    if auditor is None or seat is None or province is None:
        return
    today = clock.today()
    first = today - timedelta(days=BACK)
    units = strata_of(units_in(province, KINDS, first, today))
    wanted = max(len({stratum for _, stratum in units}), min(FEWEST, len(units)))
    if not units:
        return
    given: dict[str, Any] = {
        "actor": auditor,
        "area": province,
        "kinds": KINDS,
        "first": first,
        "last": today,
        "wanted": wanted,
    }
    wrong = services.commit_draw(**given)
    services.abandon_draw(actor=auditor, draw=wrong.pk, reason="period-wrong")
    draw = services.commit_draw(**given)
    while deciding(draw) is None:
        yield Wait(1, office=False)
    services.draw_units(actor=auditor, draw=draw.pk)
    yield Wait(2, office=False)
    rng = random.Random(AGO)
    sample = list(Drawn.objects.filter(draw=draw).order_by("pk"))
    for one in sample[: max(1, len(sample) - 2)]:
        services.name_visitor(actor=auditor, drawn=one.pk, visitor=seat.pk)
        visit = services.record_visit(actor=auditor, drawn=one.pk, **_seen(one, rng))
        for finding in visit.findings.all():
            by = story.people.actor_in(finding.owner_post_id, clock.today())
            if by is not None and finding.severity == "small":
                services.say_repaired(actor=by, finding=finding.pk)
                services.check_repair(actor=auditor, finding=finding.pk, holds=True)


def _seen(one: Drawn, rng: random.Random) -> dict[str, Any]:
    """What was found: mostly all is well."""
    facts = facts_for(one.key)
    questions = CHECKLISTS[facts.kind if facts else "project"]
    answers = {question.key: "4/4" if question.counts else "yes" for question in questions}
    if rng.random() < 0.4:
        answers[rng.choice([question.key for question in questions if not question.counts])] = "no"
    if rng.random() < 0.2:
        answers["parts"] = "4/3"
    owner = next(iter(owners(one.area)), None)
    return {
        "answers": answers,
        "severities": {question.key: rng.choice(("small", "serious")) for question in questions},
        "owner": owner.pk if owner else None,
        "due": clock.today() + timedelta(days=DAYS),
    }
