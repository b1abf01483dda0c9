"""The common way of every act on a promise: find, lock, catch up, check, write the step, summarise, record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from answerable.access.gate import Act, acting
from answerable.access.models import Post
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.text import clean_text
from answerable.kernel.workdays import ONE_DAY, WorkCalendar
from answerable.places.models import Area
from answerable.places.selectors import work_calendar
from answerable.programme.selectors import posts_for_area, route_for
from answerable.projects.models import Project, ProjectStep
from answerable.promises.models import Promise, PromiseStep, Saying
from answerable.promises.problems import (
    NotYourPromise,
    PromiseChanged,
    PromiseNotRead,
    PromiseStepNotAllowed,
)
from answerable.promises.rules import By, Due, Logged, State, Step, may_take, next_due, next_state, summarise
from answerable.promises.selectors import promise_for
from answerable.register.erasable import committed

TEXT_LIMIT = 600


@dataclass
class OpenPromise:
    """A promise under the gate: its log, and the one method that adds to it."""

    promise: Promise
    act: Act
    today: date
    calendar: WorkCalendar
    log: list[Logged] = field(default_factory=list)

    def take(
        self,
        step: Step,
        *,
        by: By = By.OFFICE,
        on: date | None = None,
        reason: str = "",
        until: date | None = None,
        to_post: Post | None = None,
        project: Project | None = None,
        saying: Saying | None = None,
    ) -> PromiseStep:
        """Take a step: refuse it where the state does not allow it, else write it and note the event."""
        state = State(self.promise.state)
        if not may_take(step, state, by):
            raise PromiseStepNotAllowed(state=state.value)
        after = next_state(step, state)
        day = on or self.today
        row = PromiseStep.objects.create(
            promise=self.promise,
            n=len(self.log) + 1,
            step=step.value,
            on=day,
            by=by.value,
            state=after.value,
            post_id=self.act.post_id if by is By.OFFICE else None,
            to_post=to_post,
            reason=reason,
            until=until,
            project=project,
            saying=saying,
        )
        self.log.append(Logged(step, day, after, reason, until))
        self.promise.state = after.value
        if to_post is not None:
            self.promise.owner = to_post
        if after is not State.TAKEN_UP:
            self.promise.project = None
        elif project is not None:
            self.promise.project = project
        self.act.record(
            f"promises.{step.value}",
            promise=self.promise.pk,
            n=row.n,
            state=after.value,
            reason=reason,
            to_post=to_post.pk if to_post else None,
            until=until,
            project=project.pk if project else None,
        )
        return row

    def say(self, text: str, language: str, *, read: bool) -> Saying:
        """Keep the office's public word. Raises PromiseNotRead, TextMissing, TextTooLong."""
        words = clean_text(text, limit=TEXT_LIMIT, field="text")
        if not read:
            raise PromiseNotRead(field="read")
        return Saying.objects.create(
            promise=self.promise, on=self.today, language=language, **committed(words)
        )

    def save(self) -> None:
        """Write the columns that the log comes to."""
        write_summary(self.promise, self.log, self.calendar)
        self.promise.save()


def write_summary(promise: Promise, log: list[Logged], calendar: WorkCalendar) -> None:
    """Copy what a log comes to into a promise's columns (unsaved)."""
    for name, value in vars(summarise(log, calendar)).items():
        setattr(promise, name, value.value if isinstance(value, State) else value)
    promise.version = len(log)


def read_log(promise: Promise) -> list[Logged]:
    """The promise's log as the rules read it. One query."""
    rows = PromiseStep.objects.filter(promise=promise).order_by("n")
    return [
        Logged(Step(step), on, State(state), reason, until)
        for step, on, state, reason, until in rows.values_list("step", "on", "state", "reason", "until")
    ]


def opened(pk: int, act: Act, area: Area, today: date) -> OpenPromise:
    """The promise, locked for this transaction, with its log."""
    promise = Promise.objects.select_for_update().get(pk=pk)
    promise.area = area
    return OpenPromise(promise, act, today, work_calendar(area), read_log(promise))


