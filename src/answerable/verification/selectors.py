"""Ask: draws and their lists, what decides them, who stands in a unit's line, and who may be named."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from answerable.access.models import Holding, Post
from answerable.access.problems import NotThere
from answerable.access.rules import ROLE_RIGHTS, Actor, Right, Role
from answerable.access.selectors import scope
from answerable.kernel import clock
from answerable.merkle.checkpoints import Checkpoint as Body
from answerable.merkle.notes import Note
from answerable.places.models import Area
from answerable.places.selectors import below, chain_ids, placed
from answerable.programme.models import Posting, Team, TeamSeat
from answerable.programme.selectors import is_on, posts_for_area
from answerable.register.selectors import board_checkpoint_after, event_after, leaf_of

from .listing import Facts
from .models import Draw, Drawn, Finding, OwnGap
from .problems import VisitorUnfit
from .rules.visiting import Seat

COMMITTED = "verification.committed"


def draws() -> QuerySet[Draw]:
    """All draws, the newest first: each is public."""
    return Draw.objects.select_related("area__level").order_by("-pk")


def draws_for(actor: Actor) -> QuerySet[Draw]:
    """The draws of the actor's areas."""
    if not actor.has(Right.SEE_PROGRAMME):
        return Draw.objects.none()
    return draws().filter(scope(actor, Right.SEE_PROGRAMME))


def draw_for(actor: Actor, pk: int) -> Draw:
    """One of them. Raises NotThere."""
    found = draws_for(actor).filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None:
        raise NotThere
    return found


def to_visit(actor: Actor) -> QuerySet[Drawn]:
    """What the actor's posts are named to look at and have not looked at."""
    mine = [held.post_id for held in actor.holdings]
    rows = Drawn.objects.filter(visitor_post__in=mine, visit__isnull=True)
    return rows.select_related("area", "draw").order_by("pk")


def drawn_for(actor: Actor, pk: int) -> Drawn:
    """A unit that was drawn in one of the actor's areas, or that one is named to look at. Raises NotThere."""
    if not actor.has(Right.SEE_PROGRAMME):
        raise NotThere
    mine = Q(visitor_post__in=[held.post_id for held in actor.holdings])
    ruled = Q(pk__in=Drawn.objects.filter(scope(actor, Right.SEE_PROGRAMME)).values("pk"))
    rows = Drawn.objects.filter(mine | ruled).select_related(
        "area__level", "draw", "sponsor", "subject", "visitor_post__area", "visit__post"
    )
    found = rows.filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None:
        raise NotThere
    return found


def list_of(draw: Draw) -> str:
    """The list that was committed to."""
    return zlib.decompress(bytes(draw.list.packed)).decode()


@dataclass(frozen=True)
class Deciding:
    """The checkpoint that decides a draw: its size, its root in hexadecimal, its text as signed and its day."""

    size: int
    root: str
    note: str
    on: date


def deciding(draw: Draw) -> Deciding | None:
    """The first weekly checkpoint after the day of the commitment that has it; None before it is signed."""
    event = event_after(draw.after_event, COMMITTED, draw=draw.pk)
    leaf = leaf_of(event) if event is not None else None
    found = board_checkpoint_after(leaf[0], draw.committed_on) if leaf is not None else None
    if found is None:
        return None
    return Deciding(found.size, Body.parse(Note.parse(found.note).text).root.hex(), found.note, found.on)


def root_of(draw: Draw) -> str:
    """The root that decides; empty before it is known."""
    found = deciding(draw)
    return found.root if found else ""


def given_up(draw: Draw) -> list[Draw]:
    """Earlier lists of the same area with a kind and a day in common that were given up: they show."""
    rows = Draw.objects.filter(
        area=draw.area_id, state="abandoned", pk__lt=draw.pk,
        starts_on__lte=draw.ends_on, ends_on__gte=draw.starts_on,
    ).order_by("pk")  # fmt: skip
    return [one for one in rows if set(one.kinds) & set(draw.kinds)]


def standing(area: Area, kinds: Iterable[str], first: date, last: date) -> Draw | None:
    """A list of just this area with a kind and a day in common that was not given up."""
    rows = Draw.objects.filter(area=area, starts_on__lte=last, ends_on__gte=first).exclude(state="abandoned")
    return next((one for one in rows.order_by("pk") if set(one.kinds) & set(kinds)), None)


