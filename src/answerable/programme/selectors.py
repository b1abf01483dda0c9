"""Asking who answers for what, within how many days, and which team is where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from answerable.access.models import Holding, Post
from answerable.places.models import Area, AreaLevel
from answerable.places.rules import PlacedArea
from answerable.places.selectors import below, chain_ids, placed

from . import rules
from .models import OutsideBody, Posting, Responsibility, Standard, Subject, Team
from .problems import SubjectUnknown
from .rules import ServiceTimes

NEAREST = F("area__depth").desc(nulls_last=True)


@dataclass(frozen=True)
class Route:
    """Where a case goes. `post` keeps it; `outside_body` answers, where the matrix names one."""

    post: Post | None
    outside_body: OutsideBody | None
    level_rank: int | None


NO_ROUTE = Route(None, None, None)


def is_on(on: date, start: str, end: str, prefix: str = "") -> Q:
    """The condition that a span of days includes `on`; an empty end is open."""
    still = Q(**{f"{prefix}{end}__isnull": True}) | Q(**{f"{prefix}{end}__gte": on})
    return Q(**{f"{prefix}{start}__lte": on}) & still


def subject_chain(subject: Subject | None) -> tuple[int | None, ...]:
    """The subject, its parent, and None for `every other`: the order in which lines are looked for."""
    if subject is None:
        return (None,)
    if subject.parent_id is None:
        return (subject.pk, None)
    return (subject.pk, subject.parent_id, None)


# --- standards ---------------------------------------------------------------------------------


def standard_for(subject: Subject | None, on: date) -> ServiceTimes:
    """The service standard: the subject's, else its parent's, else the general one, else 3/7/30/14. One query."""
    chain = subject_chain(subject)
    rows = Standard.objects.filter(
        Q(subject__in=[pk for pk in chain if pk]) | Q(subject__isnull=True), valid_from__lte=on
    )
    return rules.times_for(_standard_lines(rows), chain, on)


def standards_for(subjects: Iterable[Subject], on: date) -> dict[int, ServiceTimes]:
    """The service standard of each of many subjects, by its id. One query."""
    lines = _standard_lines(Standard.objects.filter(valid_from__lte=on))
    return {subject.pk: rules.times_for(lines, subject_chain(subject), on) for subject in subjects}


def _standard_lines(rows: Iterable[Standard]) -> list[rules.StandardLine]:
    return [
        rules.StandardLine(
            row.subject_id,
            row.valid_from,
            ServiceTimes(row.acknowledge_days, row.answer_days, row.resolve_days, row.silence_days),
        )
        for row in rows
    ]


# --- routes ------------------------------------------------------------------------------------


def route_for(
    *, area: Area, subject: Subject | None, on: date, above: AreaLevel | int | None = None
) -> Route:
    """Who answers for a subject in an area on a day (rules.find_route). Three queries.

    `above`: a level or its rank; only levels above it are asked (escalation, appeals).
    """
    chain = _chain(area)
    subjects = subject_chain(subject)
    lines = (
        Responsibility.objects.filter(is_on(on, "valid_from", "valid_to"))
        .filter(Q(subject__in=[pk for pk in subjects if pk]) | Q(subject__isnull=True))
        .filter(Q(within__isnull=True) | Q(within__in=[step.area.pk for step in chain]))
        .select_related("level", "within", "outside_body")
    )
    found = list(lines)
    posts = list(
        Post.objects.filter(
            Q(pk__in=[line.post_id for line in found if line.post_id])
            | Q(
                area__in=[step.area.pk for step in chain],
                function__in={line.function for line in found if line.function},
                role__in=rules.HANDLING_ROLES,
            )
        )
        .filter(is_on(on, "valid_from", "valid_to"))
        .annotate(filled=filled_on(on))
        .select_related("area")
    )
    seats = {post.pk: _seat(post, ((on, on),) if post.filled else ()) for post in posts}
    decision = rules.find_route(
        chain=chain,
        subjects=subjects,
        lines=[_line(row) for row in found],
        seats=seats,
        on=on,
        above=_rank(above),
    )
    return Route(
        next((post for post in posts if post.pk == decision.post_id), None),
        next((row.outside_body for row in found if row.outside_body_id == decision.outside_body_id), None)
        if decision.outside_body_id
        else None,
        decision.level_rank,
    )


def filled_on(on: date) -> Exists:
    """Whether somebody fills a post on a day, as an annotation on posts."""
    return Exists(Holding.objects.filter(is_on(on, "starts_on", "ends_on"), post=OuterRef("pk")))


def focal_post_for(area: Area, on: date) -> Post | None:
    """The focal point's post that covers the area: filled ones first, then the nearest. One query."""
    posts = Post.objects.filter(
        Q(area__isnull=True) | Q(area__in=chain_ids(area)),
        is_on(on, "valid_from", "valid_to"),
        role=rules.FOCAL_ROLE,
    ).annotate(filled=filled_on(on))
    return posts.order_by("-filled", NEAREST, "pk").first()


