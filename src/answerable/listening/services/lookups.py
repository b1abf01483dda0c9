"""What a case needs to know of its surroundings, asked once for one act or one batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date

from answerable.access.models import Post
from answerable.kernel.workdays import WorkCalendar
from answerable.listening.models import Case
from answerable.places.models import Area
from answerable.places.selectors import work_calendar, work_calendars
from answerable.programme.models import OutsideBody, Subject
from answerable.programme.rules import ServiceTimes
from answerable.programme.selectors import Matrix, focal_post_for, posts_for_area, route_for, standard_for


@dataclass
class _ReadAhead:
    matrix: Matrix
    calendars: dict[int, WorkCalendar] = field(default_factory=dict)
    subjects: dict[int, Subject] = field(default_factory=dict)


_read_ahead: ContextVar[_ReadAhead | None] = ContextVar("answerable_lookups", default=None)


@contextmanager
def reading_ahead() -> Iterator[None]:
    """Read matrix and standards once for many acts; each calendar once, too.

    For bulk work, while nobody changes them: what changes inside the block is not seen.
    """
    token = _read_ahead.set(_ReadAhead(Matrix.load(date.min)))
    try:
        yield
    finally:
        _read_ahead.reset(token)


class Lookups:
    """Calendars, standards and routes, kept for as long as this object lives (one day's work at most)."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._ahead = _read_ahead.get()
        self._calendars: dict[int, WorkCalendar] = self._ahead.calendars if self._ahead else {}
        self._times: dict[int, ServiceTimes] = {}
        self._routes: dict[tuple[int, int, int | None, date], tuple[Post | None, OutsideBody | None]] = {}
        self._focal: dict[int, Post | None] = {}

    @classmethod
    def for_many(cls, on: date) -> Lookups:
        """Lookups that read the matrix and the standards once, for many cases of one day."""
        with reading_ahead():
            return cls(on)

    def know(self, areas: Iterable[Area]) -> None:
        """Read the calendars of many areas at once."""
        unknown = {area.pk: area for area in areas if area.pk not in self._calendars}
        if len(unknown) > 1:
            self._calendars.update(work_calendars(unknown.values()))

    def calendar(self, area: Area) -> WorkCalendar:
        """The working calendar of an area."""
        if area.pk not in self._calendars:
            self._calendars[area.pk] = work_calendar(area)
        return self._calendars[area.pk]

    def times(self, subject: Subject) -> ServiceTimes:
        """The service standard of a subject."""
        if subject.pk not in self._times:
            ahead = self._ahead
            self._times[subject.pk] = (
                ahead.matrix.at(self.on).times(subject) if ahead else standard_for(subject, self.on)
            )
        return self._times[subject.pk]

    def owner(self, area: Area, subject: Subject) -> tuple[Post | None, OutsideBody | None]:
        """Who answers first: the post, and the outside body that the matrix names, if any.

        A matter of an outside body stays with the nearest coordinator, who refers it and tells the resident.
        """
        return self._route(area, subject, None, self.on)

    def subject(self, case: Case) -> Subject:
        """The subject of a case."""
        if self._ahead is None:
            return case.subject
        known = self._ahead.subjects
        if case.subject_id not in known:
            known |= Subject.objects.in_bulk()
        return known[case.subject_id]

    def above(self, case: Case, post_id: int | None, *, on: date | None = None) -> Post | None:
        """The post one level up from the given one as the matrix stood on a day, or None at the top."""
        rank = self._rank(post_id)
        if rank is None:
            return None
        found, _ = self._route(case.area, self.subject(case), rank, on or self.on)
        return found

    def focal(self, area: Area) -> Post | None:
        """The focal point that sensitive feedback of an area goes to."""
        if area.pk not in self._focal:
            ahead = self._ahead
            self._focal[area.pk] = (
                ahead.matrix.at(self.on).focal(area) if ahead else focal_post_for(area, self.on)
            )
        return self._focal[area.pk]

    def judge(self, case: Case) -> Post | None:
        """Who decides an appeal: the post one level up; at the top another post of another level, if there is one.

        A sensitive case goes to another focal point. Only where nobody else exists does it stay.
        """
        roles = ("focal-point",) if case.sensitive else ("director", "coordinator", "case-handler")
        if not case.sensitive and (above := self.above(case, case.owner_id)) is not None:
            return above
        others = [post for post in posts_for_area(case.area, roles, self.on) if post.pk != case.owner_id]
        elsewhere = [post for post in others if case.owner is None or post.area_id != case.owner.area_id]
        return next(iter(elsewhere or others), case.owner)

    def next_judge(self, case: Case, *, on: date | None = None) -> Post | None:
        """Who takes over an appeal that was not decided in time: one level up, a sensitive one among focal points."""
        if not case.sensitive:
            return self.above(case, case.appeal_post_id, on=on)
        taken = {case.owner_id, case.appeal_post_id}
        posts = posts_for_area(case.area, ("focal-point",), on or self.on)
        return next((post for post in posts if post.pk not in taken), None)

    def _route(
        self, area: Area, subject: Subject, above: int | None, on: date
    ) -> tuple[Post | None, OutsideBody | None]:
        key = (area.pk, subject.pk, above, on)
        if key not in self._routes:
            route = (
                self._ahead.matrix.at(on).route(area, subject, above)
                if self._ahead
                else route_for(area=area, subject=subject, on=on, above=above)
            )
            post = route.post
            if post is None and above is None:
                posts = posts_for_area(area, ("coordinator", "director"), on)
                post = max(posts, key=_depth, default=None)
            self._routes[key] = (post, route.outside_body)
        return self._routes[key]

    def _rank(self, post_id: int | None) -> int | None:
        """The rank of the level that a post is at."""
        if post_id is None:
            return None
        if self._ahead and post_id in self._ahead.matrix.posts:
            area = self._ahead.matrix.posts[post_id].area
            return self._ahead.matrix.ranks[area.level_id] if area else None
        return Post.objects.filter(pk=post_id).values_list("area__level__rank", flat=True)[0]


def _depth(post: Post) -> tuple[int, int]:
    return (post.area.depth if post.area else 0, -post.pk)


def times_of(case: Case) -> ServiceTimes:
    """The standard that was promised when the case was heard: a later change does not touch it."""
    return ServiceTimes(
        acknowledge_days=case.acknowledge_days,
        answer_days=case.answer_days,
        resolve_days=case.resolve_days,
        silence_days=case.silence_days,
    )
