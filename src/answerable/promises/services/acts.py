"""Recording a promise, and what its post can say and do about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from answerable.access.gate import acting
from answerable.access.models import Post
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.ids import day_key
from answerable.kernel.labels import ChoiceUnknown, clean_names
from answerable.places.models import Area
from answerable.places.selectors import chain_ids, work_calendar
from answerable.projects.models import Project
from answerable.promises.models import Promise, Saying
from answerable.promises.problems import (
    DayNotAhead,
    PostCanNotPromise,
    ProjectUnfit,
    PromiseDays,
    PromiseNotRead,
    PromisePlace,
    PromiseTexts,
)
from answerable.promises.rules import (
    DECLINE_REASONS,
    LATEST_RECORD_DAYS,
    MOST_DAYS_AHEAD,
    By,
    Logged,
    State,
    Step,
)
from answerable.promises.selectors import PROMISING_ROLES, projects_that_fit, session_at

from .core import on_promise, write_summary

MOST_TEXT = 300


def record_promise(
    *,
    actor: Actor,
    area: Area,
    texts: Mapping[str, str],
    read: bool,
    due_on: date,
    post: Post,
    session: int | None = None,
    made_on: date | None = None,
    key: UUID | None = None,
) -> Promise:
    """Write down a promise made in a session (then that is its day) or in a meeting of another kind.

    The same key again gives the promise that is there. `read`: somebody read that the texts point at nobody.
    Raises Denied, PromisePlace, PromiseTexts, PromiseNotRead, PromiseDays, PostCanNotPromise.
    """
    today = clock.today()
    with acting(actor, Right.RECORD_SESSION, area) as act:
        if key and (there := Promise.objects.filter(key=key, area=area).first()):
            act.idle = True
            return there
        held = session_at(session, area) if session is not None else None
        if not area.level.is_village or (session is not None and held is None):
            raise PromisePlace(field="session" if session is not None else "village")
        if not any(text.strip() for text in texts.values()):
            raise PromiseTexts(field="texts")
        words = clean_names(texts, limit=MOST_TEXT, field="texts")
        if not read:
            raise PromiseNotRead(field="read")
        day = held.on if held is not None else made_on or today
        _check_days(day, due_on, today)
        check_can_promise(post, area, today)
        promise = Promise(
            key=key or day_key(day),
            area=area,
            texts=words,
            session_id=held.pk if held is not None else None,
            made_on=day,
            made_by=post,
            owner=post,
            due_on=due_on,
            last_word_on=day,
        )
        promise.save(force_insert=True)
        # The log begins when it is written down: nobody could be reminded before.
        promise.steps.create(
            n=1, step=Step.MADE.value, on=today, by=By.OFFICE.value, state=State.OPEN.value,
            post_id=act.post_id or post.pk, to_post=post, until=due_on,
        )  # fmt: skip
        log = [Logged(Step.MADE, today, State.OPEN, "", due_on)]
        write_summary(promise, log, work_calendar(area))
        promise.save()
        act.record("promises.made", promise=promise.pk, post=post.pk, made=day, due=due_on)
    return promise


def tell(
    *, actor: Actor, promise: int, version: int | None, text: str, language: str, read: bool,
    expected_on: date | None = None,
) -> Promise:  # fmt: skip
    """Give a public word, with a newer day if there is one; the promised day stays. Raises DayNotAhead and more."""
    with on_promise(actor, promise, version=version) as under:
        if expected_on is not None and not 0 < (expected_on - under.today).days <= MOST_DAYS_AHEAD:
            raise DayNotAhead(field="until", most=MOST_DAYS_AHEAD)
        under.take(Step.TOLD, until=expected_on, saying=under.say(text, language, read=read))
    return under.promise


def keep(*, actor: Actor, promise: int, version: int | None, text: str, language: str, read: bool) -> Promise:
    """Say that the promise is kept: the office's word, until residents say otherwise."""
    with on_promise(actor, promise, version=version) as under:
        under.take(Step.KEPT, saying=under.say(text, language, read=read))
    return under.promise


def decline(
    *, actor: Actor, promise: int, version: int | None, reason: str, text: str, language: str, read: bool
) -> Promise:
    """An honest no: with its reason, and words that everybody can read. Raises ChoiceUnknown."""
    _check_reason(reason, DECLINE_REASONS)
    with on_promise(actor, promise, version=version) as under:
        under.take(Step.DECLINED, reason=reason, saying=under.say(text, language, read=read))
    return under.promise


def take_up(
    *, actor: Actor, promise: int, version: int | None, project: Project, text: str, language: str, read: bool
) -> Promise:
    """A project takes the promise up; it is followed there, and comes back should the project be cancelled.

    Raises ProjectUnfit.
    """
    with on_promise(actor, promise, version=version) as under:
        if project.pk not in {fit.pk for fit in projects_that_fit(under.promise.area)}:
            raise ProjectUnfit(field="project")
        under.take(Step.TAKEN_UP, project=project, saying=under.say(text, language, read=read))
    return under.promise


def reopen(
    *, actor: Actor, promise: int, version: int | None, reason: str, text: str, language: str, read: bool
) -> Promise:
    """Open a settled promise again: residents say that it is not kept, or it was said too early."""
    _check_reason(reason, ("residents-say-no", "said-too-early"))
    with on_promise(actor, promise, version=version) as under:
        under.take(Step.REOPENED, reason=reason, saying=under.say(text, language, read=read))
    return under.promise


def erase_saying(*, actor: Actor, promise: int, saying: int) -> None:
    """Erase a public word that points at a person. Its step and its day stay."""
    with on_promise(actor, promise, version=None) as under:
        row = Saying.objects.filter(pk=saying, promise=under.promise, erased_on__isnull=True).first()
        if row is None:
            under.act.idle = True
            return
        row.erase(under.today)
        under.act.record("promises.saying-erased", promise=under.promise.pk, saying=row.pk)


def check_can_promise(post: Post, area: Area, today: date) -> None:
    """Raise PostCanNotPromise unless the post may owe a promise to the place."""
    fits = (
        post.role in PROMISING_ROLES
        and (post.area_id is None or post.area_id in chain_ids(area))
        and post.valid_from <= today
        and (post.valid_to is None or post.valid_to >= today)
    )
    if not fits:
        raise PostCanNotPromise(field="post", post=post.key)


def _check_days(made_on: date, due_on: date, today: date) -> None:
    soon = 0 <= (today - made_on).days <= LATEST_RECORD_DAYS
    if not soon or not 0 <= (due_on - made_on).days <= MOST_DAYS_AHEAD:
        raise PromiseDays(field="due_on", latest=LATEST_RECORD_DAYS, most=MOST_DAYS_AHEAD)


def _check_reason(reason: str, allowed: tuple[str, ...]) -> None:
    if reason not in allowed:
        raise ChoiceUnknown(field="reason", given=reason[:40] or "-", allowed=", ".join(allowed))