def posts_for_area(area: Area, roles: Sequence[str], on: date) -> list[Post]:
    """The posts of these roles whose reach covers the area, nearest first, each with `filled`. One query."""
    posts = (
        Post.objects.filter(
            Q(area__isnull=True) | Q(area__in=chain_ids(area)),
            is_on(on, "valid_from", "valid_to"),
            role__in=[str(role) for role in roles],
        )
        .annotate(filled=filled_on(on))
        .select_related("area__level")
    )
    return list(posts.order_by(NEAREST, "role", "function", "pk"))


def posts_at(level: AreaLevel, on: date, within: Area | None = None) -> QuerySet[Post]:
    """The posts that sit in areas of one level on a day, in one area and below or everywhere."""
    posts = Post.objects.filter(is_on(on, "valid_from", "valid_to"), area__level=level)
    if within is not None:
        posts = posts.filter(below(placed(within), "area__"))
    return posts.select_related("area").order_by("area__path", "role", "pk")


def _rank(above: AreaLevel | int | None) -> int | None:
    return above.rank if isinstance(above, AreaLevel) else above


def _chain(area: Area) -> list[rules.PlacedLevel]:
    rows = Area.objects.filter(pk__in=chain_ids(area)).select_related("level").order_by("depth")
    return [rules.PlacedLevel(placed(row), row.level_id, row.level.rank) for row in rows]


