"""Ask: a posting's dossier, who takes over, who acts in a gap, and who answers for a place today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q, QuerySet

from answerable.access.models import Post
from answerable.access.problems import NotThere
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.places.models import Area
from answerable.places.selectors import below, chain_ids, placed
from answerable.programme.models import Posting, Round, TeamSeat
from answerable.programme.selectors import is_on, posts_for_area

from . import rules
from .lines import Line, lines_in, sealed_in
from .models import Acting, Answer, Closing, Lesson
from .rules import ACCEPTED, ACTING_ROLES, Key, Owner, Stay, Taken

#: Posts whose contacts a dossier holds: offices, never the seats of teams.
OFFICE_ROLES = ("case-handler", "coordinator", "director", "bookkeeper", "focal-point")


@dataclass(frozen=True)
class Entry:
    """A line with what was said of it: the last answer, who accepted it, and who owns it today."""

    line: Line
    answer: Answer | None
    claimed: bool
    owner: Owner
    #: The posting that is to take it over, where one is known.
    next: int | None


@dataclass(frozen=True)
class Dossier:
    """Everything that a posting leaves, as of a day. Computed, never written."""

    posting: Posting
    today: date
    entries: list[Entry]
    acting: Post | None
    #: The postings that come next in this place, the first in each part of it.
    following: list[Posting]

    @cached_property
    def sealed(self) -> int:
        """How many sealed matters are open there, and nothing else of them. One query."""
        return sealed_in(placed(self.posting.area))

    @cached_property
    def offices(self) -> list[Post]:
        """The offices that answer there: posts. One query."""
        return posts_for_area(self.posting.area, OFFICE_ROLES, self.today)

    @cached_property
    def lessons(self) -> list[Lesson]:
        """What was learnt there. One query."""
        return lessons_of(self.posting)

    @cached_property
    def closing(self) -> Closing | None:
        """The posting's closing, if it was closed. One query."""
        return Closing.objects.filter(posting=self.posting).first()

    @cached_property
    def unclaimed(self) -> list[Line]:
        """The lines that nobody has accepted."""
        return [entry.line for entry in self.entries if not entry.claimed]

    def of(self, kind: str) -> list[Entry]:
        """The lines of a kind."""
        return [entry for entry in self.entries if entry.line.kind == kind]


def stay_of(posting: Posting) -> Stay:
    """A posting as the rules see it."""
    return Stay(posting.pk, posting.area.path or "", posting.starts_on, posting.ends_on)


def dossier_of(posting: Posting, today: date) -> Dossier:
    """The dossier as of a day. At most fifteen queries, however much is open, and four more for the rest of it."""
    area = placed(posting.area)
    every = postings_about(posting.area)
    stays = [stay_of(row) for row in every]
    mine = stay_of(posting)
    found = lines_in(area, today)
    lines = [line for line in found if rules.is_of(mine, line.since, line.path, stays, today)]
    answers = _answers_about(posting, every)
    last = {(row.kind, row.number): row for row in answers if row.posting_id == posting.pk}
    taken = _taken(answers)
    claimed = {
        (row.kind, row.number) for row in answers if row.posting_id == posting.pk and row.state == ACCEPTED
    }
    posts = ActingPosts(posting.area, every, today)
    by_pk = {row.pk: row for row in every}
    entries = []
    for line in lines:
        following = rules.next_stay(mine, line.path, stays)
        owner = rules.owner_on(line.since, line.path, stays, taken.get(line.key, ()), posts, today)
        entries.append(
            Entry(
                line,
                last.get(line.key),
                line.key in claimed,
                owner,
                following.pk if following is not None else None,
            )
        )
    return Dossier(
        posting=posting,
        today=today,
        entries=entries,
        acting=posts.row(posting.pk),
        following=[by_pk[stay.pk] for stay in _followers(mine, stays)],
    )


def _answers_about(posting: Posting, every: Sequence[Posting]) -> list[Answer]:
    """All that was said of a posting's lines, and what was accepted of the other postings' there. One query."""
    rows = Answer.objects.filter(Q(posting=posting) | Q(posting__in=every, state=ACCEPTED))
    return list(rows.order_by("on", "pk"))


def _taken(answers: Iterable[Answer]) -> dict[Key, list[Taken]]:
    """Who accepted each line, in order."""
    found: dict[Key, list[Taken]] = {}
    for row in answers:
        if row.state == ACCEPTED:
            one = Taken(row.posting_id, row.to_posting_id, row.to_post_id, row.on)
            found.setdefault((row.kind, row.number), []).append(one)
    return found


def owners_in(area: Area, today: date) -> dict[Key, Owner]:
    """Who owns each open line of a place today: all of them, whichever dossier they stand in. At most fifteen queries."""
    every = postings_about(area)
    stays = [stay_of(row) for row in every]
    taken = _taken(Answer.objects.filter(posting__in=every, state=ACCEPTED).order_by("on", "pk"))
    posts = ActingPosts(area, every, today)
    return {
        line.key: rules.owner_on(line.since, line.path, stays, taken.get(line.key, ()), posts, today)
        for line in lines_in(placed(area), today)
    }


def _followers(mine: Stay, stays: Sequence[Stay]) -> list[Stay]:
    """The postings that some part of this place goes to next."""
    later = sorted((stay for stay in stays if stay.starts_on > mine.ends_on), key=lambda stay: stay.starts_on)
    return [
        stay
        for stay in later
        if not any(
            other.starts_on < stay.starts_on and (other.covers(stay.path) or other.covers(mine.path))
            for other in later
        )
    ]


