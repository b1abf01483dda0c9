"""Ask: promises as an actor may see them, those that wait, and what everybody may read of a village's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from answerable.access.models import Holding, Post
from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right, Role
from answerable.access.selectors import scope
from answerable.kernel.folding import fold
from answerable.places.models import Area
from answerable.places.selectors import below, chain_ids, child_column, in_use, placed
from answerable.programme.selectors import filled_on, is_on
from answerable.projects.models import Project

from .models import Promise, PromiseStep
from .rules import State, Step

#: Posts that may give their word: those who work on matters, not those who audit, keep books or listen in secret.
PROMISING_ROLES = (Role.TEAM_MEMBER, Role.CASE_HANDLER, Role.COORDINATOR, Role.DIRECTOR)
#: What is still owed or followed.
FOLLOWED = (State.OPEN.value, State.TAKEN_UP.value)


def promises_for(actor: Actor) -> QuerySet[Promise]:
    """The promises an actor may see at the desk."""
    if not actor.has(Right.SEE_PROGRAMME):
        return Promise.objects.none()
    return Promise.objects.filter(scope(actor, Right.SEE_PROGRAMME))


def promise_for(actor: Actor, pk: int) -> Promise:
    """One promise, if the actor may see it. Raises NotThere."""
    rows = promises_for(actor).select_related("area__level", "owner__area__level", "made_by", "project")
    found = rows.filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None:
        raise NotThere
    return found


@dataclass(frozen=True)
class PromiseFilter:
    """What a list shows: `mine` what the actor's own posts owe; `still` what is open or taken up."""

    mine: bool = True
    still: bool = True
    late: bool = False
    area: Area | None = None


def promises_by_due(actor: Actor, wanted: PromiseFilter, today: date) -> QuerySet[Promise]:
    """Promises, open ones first and by the promised day. `filled` says whether somebody fills the owing post."""
    rows = promises_for(actor)
    if wanted.mine:
        rows = rows.filter(owner__in=[holding.post_id for holding in actor.holdings])
    if wanted.still:
        rows = rows.filter(state__in=FOLLOWED)
    if wanted.late:
        rows = rows.filter(late_from__lte=today)
    if wanted.area is not None:
        rows = rows.filter(below(placed(wanted.area), "area__"))
    filled = Exists(Holding.objects.filter(is_on(today, "starts_on", "ends_on"), post=OuterRef("owner_id")))
    return (
        rows.select_related("area", "owner", "project")
        .annotate(filled=filled, rank=_open_first())
        .order_by("rank", "due_on", "pk")
    )


