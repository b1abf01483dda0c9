"""Ask: surveys as an actor may see them, who may collect, what a card opens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.conf import settings
from django.db.models import F, Q, QuerySet, Sum

from answerable.access.models import Holding, Post
from answerable.access.problems import NotThere
from answerable.access.rules import ROLE_RIGHTS, Actor, Right, Role
from answerable.access.selectors import scope
from answerable.kernel import clock
from answerable.places.models import Area
from answerable.places.selectors import below, chain_ids, placed
from answerable.programme.models import Posting, TeamSeat
from answerable.programme.selectors import is_on
from answerable.safeguards.limits import TokenBucket

from . import cards
from .models import CardMark, Cluster, Survey, Tally
from .problems import CardTries, CardUnknown, SurveyOver
from .rules.collecting import RatedTeam

#: What makes a seat's holder one of those whose answers are rated.
_ANSWERS = {
    Right.RECORD_FEEDBACK, Right.HANDLE, Right.HANDLE_SENSITIVE, Right.ROUTE, Right.DECIDE_APPEAL, Right.REASSIGN,
}  # fmt: skip
RATED_ROLES = frozenset(role.value for role, rights in ROLE_RIGHTS.items() if rights & _ANSWERS)


def surveys_for(actor: Actor) -> QuerySet[Survey]:
    """The surveys of the actor's areas, the newest first."""
    if not actor.has(Right.SEE_PROGRAMME):
        return Survey.objects.none()
    rows = Survey.objects.filter(scope(actor, Right.SEE_PROGRAMME))
    return rows.select_related("area__level", "collector", "collector_post").order_by("-pk")


def survey_for(actor: Actor, pk: int) -> Survey:
    """One of them. Raises NotThere."""
    found = surveys_for(actor).filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None:
        raise NotThere
    return found


def cluster_for(actor: Actor, pk: int) -> Cluster:
    """A village that was drawn in one of them. Raises NotThere."""
    rows = Cluster.objects.filter(pk=pk, drawn=True, stratum__survey__in=surveys_for(actor).values("pk"))
    rows = rows.select_related("area__level", "stratum__survey__area", "stratum__survey__collector_post")
    found = rows.first() if 0 < pk < 2**63 else None
    if found is None:
        raise NotThere
    return found


def drawn_places(survey: Survey) -> list[Cluster]:
    """The villages that were drawn, by stratum and name. One query."""
    rows = Cluster.objects.filter(stratum__survey=survey, drawn=True)
    return list(
        rows.select_related("area", "stratum__area").order_by("stratum__area__name", "area__name", "pk")
    )


def answered_by_card(clusters: Iterable[int]) -> dict[int, int]:
    """How many answers came by card, by village. One query: each answer chose one option of each question."""
    rows = Tally.objects.filter(cluster__in=list(clusters)).order_by("cluster", "question")
    found: dict[int, int] = {}
    for row in rows.values("cluster", "question").annotate(n=Sum("cards")):
        found[row["cluster"]] = row["n"]
    return found


def rated_in(area: Area, first: date, last: date) -> list[RatedTeam]:
    """The teams whose work a survey of an area is about: posted in it, below or above, on one of the days. One query."""
    where = below(placed(area), "area__") | Q(area_id__in=chain_ids(area))
    rows = Posting.objects.filter(where, starts_on__lte=last, ends_on__gte=first).select_related("team")
    found = {row.team_id: RatedTeam(row.team_id, row.team.sponsor_id, row.team.key) for row in rows}
    return [found[pk] for pk in sorted(found)]


def belongs_to(posts: Iterable[int], on: date) -> tuple[set[int], set[int]]:
    """The teams of these seats and of all other seats of those who fill them, and the sponsors of these. Two queries."""
    own = list(posts)
    fills = Holding.objects.filter(is_on(on, "starts_on", "ends_on"), post__in=own).values("staff_id")
    others = Holding.objects.filter(is_on(on, "starts_on", "ends_on"), staff__in=fills).values("post_id")
    rows = TeamSeat.objects.filter(Q(post__in=own) | Q(post__in=others))
    pairs = set(rows.values_list("team_id", "team__sponsor_id"))
    return {team for team, _ in pairs}, {sponsor for _, sponsor in pairs}