def seats_of(posts: Iterable[int], on: date) -> list[Seat]:
    """These posts, and all others of those who fill them on a day, as seats. Three queries."""
    own = list(posts)
    now = Holding.objects.filter(is_on(on, "starts_on", "ends_on"))
    staff = now.filter(post__in=own).values("staff")
    rows = Post.objects.filter(Q(pk__in=own) | Q(pk__in=now.filter(staff__in=staff).values("post")))
    teams = {
        post: (team, sponsor)
        for post, team, sponsor in TeamSeat.objects.filter(post__in=rows.values("pk")).values_list(
            "post", "team", "team__sponsor"
        )
    }
    return [
        Seat(
            row.pk,
            row.key,
            Role(row.role),
            placed(row.area) if row.area else None,
            *teams.get(row.pk, (None, None)),
        )
        for row in rows.select_related("area").order_by("pk")
    ]


def staff_of(posts: Iterable[int], on: date) -> set[int]:
    """Who fills these posts on a day."""
    rows = Holding.objects.filter(is_on(on, "starts_on", "ends_on"), post__in=list(posts))
    return set(rows.values_list("staff", flat=True))


def line_of(facts: Facts, first: date, last: date) -> tuple[set[int], set[int]]:
    """The teams posted where a unit is, above it or below it on one of the days, and all sponsors of it and of them.

    Two queries.
    """
    where = below(placed(facts.area), "area__") | Q(area__in=chain_ids(facts.area))
    teams = set(
        Posting.objects.filter(where, starts_on__lte=last, ends_on__gte=first).values_list("team", flat=True)
    )
    sponsors = set(Team.objects.filter(pk__in=teams).values_list("sponsor", flat=True))
    return teams, sponsors | facts.sponsors


def visitor_named(pk: int | None) -> Post:
    """A post that is filled and may make visits. Raises VisitorUnfit."""
    found = Post.objects.select_related("area").filter(pk=pk).first() if pk and pk < 2**63 else None
    if (
        found is None
        or Right.VERIFY not in ROLE_RIGHTS[Role(found.role)]
        or not staff_of([found.pk], clock.today())
    ):
        raise VisitorUnfit(field="visitor")
    return found


def visitors(limit: int = 200) -> list[Post]:
    """Posts that may be named: auditors first, then all others that make visits."""
    roles = [role.value for role, rights in ROLE_RIGHTS.items() if Right.VERIFY in rights]
    now = Holding.objects.filter(is_on(clock.today(), "starts_on", "ends_on")).values("post")
    rows = Post.objects.filter(role__in=roles, pk__in=now).select_related("area")
    auditors = list(rows.filter(role=Role.AUDITOR.value).order_by("key")[:limit])
    others = rows.exclude(role=Role.AUDITOR.value).order_by("area__depth", "key")
    return auditors + list(others[: limit - len(auditors)])


def owners(area: Area) -> list[Post]:
    """Posts that can own a finding in an area: filled, and they record or run projects there; the nearest first."""
    roles = [role for role, rights in ROLE_RIGHTS.items() if Right.RECORD_PROJECTS in rights]
    return [post for post in posts_for_area(area, roles, clock.today()) if post.filled]  # type: ignore[attr-defined]


def told_before(key: str, day: date) -> set[str]:
    """The questions of a unit that its own team had told as gaps before a day."""
    return set(OwnGap.objects.filter(key=key, told_on__lt=day).values_list("question", flat=True))


def findings_of(draw: Draw) -> QuerySet[Finding]:
    """All findings of a draw, those that are due first."""
    rows = Finding.objects.filter(visit__drawn__draw=draw)
    return rows.select_related("owner_post", "visit__drawn__area").order_by("due_on", "pk")


def finding_for(actor: Actor, pk: int) -> Finding:
    """A finding where the actor sees the unit. Raises NotThere."""
    rows = Finding.objects.select_related("visit__drawn__area", "visit__drawn__draw", "owner_post")
    found = rows.filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None:
        raise NotThere
    drawn_for(actor, found.visit.drawn_id)
    return found