def postings_about(area: Area) -> list[Posting]:
    """Every posting of the area, of one around it and of one in it, by their days. One query."""
    rows = Posting.objects.filter(Q(area__in=chain_ids(area)) | below(placed(area), "area__"))
    return list(rows.select_related("area", "team__sponsor", "round").order_by("starts_on", "pk"))


class ActingPosts:
    """Who acts in the gap after each posting of a place: the post that was named, else the nearest that may. Two queries."""

    def __init__(self, area: Area, postings: Sequence[Posting], today: date) -> None:
        named = Acting.objects.filter(posting__in=[row.pk for row in postings]).select_related("post__area")
        self._named: dict[int, list[Acting]] = {}
        for row in named.order_by("on", "pk"):
            self._named.setdefault(row.posting_id, []).append(row)
        self._posts = posts_for_area(area, ACTING_ROLES, today)
        self._today = today

    def row(self, posting: int | None) -> Post | None:
        """The post today."""
        for acting in reversed(self._named.get(posting or 0, [])):
            if acting.post.valid_to is None or acting.post.valid_to >= self._today:
                return acting.post
        coordinators = [post for post in self._posts if post.role == ACTING_ROLES[0]]
        return next(iter(coordinators or self._posts), None)

    def __call__(self, posting: int | None, day: date) -> int | None:
        """The same by number, as the rules ask."""
        found = self.row(posting)
        return found.pk if found is not None else None


def lessons_of(posting: Posting, limit: int = 100) -> list[Lesson]:
    """What was learnt in this posting and those before it in the place, newest first. One query."""
    rows = Lesson.objects.filter(
        posting__area__in=chain_ids(posting.area), erased_on__isnull=True
    ) | Lesson.objects.filter(below(placed(posting.area), "posting__area__"), erased_on__isnull=True)
    return list(rows.select_related("posting__area", "subject").order_by("-on", "-pk")[:limit])


# --- as an actor may see them ------------------------------------------------------------------


def postings_for(actor: Actor) -> QuerySet[Posting]:
    """The postings whose dossiers an actor may read: where cases may be seen, as a dossier lists them."""
    if not actor.has(Right.SEE_CASES):
        return Posting.objects.none()
    return Posting.objects.filter(scope(actor, Right.SEE_CASES)).select_related(
        "area__level", "team__sponsor", "round"
    )


def posting_for(actor: Actor, pk: int) -> Posting:
    """One of them. Raises NotThere."""
    found = postings_for(actor).filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None:
        raise NotThere
    return found


def own_teams(actor: Actor) -> set[int]:
    """The teams that the actor has a seat in. One query."""
    posts = [holding.post_id for holding in actor.holdings]
    return set(TeamSeat.objects.filter(post__in=posts).values_list("team_id", flat=True))


def to_hand_over(actor: Actor, today: date, ahead: int = 30, limit: int = 60) -> list[Posting]:
    """Postings that end soon or have ended and are not closed, the longest ended first. One query."""
    until = date.fromordinal(today.toordinal() + ahead)
    rows = postings_for(actor).filter(ends_on__lte=until, closing__isnull=True)
    return list(rows.order_by("ends_on", "area__path", "pk")[:limit])


def running_now(actor: Actor, today: date, limit: int = 60) -> list[Posting]:
    """The postings that run today, by their places. One query."""
    rows = postings_for(actor).filter(is_on(today, "starts_on", "ends_on"))
    return list(rows.order_by("area__path", "pk")[:limit])


def rounds_to_close(today: date) -> list[Round]:
    """Rounds whose last day has come and that are not closed. One query."""
    return list(Round.objects.filter(ends_on__lte=today, closing__isnull=True).order_by("ends_on", "pk"))


def postings_of(row: Round) -> list[Posting]:
    """The postings of a round. One query."""
    rows = Posting.objects.filter(round=row).select_related("area", "team", "round", "closing")
    return list(rows.order_by("area__path", "pk"))


def acting_choices(area: Area, today: date) -> list[Post]:
    """The posts that may act for a place. One query."""
    return posts_for_area(area, ACTING_ROLES, today)


# --- for everybody -----------------------------------------------------------------------------


@dataclass(frozen=True)
class WhoAnswers:
    """Who answers for a place today, who did before, and who comes next."""

    now: Posting | None
    before: Posting | None
    next: Posting | None
    acting: Post | None
    offices: list[Post]


def who_answers(area: Area, today: date) -> WhoAnswers:
    """The team that is there, else the post that acts. Five queries."""
    rows = [row for row in postings_about(area) if (area.path or "").startswith(row.area.path or "-")]
    now = next((row for row in rows if row.starts_on <= today <= row.ends_on), None)
    before = next((row for row in reversed(rows) if row.ends_on < today), None)
    coming = next((row for row in rows if row.starts_on > today), None)
    posts = ActingPosts(area, rows, today)
    acting = posts.row(before.pk if before is not None else None)
    offices = posts_for_area(area, ("case-handler", "coordinator"), today)
    return WhoAnswers(now, before, coming, None if now is not None else acting, offices)


def posts_named(pks: Iterable[int]) -> dict[int, Post]:
    """Posts by number. One query."""
    return Post.objects.in_bulk(list(pks))