def rated_seats(posts: Iterable[int], area: Area, on: date) -> list[str]:
    """Which seats of those who fill these posts answer or steer matters in an area or in the line above it. Two queries.

    Questions rate the answers of offices and their staff: whoever decides over a matter there is rated, team or not.
    """
    own = list(posts)
    fills = Holding.objects.filter(is_on(on, "starts_on", "ends_on"), post__in=own).values("staff_id")
    others = Holding.objects.filter(is_on(on, "starts_on", "ends_on"), staff__in=fills).values("post_id")
    where = below(placed(area), "area__") | Q(area_id__in=chain_ids(area)) | Q(area__isnull=True)
    rows = Post.objects.filter(where, Q(pk__in=own) | Q(pk__in=others), role__in=RATED_ROLES)
    return list(rows.order_by("key").values_list("key", flat=True))


def can_collect(post: Post, area: Area, on: date) -> bool:
    """Whether a seat may collect in an area, and is filled on a day."""
    covers = post.area is None or placed(post.area).covers(area.path or "")
    right = Right.COLLECT_SURVEYS in ROLE_RIGHTS[Role(post.role)]
    filled = Holding.objects.filter(is_on(on, "starts_on", "ends_on"), post=post).exists
    return covers and right and filled()


def collecting_posts(area: Area, on: date) -> list[Post]:
    """The seats that may collect in an area and are filled, without those that are rated there by their role."""
    roles = [role.value for role, rights in ROLE_RIGHTS.items() if Right.COLLECT_SURVEYS in rights]
    roles = [role for role in roles if role not in RATED_ROLES]
    where = Q(area__isnull=True) | Q(area_id__in=chain_ids(area))
    rows = Post.objects.filter(where, role__in=roles).filter(
        pk__in=Holding.objects.filter(is_on(on, "starts_on", "ends_on")).values("post_id")
    )
    return list(rows.order_by(F("area__depth").desc(nulls_last=True), "key")[:200])


@cache
def _tries() -> TokenBucket:
    return TokenBucket(rate=settings.TRIES_A_MINUTE, burst=settings.TRIES_A_MINUTE)


@dataclass(frozen=True)
class Card:
    """A card that waits: its mark, and the village that it belongs to."""

    mark: str
    cluster: Cluster

    @property
    def cluster_id(self) -> int:
        """The village's number in the draw."""
        return self.cluster.pk


def card_for(typed: str) -> Card:
    """The card of a number. A used one and one that never was are not told apart.

    Raises CardIncomplete, CardMistyped, CardTries, CardUnknown.
    """
    number = cards.read_number(typed)
    if not _tries().take():
        raise CardTries(field="code", seconds=_tries().wait_seconds())
    rows = CardMark.objects.select_related("cluster__area__level", "cluster__stratum__survey__area")
    row = (
        rows.select_related("cluster__stratum__survey__collector_post")
        .filter(mark=cards.mark_of(number))
        .first()
    )
    if row is None:
        raise CardUnknown(field="code")
    _tries().give_back()
    return Card(row.mark, row.cluster)


def check_open(survey: Survey) -> None:
    """Raise SurveyOver outside of the days on which it is collected."""
    if survey.state != "drawn" or not survey.starts_on <= clock.today() <= survey.ends_on:
        raise SurveyOver(field="code", first=survey.starts_on.isoformat(), last=survey.ends_on.isoformat())


def published_surveys() -> QuerySet[Survey]:
    """What everybody may read, the newest first."""
    rows = Survey.objects.filter(state="published").select_related("area", "collector")
    return rows.order_by("-published_on", "-pk")
