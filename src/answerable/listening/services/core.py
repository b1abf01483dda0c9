"""The common way of every act on a case: find, lock, catch up, check, write the step, summarise, record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from answerable.access.gate import Act, acting
from answerable.access.models import Post
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.text import clean_text
from answerable.listening.models import Case, CaseStep, Feedback, Word
from answerable.listening.problems import CaseChanged, NotYourCase, StepNotAllowed
from answerable.listening.rules.clocks import Logged, next_due
from answerable.listening.rules.states import By, State, Step, may_take, next_state
from answerable.listening.rules.summary import Summary, summarise
from answerable.listening.selectors import case_to_act_on
from answerable.places.models import Area
from answerable.register.erasable import committed

from .lookups import Lookups, times_of

TEXT_LIMIT = 4_000
_BY = {"staff": By.OFFICE, "public": By.RESIDENT, "system": By.SYSTEM}


@dataclass
class OpenCase:
    """A case under the gate: its log, and the one method that adds to it."""

    case: Case
    act: Act
    lookups: Lookups
    log: list[Logged] = field(default_factory=list)
    _before: dict[str, object] = field(init=False)

    def __post_init__(self) -> None:
        """Remember the case's columns as they were read."""
        self._before = dict(vars(self.case))

    def take(
        self,
        step: Step,
        *,
        by: By | None = None,
        on: date | None = None,
        reason: str = "",
        until: date | None = None,
        number: int | None = None,
        to_post: Post | None = None,
        other_case: Case | None = None,
        word: Word | None = None,
    ) -> CaseStep:
        """Take a step: refuse it where the state does not allow it, else write it and note the event."""
        by = by or _BY[self.act.actor.kind]
        state = State(self.case.state)
        if not may_take(step, state, by):
            raise StepNotAllowed(state=state.value)
        after = next_state(step, state)
        day = on or self.lookups.on
        row = CaseStep.objects.create(
            case=self.case,
            n=len(self.log) + 1,
            step=step.value,
            on=day,
            by=by.value,
            state=after.value,
            post_id=self.act.post_id if by is By.OFFICE else None,
            to_post=to_post,
            reason=reason,
            until=until,
            number=number,
            other_case=other_case,
            word=word,
        )
        self.log.append(Logged(step, day, after, reason, until, number))
        self.case.state = after.value
        if to_post is not None and step is not Step.APPEALED:
            self.case.owner = to_post
        self.act.record(
            f"listening.case-{step.value}",
            sealed=self.case.sensitive,
            case=self.case.pk,
            n=row.n,
            state=after.value,
            reason=reason,
            to_post=to_post.pk if to_post else None,
        )
        return row

    def say(
        self, text: str, language: str, *, feedback: Feedback | None = None, field_name: str = "text"
    ) -> Word:
        """Keep a text: the office's reply to every code of the case, or one resident's own words."""
        by_office = _BY[self.act.actor.kind] is not By.RESIDENT
        return Word.objects.create(
            case=self.case,
            feedback=feedback,
            by_office=by_office,
            on=self.lookups.on,
            language=language,
            **committed(clean_text(text, limit=TEXT_LIMIT, field=field_name)),
        )

    def save(self) -> None:
        """Write the columns that the log comes to, where they are others than before."""
        write_summary(
            self.case, summarise(self.log, times_of(self.case), self.lookups.calendar(self.case.area))
        )
        self.case.version = len(self.log)
        before, now = self._before, vars(self.case)
        self.case.save(update_fields=[name for name in _columns() if now[name] != before.get(name, now)])


@cache
def _columns() -> list[str]:
    columns = Case._meta.concrete_fields
    return [column.attname for column in columns if not column.primary_key and not column.generated]


def write_summary(case: Case, summary: Summary) -> None:
    """Copy a summary into a case's columns (unsaved)."""
    for name, value in vars(summary).items():
        setattr(case, name, value.value if isinstance(value, State) else value)


def read_log(case: Case) -> list[Logged]:
    """The case's log as the rules read it. One query."""
    return [
        Logged(Step(row.step), row.on, State(row.state), row.reason, row.until, row.number)
        for row in CaseStep.objects.raw(_log_query(), [case.pk])
    ]