def _line(row: Responsibility) -> rules.Line:
    return rules.Line(
        pk=row.pk,
        subject_id=row.subject_id,
        level_id=row.level_id,
        rank=row.level.rank,
        within=placed(row.within) if row.within else None,
        function=row.function,
        post_id=row.post_id,
        outside_body_id=row.outside_body_id,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _seat(post: Post, filled: tuple[tuple[date, date | None], ...]) -> rules.Seat:
    return rules.Seat(
        post_id=post.pk,
        role=post.role,
        function=post.function,
        area=placed(post.area) if post.area else None,
        valid_from=post.valid_from,
        valid_to=post.valid_to,
        filled=filled,
    )


# --- many at once ------------------------------------------------------------------------------


@dataclass
class Matrix:
    """The whole matrix, its posts and the standards, read once: for imports and other bulk work.

    Lines, posts and holdings keep their dates, so one Matrix serves many days (`at`); it does not
    see what changes after `load`.
    """

    on: date
    lines: list[rules.Line]
    standards: list[rules.StandardLine]
    seats: dict[int, rules.Seat]
    posts: dict[int, Post]
    bodies: dict[int, OutsideBody]
    ranks: dict[int, int]
    _levels: dict[int, tuple[str, int]] = field(default_factory=dict)
    _by_place: dict[tuple[int, str], list[rules.Seat]] = field(default_factory=dict)

    @classmethod
    def load(cls, on: date) -> Matrix:
        """Read everything that counts on some day: six queries, however many cases follow."""
        lines = [_line(row) for row in Responsibility.objects.select_related("level", "within")]
        fixed = [line.post_id for line in lines if line.post_id]
        handling = [*rules.HANDLING_ROLES, rules.FOCAL_ROLE]
        wanted = Post.objects.filter(Q(role__in=handling) | Q(pk__in=fixed)).select_related("area")
        posts = {post.pk: post for post in wanted}
        spans: dict[int, list[tuple[date, date | None]]] = {}
        for post_id, start, end in Holding.objects.filter(
            Q(post__role__in=handling) | Q(post__in=fixed)
        ).values_list("post_id", "starts_on", "ends_on"):
            if post_id in posts:
                spans.setdefault(post_id, []).append((start, end))
        seats = {pk: _seat(post, tuple(spans.get(pk, ()))) for pk, post in posts.items()}
        matrix = cls(
            on=on,
            lines=lines,
            standards=_standard_lines(Standard.objects.all()),
            seats=seats,
            posts=posts,
            bodies={body.pk: body for body in OutsideBody.objects.all()},
            ranks=dict(AreaLevel.objects.values_list("pk", "rank")),
        )
        for seat in seats.values():
            if seat.area is not None:
                matrix._by_place.setdefault((seat.area.pk, seat.function), []).append(seat)
        return matrix

    def at(self, on: date) -> Matrix:
        """The same lines read on another day; nothing is loaded again."""
        return Matrix(
            on,
            self.lines,
            self.standards,
            self.seats,
            self.posts,
            self.bodies,
            self.ranks,
            self._levels,
            self._by_place,
        )

    def route(self, area: Area, subject: Subject | None, above: AreaLevel | int | None = None) -> Route:
        """As route_for, without a query once the area's ancestors have been met."""
        chain = self._chain(area)
        places = {step.area.pk for step in chain}
        functions = {line.function for line in self.lines if line.function}
        near = {
            seat.post_id: seat
            for pk in places
            for function in functions
            for seat in self._by_place.get((pk, function), ())
        }
        for line in self.lines:
            if line.post_id in self.seats:
                near[line.post_id] = self.seats[line.post_id]
        decision = rules.find_route(
            chain=chain,
            subjects=subject_chain(subject),
            lines=self.lines,
            seats=near,
            on=self.on,
            above=_rank(above),
        )
        return Route(
            self.posts.get(decision.post_id) if decision.post_id else None,
            self.bodies.get(decision.outside_body_id) if decision.outside_body_id else None,
            decision.level_rank,
        )

    def focal(self, area: Area) -> Post | None:
        """As focal_post_for, without a query."""
        found = rules.nearest_focal(self.seats.values(), placed(area), self.on)
        return self.posts[found] if found else None

    def times(self, subject: Subject | None) -> ServiceTimes:
        """As standard_for, without a query."""
        return rules.times_for(self.standards, subject_chain(subject), self.on)

    def _chain(self, area: Area) -> list[rules.PlacedLevel]:
        ids = chain_ids(area)
        self._levels[area.pk] = (area.path or "", area.level_id)
        unknown = [pk for pk in ids if pk not in self._levels]
        if unknown:
            for pk, path, level_id in Area.objects.filter(pk__in=unknown).values_list(
                "pk", "path", "level_id"
            ):
                self._levels[pk] = (path or "", level_id)
        return [
            rules.PlacedLevel(PlacedArea(pk, self._levels[pk][0]), level_id, self.ranks[level_id])
            for pk in ids
            for level_id in [self._levels[pk][1]]
        ]


# --- subjects ----------------------------------------------------------------------------------


def subjects_offered() -> list[Subject]:
    """The top subjects offered to residents; `children.all()` of each is read already. Two queries."""
    return list(
        Subject.objects.filter(parent__isnull=True, offered=True)
        .order_by("position", "key")
        .prefetch_related(
            Prefetch("children", Subject.objects.filter(offered=True).order_by("position", "key"))
        )
    )


def subject_by_key(key: str) -> Subject:
    """The subject with this key, its parent read along. Raises SubjectUnknown."""
    found = Subject.objects.select_related("parent").filter(key=key[:60]).first()
    if found is None:
        raise SubjectUnknown(field="subject", subject=key[:60])
    return found


# --- teams -------------------------------------------------------------------------------------


def postings_now(area_ids: Iterable[int], on: date) -> QuerySet[Posting]:
    """The postings in exactly these areas that include the day, with team, sponsor and round."""
    return (
        Posting.objects.filter(is_on(on, "starts_on", "ends_on"), area__in=list(area_ids))
        .select_related("team__sponsor", "area", "round")
        .order_by("area__path", "pk")
    )


def team_of(area: Area, on: date) -> Team | None:
    """The team posted to the area, or to the nearest area above it, on a day. One query."""
    posting = postings_now(chain_ids(area), on).order_by("-area__depth").first()
    return posting.team if posting else None
