"""The telling of the demo: day after day, feedback comes in and what was begun goes on.

Each case's course is a generator (courses.py) that acts through the services and yields how long
it then waits. The clock is held at each day in turn; once a week the machinery ticks.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import transaction

from answerable.access.problems import NotThere
from answerable.access.rules import PUBLIC, SYSTEM, Actor
from answerable.kernel import clock
from answerable.kernel.problem import Problem
from answerable.listening.models import Session, Slip
from answerable.listening.problems import SessionCap
from answerable.listening.services import (
    NewFeedback,
    reassign_work,
    receive_batch,
    record_session,
    review_reassignment,
    tick,
)
from answerable.listening.services.lookups import Lookups, reading_ahead
from answerable.listening.services.releasing import release_due
from answerable.places.models import Area
from answerable.promises.services import tick as tick_promises
from answerable.safeguards.codes import new_code

from . import notary, words
from .aims import aims
from .asked import asked
from .building import TRADES
from .by_lot import by_lot
from .common_purse import FEW as FEW_PURSES
from .common_purse import PURSES, purse
from .courses import COURSES, Life, Wait
from .fates import FATES, followed
from .given_word import FEW as FEW_PROMISES
from .given_word import PROMISES, promise
from .ground import Ground
from .passing_on import pass_on
from .people import People, hand_over, post_round, slug
from .scale import Dates, Scale
from .showcase import SHOWCASE
from .slip_pad import Pad
from .treasury import Treasury

Course = Iterator[Wait]
TICK_EVERY = 28
#: The register's places are given and its checkpoint is signed once a week: the boards show one a week.
SIGN_EVERY = 7
ONE_DAY = timedelta(days=1)
#: The second round is prepared that long before it begins; one desk's work is moved a week into it.
ROUND_AHEAD = timedelta(days=5)
MOVE_AFTER = timedelta(days=7)
#: By then the second round has answered for what the first one left.
PASS_ON_AFTER = timedelta(days=12)
#: How the languages are spread in a county, one county after the other: en, ar, zh-hans.
SPEECH = ((5, 4, 1), (2, 7, 1), (1, 2, 7), (7, 1, 2), (2, 1, 7), (1, 8, 1))
#: Below so many cases it is the small world.
FEW = 500
LANGUAGES = ("en", "ar", "zh-hans")


@dataclass
class Birth:
    """Something that will be said: where, about what, how, and what comes of it."""

    village: Area
    matter: words.Matter
    language: str
    course: str
    code: str | None
    channel: str
    label: str = ""


@dataclass
class Story:
    """The world while it is told."""

    ground: Ground
    people: People
    scale: Scale
    dates: Dates
    rng: random.Random
    treasury: Treasury
    births: dict[date, list[Birth]] = field(default_factory=dict)
    lives: dict[int, list[Life]] = field(default_factory=dict)
    #: What the command prints: label -> tracking code.
    shown: dict[str, str] = field(default_factory=dict)
    refused: int = 0
    #: What broke off a course that has to come to its end.
    broken: list[str] = field(default_factory=list)
    _waiting: list[tuple[date, int, Area, Course, str]] = field(default_factory=list)
    #: What is built or will be, by village: one thing of a kind.
    built: dict[int, set[str]] = field(default_factory=dict)
    #: Cases that a project answers.
    linked: set[int] = field(default_factory=set)
    pad: Pad | None = None
    _keys: set[str] = field(default_factory=set)
    _lookups: Lookups | None = None
    _count: int = 0

    # --- what will be said ---------------------------------------------------------------------

    def plan(self) -> list[str]:
        """Draw all births; return the codes that will be given, so that they can be hashed ahead."""
        for place, show in enumerate(SHOWCASE):
            village = self.ground.villages[0 if show.label else 1 + place % (len(self.ground.villages) - 1)]
            day = max(self.dates.today - timedelta(days=show.days_ago), self.dates.first + ONE_DAY)
            matter = words.pick_matter(self.rng, sensitive=show.sensitive, subject=show.subject)
            code = new_code() if show.code else None
            language = "en" if show.label else self.language(village)
            birth = Birth(
                village, matter, language, show.course, code, "web" if code else "paper", show.label
            )
            self.births.setdefault(day, []).append(birth)
            if show.run is followed:
                self.another(village, show.subject)
            if code and show.label:
                self.shown[show.label] = code
        rest = self.scale.cases - len(SHOWCASE)
        ranks = list(self.ground.villages[1:])
        self.rng.shuffle(ranks)
        ranks.insert(0, self.ground.villages[0])
        weights = [1 / (rank + 5) for rank in range(len(ranks))]
        names, shares = zip(*[(key, course.weight) for key, course in COURSES.items()], strict=True)
        with_code = self.scale.codes
        last: tuple[Area, date] | None = None
        for n in range(rest):
            village = self.rng.choices(ranks, weights)[0]
            course = self.rng.choices(names, shares)[0]
            kind = COURSES[course]
            coded = kind.needs_code or self.rng.random() < with_code / max(1, rest - n)
            with_code -= coded
            day = self.dates.first + timedelta(days=self._some_day())
            together = last is not None and not coded and n % 3 > 0
            if together and last is not None:
                # Several things are said in one session.
                village, day = last
            matter = words.pick_matter(self.rng, sensitive=kind.sensitive, subject=kind.subject)
            channel = "session" if together else self._channel(coded=coded)
            last = (village, day) if channel == "session" else None
            birth = Birth(
                village, matter, self.language(village), course, new_code() if coded else None, channel
            )
            self.births.setdefault(day, []).append(birth)
        self._fate_some()
        return [birth.code for day in sorted(self.births) for birth in self.births[day] if birth.code]

    def _fate_some(self) -> None:
        """Some of what will be said is answered by a project: it is known from the start which, and how that ends."""
        fit = [
            (day, birth)
            for day in sorted(self.births)
            for birth in self.births[day]
            if birth.course in COURSES
            and not COURSES[birth.course].needs_code
            and not COURSES[birth.course].sensitive
            and birth.course not in {"thanks", "became-sensitive", "joined", "separated"}
        ]
        small = self.scale.cases < FEW
        # The narrowest windows choose first.
        for name, fate in sorted(FATES.items(), key=lambda item: item[1].most - item[1].least):
            first = max(self.dates.today - timedelta(days=fate.most), self.dates.first + ONE_DAY)
            last = self.dates.today - timedelta(days=fate.least)
            for _ in range(fate.small if small else fate.full):
                in_time = [(day, birth) for day, birth in fit if first <= day <= last]
                about_works = [found for found in in_time if found[1].matter.theme.subject in TRADES]
                day, birth = self.rng.choice(about_works or in_time or fit)
                fit.remove((day, birth))
                if not first <= day <= last:
                    self.births[day].remove(birth)
                    day = first + timedelta(days=self.rng.randint(0, (last - first).days))
                    self.births.setdefault(day, []).append(birth)
                subject = self.another(birth.village, birth.matter.theme.subject)
                if birth.matter.theme.subject != subject:
                    birth.matter = words.pick_matter(self.rng, subject=subject)
                birth.course = name
                if fate.code and birth.code is None:
                    birth.code, birth.channel = new_code(), "paper"
                elif birth.channel == "session":
                    # In a session it might be lost: a village has no more than its share of them.
                    birth.channel = "call"

    def another(self, village: Area, subject: str) -> str:
        """The subject, if nothing is built about it in the village yet, or else one about which nothing is."""
        taken = self.built.setdefault(village.pk, set())
        free = [one for one in TRADES if one not in taken]
        chosen = subject if subject in free else self.rng.choice(free or list(TRADES))
        taken.add(chosen)
        return chosen

    def project_key(self, village: Area, key: str) -> str:
        """A key that no other project has."""
        made = wanted = f"{slug(village)}-{key}"
        n = 1
        while made in self._keys:
            n += 1
            made = f"{wanted}-{n}"
        self._keys.add(made)
        return made

    def language(self, village: Area) -> str:
        """A language spoken in the village's county."""
        shares = SPEECH[self.ground.counties.index(self.ground.county_of(village)) % len(SPEECH)]
        return self.rng.choices(LANGUAGES, shares)[0]

    def _some_day(self) -> int:
        """A day of the story; a little more is said as time goes by."""
        return int(self.scale.days * max(self.rng.random(), self.rng.random() * 0.9))

    def _channel(self, *, coded: bool) -> str:
        if coded:
            return self.rng.choices(("web", "paper"), (3, 1))[0]
        return self.rng.choices(("session", "paper", "call"), (5, 3, 2))[0]

    # --- the days ------------------------------------------------------------------------------

    def tell(self, progress: Callable[[int], object]) -> None:
        """Live through all days; the matrix is read once for each round."""
        turning = self.dates.second_round - ROUND_AHEAD
        with reading_ahead():
            self._tell(self.dates.founded, turning - ONE_DAY, progress)
        with clock.held_at(turning):
            post_round(people=self.people, ground=self.ground, dates=self.dates, number=2, rng=self.rng)
            hand_over(people=self.people, dates=self.dates, rng=self.rng)
        with reading_ahead():
            self._tell(turning, self.dates.last, progress)

    def _tell(self, day: date, last: date, progress: Callable[[int], object]) -> None:
        Lookups(day).know(self.ground.villages)
        while day <= last:
            with clock.held_at(day), transaction.atomic():
                self._lookups = Lookups(day)
                if day == self.dates.founded:
                    self._begin_all()
                if day == self.dates.second_round + MOVE_AFTER:
                    self._move_work(day)
                if day == self.dates.second_round + PASS_ON_AFTER:
                    pass_on(self, day)
                self._hear(day)
                self._go_on(day)
                if (day - self.dates.first).days % TICK_EVERY == 0 or day == self.dates.last:
                    tick(today=day)
                    tick_promises(today=day)
                    release_due(day)
                if day == self.dates.last:
                    self.treasury.reconcile()
            if (day - self.dates.first).days % SIGN_EVERY == 0 or day == self.dates.last:
                with clock.held_at(day):
                    notary.day_is_over(day)
            progress(1)
            day += ONE_DAY

    def _begin_all(self) -> None:
        """What begins by itself when the programme does."""
        if self.people.operator is not None:
            self.pad = Pad(self.ground.township_of(self.ground.villages[0]))
            self.pad.issue(self.people.operator)
        province = self.ground.province
        assert province is not None  # noqa: S101 - the ground is laid
        small = self.scale.cases < FEW
        told = [*self.treasury.sources(), self.treasury.forgotten()]
        told += [promise(self, given) for given in PROMISES[: FEW_PROMISES if small else None]]
        told += [purse(self, wanted) for wanted in PURSES[: FEW_PURSES if small else None]]
        told += [aims(self), asked(self), by_lot(self)]
        for n, course in enumerate(told):
            self._next(province, course, f"course {n}")

    def _move_work(self, day: date) -> None:
        """One desk is overloaded: the county moves its work to the township's coordinator, reviewed."""
        township = self.ground.townships[-1]
        desk = self.people.posts[f"{slug(township)}-case-desk"]
        coordinator = self.people.posts[f"{slug(township)}-coordination"]
        county = self.people.posts[f"{slug(self.ground.county_of(township))}-coordination"]
        actor = self.people.actor_in(county.pk, day) or SYSTEM
        review = review_reassignment(actor=actor, from_post=desk, to_post=coordinator)
        reassign_work(
            actor=actor, from_post=desk, to_post=coordinator, digest=review.digest, reason="workload"
        )

    def _hear(self, day: date) -> None:
        sessions: dict[int, list[Birth]] = {}
        for birth in self.births.get(day, ()):
            if birth.channel == "session":
                sessions.setdefault(birth.village.pk, []).append(birth)
            else:
                self._receive([birth], self._recorder(birth, day))
        for births in sessions.values():
            recorder = self._recorder(births[0], day)
            session = self.meet(births[0].village, day, actor=recorder, kind="")
            if session is not None:
                self._receive(births, recorder, session)

    def meet(self, village: Area, day: date, *, actor: Actor | None = None, kind: str) -> Session | None:
        """Hold a listening session; None where the village had enough of them this month."""
        kinds = ("public-meeting", "drop-in", "group-discussion", "invited-visit")
        kind = kind or self.rng.choices(kinds, (4, 3, 2, 1))[0]
        present = self.rng.randint(14, 70) if kind == "public-meeting" else self.rng.randint(3, 14)
        actor = actor or self.team(village, day)
        if actor is None:
            return None
        try:
            return record_session(
                actor=actor,
                area=village,
                kind=kind,
                on=day,
                languages=sorted({self.language(village), self.language(village)}),
                present=present,
                present_women=present * self.rng.randint(35, 60) // 100,
            )
        except SessionCap:
            return None

    def team(self, village: Area, day: date) -> Actor | None:
        """A member of the team that is in the village."""
        seats = self.people.team_seats(village, day)
        return self.people.actor_in(self.rng.choice(seats), day) if seats else None

    def _recorder(self, birth: Birth, day: date) -> Actor:
        if birth.channel == "web":
            return PUBLIC
        if birth.channel != "call" and (team := self.team(birth.village, day)):
            return team
        desk = self.people.posts[f"{slug(self.ground.township_of(birth.village))}-case-desk"]
        return self.people.actor_in(desk.pk, day) or SYSTEM

    def _receive(self, births: list[Birth], actor: Actor, session: Session | None = None) -> None:
        fitting = [self._joined_to_another(birth) for birth in births]
        slips = [self._slip(birth) for birth in fitting]
        items = [
            NewFeedback(
                area=birth.village,
                kind="thanks" if birth.course == "thanks" else birth.matter.kind,
                subject=self.ground.subjects[_subject(birth)],
                text=self._said(birth),
                language=birth.language,
                channel=birth.channel,
                code=birth.code,
                session=session,
                urgent=birth.course != "thanks" and self.rng.random() < 0.04,
                slip=slip,
            )
            for birth, slip in zip(fitting, slips, strict=True)
        ]
        heard = receive_batch(actor=actor, items=items, lookups=self._lookups)
        for birth, one in zip(fitting, heard, strict=True):
            life = Life(
                self,
                one.case.pk,
                birth.village,
                birth.matter,
                birth.language,
                birth.code,
                birth.course,
                birth.channel,
            )
            self.lives.setdefault(birth.village.pk, []).append(life)
            course = (
                COURSES.get(birth.course)
                or FATES.get(birth.course)
                or next(s for s in SHOWCASE if s.course == birth.course)
            )
            must = birth.course if birth.course in FATES or birth.label else ""
            self._next(life.village, course.run(life), must)

    def _slip(self, birth: Birth) -> Slip | None:
        """The printed slip that somebody took before speaking at the desk; the code is then the one under its flap."""
        if self.pad is None or birth.channel != "paper" or birth.label:
            return None
        taken = self.pad.take(birth.village)
        if taken is None:
            return None
        slip, birth.code = taken
        self.shown.setdefault("from under the flap of a slip", birth.code)
        return slip

    def _said(self, birth: Birth) -> str:
        if birth.course == "thanks":
            return words.thanks(self.rng, birth.language)
        return birth.matter.text("said", birth.language)

    def _joined_to_another(self, birth: Birth) -> Birth:
        """What will be joined is about the same matter as something said in the village lately."""
        if birth.course not in {"joined", "separated"}:
            return birth
        for life in reversed(self.lives.get(birth.village.pk, [])[-8:]):
            if not life.matter.theme.sensitive and life.is_open():
                birth.matter = life.matter
                break
        return birth

    # --- what was begun ------------------------------------------------------------------------

    def _go_on(self, day: date) -> None:
        while self._waiting and self._waiting[0][0] <= day:
            _, _, area, course, must = heapq.heappop(self._waiting)
            self._next(area, course, must)

    def _next(self, area: Area, course: Course, must: str = "") -> None:
        """Let a course act until it waits again. What the rules refuse ends it: the world went another way.

        `must` names a course that has to come to its end: what ends it before is kept to be looked at.
        """
        try:
            wait = next(course)
        except StopIteration:
            return
        except (NotThere, Problem) as refused:
            self.refused += 1
            if must:
                self.broken.append(f"{clock.today()} {must}: {refused.code} {refused}")
            return
        on = clock.today() + timedelta(days=wait.days)
        if wait.office and self._lookups is not None:
            calendar = self._lookups.calendar(area)
            while not calendar.is_working_day(on):
                on += ONE_DAY
        self._count += 1
        if on <= self.dates.last:
            heapq.heappush(self._waiting, (on, self._count, area, course, must))


def _subject(birth: Birth) -> str:
    return "other-thanks" if birth.course == "thanks" else birth.matter.theme.subject