def catch_up(under: OpenPromise) -> int:
    """Do what is owed up to the act's day; return the number of steps written.

    What a project or a post came to counts from its own day, like the clocks.
    """
    written = 0
    while True:
        owed = [_project_gone(under), _post_gone(under), next_due(under.log, under.calendar)]
        fallen = [due for due in owed if due is not None and due.on <= under.today]
        if not fallen:
            return written
        due = min(fallen, key=lambda one: one.on)
        if due.step is Step.ESCALATED:
            under.take(due.step, by=By.SYSTEM, on=due.on, reason=due.reason, to_post=_above(under, due.on))
        elif due.step is Step.MOVED:
            under.take(due.step, by=By.SYSTEM, on=due.on, reason=due.reason, to_post=_heir(under, due.on))
        else:
            under.take(due.step, by=By.SYSTEM, on=due.on, reason=due.reason)
        written += 1


def _project_gone(under: OpenPromise) -> Due | None:
    """A promise whose project was cancelled is open again from that day on, whatever became of the project since."""
    project = under.promise.project
    if under.promise.state != State.TAKEN_UP or project is None:
        return None
    taken = next(entry.on for entry in reversed(under.log) if entry.step is Step.TAKEN_UP)
    if project.phase == "cancelled":
        gone: date | None = project.phase_since
    else:
        ended = ProjectStep.objects.filter(project=project, phase="cancelled", on__gt=taken).order_by("n")
        gone = ended.values_list("on", flat=True).first()
    return Due(max(gone, under.log[-1].on), Step.REOPENED, "project-cancelled") if gone else None


def _post_gone(under: OpenPromise) -> Due | None:
    """A promise of a post that has ended goes to the one that answers there now."""
    last = under.promise.owner.valid_to
    if last is None or last >= under.today or under.promise.state not in {State.OPEN, State.TAKEN_UP}:
        return None
    on = max(last + ONE_DAY, under.log[-1].on)
    return Due(on, Step.MOVED, "post-ended") if _heir(under, on) is not None else None


def _heir(under: OpenPromise, on: date) -> Post | None:
    """Who answers for the place when its post is gone: by the matrix, else the nearest that covers it."""
    area = under.promise.area
    found = route_for(area=area, subject=None, on=on).post
    others = posts_for_area(area, ("case-handler", "coordinator", "director"), on)
    fitting = (post for post in (found, *others) if post is not None)
    return next((post for post in fitting if post.pk != under.promise.owner_id), None)


def _above(under: OpenPromise, on: date) -> Post | None:
    """The post of the next level, or None at the top: then it stays, and the step says why all the same."""
    owner = under.promise.owner
    if owner.area is None:
        return None
    found = route_for(area=under.promise.area, subject=None, on=on, above=owner.area.level.rank).post
    return found if found is not None and found.pk != owner.pk else None


@contextmanager
def on_promise(actor: Actor, pk: int, *, version: int | None) -> Iterator[OpenPromise]:
    """Open one promise for an act of the office: of the post that owes it, or of one that may move its work.

    Raises NotThere, Denied, PromiseChanged, NotYourPromise. What was owed by today is done first.
    """
    seen = promise_for(actor, pk)
    with acting(actor, Right.RECORD_PROJECTS, seen.area) as act:
        under = opened(pk, act, seen.area, clock.today())
        if version is not None and version != under.promise.version:
            raise PromiseChanged(changes=_changes(under.promise, version))
        _check_owner(actor, under.promise, act)
        catch_up(under)
        yield under
        if not act.idle or act.records:
            under.save()


def _check_owner(actor: Actor, promise: Promise, act: Act) -> None:
    if actor.kind != "staff":
        return
    if promise.owner_id in {holding.post_id for holding in actor.holdings}:
        act.post_id = promise.owner_id
    elif act.post_id not in {holding.post_id for holding in actor.holdings_with(Right.REASSIGN)}:
        raise NotYourPromise(post=promise.owner.key)


def _changes(promise: Promise, version: int) -> str:
    rows = PromiseStep.objects.filter(promise=promise, n__gt=version).order_by("n").values_list("step", "on")
    return ", ".join(f"{step} ({on.isoformat()})" for step, on in rows) or "-"