def locked(pk: int, area: Area | None = None) -> Case:
    """The case, locked for this transaction (PostgreSQL: the row; SQLite: the file is ours already).

    Its own columns only: what it points to is read when an act asks for it, and most acts don't. `area` is
    its area, where that was read before.
    """
    case = next(iter(Case.objects.raw(_lock_query(), [pk])), None)
    if case is None:
        raise Case.DoesNotExist
    if area is not None and area.pk == case.area_id:
        case.area = area
    return case


# Written once, as in selectors.


@cache
def _lock_query() -> str:
    return str(Case.objects.select_for_update().filter(pk=0).query.sql_with_params()[0])


@cache
def _log_query() -> str:
    return str(CaseStep.objects.filter(case=0).order_by("n").query.sql_with_params()[0])


def catch_up(opened: OpenCase) -> int:
    """Do what the case's clocks owe up to the act's day; return the number of steps written."""
    times = times_of(opened.case)
    calendar = opened.lookups.calendar(opened.case.area)
    written = 0
    while (due := next_due(opened.log, times, calendar)) is not None and due.on <= opened.lookups.on:
        if due.step is Step.ESCALATED:
            go_up(opened, due.reason, on=due.on)
        else:
            opened.take(due.step, by=By.SYSTEM, on=due.on, reason=due.reason)
        written += 1
    return written


def go_up(opened: OpenCase, reason: str, *, on: date | None = None) -> None:
    """Pass the case to the post one level up; at the top it stays and the step says why all the same."""
    case = opened.case
    if reason == "appeal-late":
        case.appeal_post = opened.lookups.next_judge(case, on=on) or case.appeal_post
        opened.take(Step.ESCALATED, by=By.SYSTEM, on=on, reason=reason)
        return
    above = None if case.sensitive else opened.lookups.above(case, case.owner_id, on=on)
    opened.take(Step.ESCALATED, by=By.SYSTEM, on=on, reason=reason, to_post=above)


@contextmanager
def on_case(
    actor: Actor,
    right: Right,
    pk: int,
    *,
    version: int | None,
    owned: bool = True,
    beside: Iterable[int] = (),
) -> Iterator[OpenCase]:
    """Open one case for an act of the office.

    `version` is the one that the page showed: if somebody acted since, CaseChanged says what.
    `owned` demands that the actor holds the owning post, or may reassign its work. Raises NotThere,
    Denied, CaseChanged, NotYourCase. `beside` are other cases that the act will change too: all are
    locked in one order, so that two such acts never wait for each other. What the clocks owed by today
    is done first, in the same act.
    """
    seen = case_to_act_on(actor, pk)
    if seen.sensitive:
        right = Right.HANDLE_SENSITIVE
    with acting(actor, right, seen.area) as act:
        for other in sorted(beside):
            if other < pk:
                locked(other)
        case = locked(pk, seen.area)
        opened = OpenCase(case=case, act=act, lookups=Lookups(clock.today()), log=read_log(case))
        if version is not None and version != case.version:
            raise CaseChanged(changes=_changes(case, version))
        if owned:
            _check_owner(actor, case, act)
        catch_up(opened)
        yield opened
        opened.save()


def _check_owner(actor: Actor, case: Case, act: Act) -> None:
    held = {holding.post_id for holding in actor.holdings}
    mine = [pk for pk in (case.owner_id, case.appeal_post_id) if pk in held]
    if mine:
        act.post_id = mine[0]
        return
    supervising = {h.post_id for h in actor.holdings_with(Right.REASSIGN)}
    if actor.kind == "staff" and act.post_id not in supervising and not case.sensitive:
        raise NotYourCase(post=case.owner.key if case.owner else "-")


def _changes(case: Case, version: int) -> str:
    rows = CaseStep.objects.filter(case=case, n__gt=version).order_by("n").values_list("step", "on")
    return ", ".join(f"{step} ({on.isoformat()})" for step, on in rows) or "-"