def _open_first() -> Case:
    return Case(
        When(state=State.OPEN.value, then=Value(0)),
        When(state=State.TAKEN_UP.value, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )


def promises_in(area: Area, limit: int = 200) -> list[Promise]:
    """The promises made to a place and those below it: what is owed first, then the newest. One query."""
    rows = Promise.objects.filter(below(placed(area), "area__"))
    rows = rows.select_related("owner", "made_by", "project", "area")
    order = _open_first()
    return list(
        rows.annotate(rank=order).order_by("rank", F("late_from").asc(nulls_last=True), "-due_on", "pk")[
            :limit
        ]
    )


def counts_in(area: Area, today: date) -> dict[str, int]:
    """How many promises of a place are in each state, and how many of the open ones are late. One query."""
    rows = Promise.objects.filter(below(placed(area), "area__"))
    return dict(rows.aggregate(**_counts(today)))


def counts_by_place(area: Area | None, today: date) -> dict[int | None, dict[str, int]]:
    """The same for each area right below (None: for each root), by its id; None: made to the area itself.

    Only areas that were promised something. One query.
    """
    rows = (
        Promise.objects.filter(below(placed(area), "area__")) if area is not None else Promise.objects.all()
    )
    table: Any = rows.order_by().values(part=F(child_column(area))).annotate(**_counts(today))
    return {row.pop("part"): dict(row) for row in table}


def _counts(today: date) -> dict[str, Count]:
    late = Count("pk", filter=Q(state=State.OPEN.value, late_from__lte=today))
    return {"late": late} | {state.value: Count("pk", filter=Q(state=state.value)) for state in State}


@dataclass(frozen=True)
class YearsPromises:
    """The promises of a place that were due from one day to another, as they stood on a day; each is in one place only."""

    made: int
    due: int
    kept: int
    kept_late: int
    declined: int
    taken_up: int
    broken: int

    @property
    def running(self) -> int:
        """Their day had not come yet."""
        return self.due - self.kept - self.kept_late - self.declined - self.taken_up - self.broken


def promises_due(area: Area, first: date, last: date, on: date) -> YearsPromises:
    """What became of the promises due in a time, as of a day; `made` are those that were made in it. One query."""
    due = Q(due_on__range=(first, last))
    kept = Q(kept_on__lte=on)
    open_still = Q(state=State.OPEN.value) | Q(kept_on__gt=on)
    found = Promise.objects.filter(below(placed(area), "area__")).aggregate(
        made=Count("pk", filter=Q(made_on__range=(first, last))),
        due=Count("pk", filter=due),
        kept=Count("pk", filter=due & kept & Q(kept_on__lte=F("due_on"))),
        kept_late=Count("pk", filter=due & kept & Q(kept_on__gt=F("due_on"))),
        declined=Count("pk", filter=due & Q(state=State.DECLINED.value)),
        taken_up=Count("pk", filter=due & Q(state=State.TAKEN_UP.value)),
        broken=Count("pk", filter=due & open_still & Q(due_on__lt=on)),
    )
    return YearsPromises(**found)


def promises_broken(area: Area, first: date, last: date, on: date, limit: int = 10) -> list[Promise]:
    """Those that were due in a time and not kept on a day after theirs, the oldest first. One query."""
    rows = Promise.objects.filter(
        Q(state=State.OPEN.value) | Q(kept_on__gt=on),
        below(placed(area), "area__"),
        due_on__range=(first, last),
        due_on__lt=on,
    )
    return list(rows.select_related("area").order_by("due_on", "pk")[:limit])


def times_up(promises: list[Promise]) -> dict[int, int]:
    """How often each promise went up to another post, by its id; with nobody above, it did not. One query."""
    rows = PromiseStep.objects.filter(
        promise__in=promises, step=Step.ESCALATED.value, to_post__isnull=False
    ).values_list("promise_id")
    return dict(rows.annotate(n=Count("pk")).order_by("promise_id"))


def timeline(promise: Promise) -> list[PromiseStep]:
    """Everything that happened to a promise, in order. One query."""
    rows = PromiseStep.objects.filter(promise=promise)
    return list(rows.select_related("post", "to_post", "saying", "project").order_by("n"))


def last_sayings(promises: list[Promise]) -> dict[int, PromiseStep]:
    """The last public word of each promise, by its id. One query."""
    rows = PromiseStep.objects.filter(
        promise__in=promises, saying__isnull=False, saying__erased_on__isnull=True
    )
    return {row.promise_id: row for row in rows.select_related("saying").order_by("n")}


def promising_posts(area: Area, on: date) -> list[Any]:
    """The posts that may owe a promise to a place, nearest first, each with `filled`. One query."""
    rows = Post.objects.filter(
        Q(area__isnull=True) | Q(area__in=chain_ids(area)),
        is_on(on, "valid_from", "valid_to"),
        role__in=[role.value for role in PROMISING_ROLES],
    ).annotate(filled=filled_on(on))
    return list(rows.select_related("area").order_by(F("area__depth").desc(nulls_last=True), "role", "pk"))


def session_at(session_id: int, area: Area) -> Any | None:
    """The listening session of that number, if it was held there: its room is a neighbour, so it is asked by name."""
    sessions: Any = Promise._meta.get_field("session").related_model
    return sessions.objects.filter(pk=session_id, area=area).first()


def session_for(actor: Actor, session_id: int) -> Any | None:
    """A session of an area where the actor may write promises down, with its area."""
    sessions: Any = Promise._meta.get_field("session").related_model
    rows = sessions.objects.filter(scope(actor, Right.RECORD_SESSION), pk=session_id)
    return rows.select_related("area__level").first()


def villages_for(actor: Actor, text: str = "", limit: int = 40) -> list[Area]:
    """Villages where the actor may write promises down, by name; those that hold every word of `text`."""
    rows = Area.objects.filter(in_use(), scope(actor, Right.RECORD_SESSION, ""), level__is_village=True)
    for word in fold(text.replace("\0", "")).replace("|", " ").split()[:6]:
        rows = rows.filter(search_text__contains=word)
    return list(rows.select_related("level", "parent").order_by("name", "pk")[:limit])


def village_for(actor: Actor, pk: int) -> Area | None:
    """One of these villages."""
    rows = Area.objects.filter(scope(actor, Right.RECORD_SESSION, ""), pk=pk, level__is_village=True)
    return rows.select_related("level", "parent").first()


def sessions_at(area: Area, limit: int = 20) -> list[Any]:
    """The newest sessions held there."""
    sessions: Any = Promise._meta.get_field("session").related_model
    return list(sessions.objects.filter(area=area).order_by("-on", "-pk")[:limit])


def projects_that_fit(area: Area) -> list[Project]:
    """The projects that could take up a promise to a place: they work there and are not cancelled."""
    here = Q(area__in=chain_ids(area), areas__isnull=True) | Q(areas__area__in=chain_ids(area))
    rows = Project.objects.filter(here).exclude(phase="cancelled").distinct()
    return list(rows.order_by("-pk")[:100])
