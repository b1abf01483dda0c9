"""Cases that stand, when the telling ends, in one state each: so that every state is there to be looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from answerable.kernel import clock
from answerable.listening import services
from answerable.listening.models import Case

from .courses import Course, Life, Run, Wait
from .fates import followed
from .words import phrase


@dataclass(frozen=True)
class Show:
    """A course that ends in a state; `label` puts it into the tour's village and prints its code."""

    course: str
    run: Run
    days_ago: int
    code: bool = False
    label: str = ""
    sensitive: bool = False
    subject: str = ""


def untouched(_: Life) -> Course:
    """Nothing happens yet."""
    yield Wait(1_000)


def after(days: int, service: Callable[..., Case], words: Callable[[Life], dict[str, object]]) -> Run:
    """One act of the office some days on."""

    def run(life: Life) -> Course:
        yield Wait(days)
        life.office(service, **words(life))

    return run


def screened(life: Life) -> Course:
    """Screened."""
    yield Wait(1)
    row = Case.objects.select_related("subject").get(pk=life.case)
    life.office(services.screen_case, subject=row.subject, kind=row.kind, urgent=False)


def claimed(life: Life) -> Course:
    """Said to be done."""
    yield Wait(3)
    life.office(services.claim_done, **life.reply("done", ask=True))


def claimed_and_confirmed(life: Life) -> Course:
    """Done and confirmed."""
    yield from claimed(life)
    yield Wait(2, office=False)
    if life.code:
        services.confirm(code=life.code)


def claimed_and_refused(life: Life) -> Course:
    """Said to be done, and it is not."""
    yield from claimed(life)
    yield Wait(2, office=False)
    if life.code:
        services.say_not_done(code=life.code, **life.say("not_done"))


def declined(life: Life) -> Course:
    """Declined."""
    yield Wait(3)
    text = life.say("decline.no-money")
    life.office(services.decline_case, reason="no-money", public_text=text["text"], **text)


def declined_and_appealed(life: Life) -> Course:
    """Declined; a second look is asked for."""
    yield from declined(life)
    yield Wait(2, office=False)
    if life.code:
        services.appeal(code=life.code, **life.say("appeal"))


def planned(life: Life) -> Course:
    """Planned for a day."""
    yield Wait(2)
    until = clock.today() + timedelta(days=60)
    public = phrase("plan_public", life.language)
    life.office(services.plan_case, until=until, public_text=public, **life.say("plan"))


def referred(life: Life) -> Course:
    """With another body."""
    yield Wait(2)
    body = life.story.ground.bodies["valley-power"]
    life.office(services.refer_case, body=body, **life.say("refer"))


def out_of_scope(life: Life) -> Course:
    """Not of the programme."""
    yield Wait(2)
    body = life.story.ground.bodies["meridale-telecom"]
    life.office(services.rule_out_of_scope, body=body, **life.say("out_of_scope"))


def joined(life: Life) -> Course:
    """Joined to another case of the village."""
    yield Wait(2)
    into = next(other for other in life.story.lives[life.village.pk] if other.course == "show-main")
    life.office(services.join_case, into=into.case)


def withdrawn(life: Life) -> Course:
    """Taken back."""
    yield Wait(2, office=False)
    if life.code:
        services.withdraw(code=life.code)


def _nothing(_: Life) -> dict[str, object]:
    return {}


def _explained(life: Life) -> dict[str, object]:
    return {"decision": "explained", **life.reply("explain")}


def _unverifiable(life: Life) -> dict[str, object]:
    return {"reason": "nothing-found-on-site", **life.say("cannot_verify")}


answered = after(2, services.answer_case, _explained)
SHOWCASE = (
    Show("show-waiting", untouched, 2, code=True, label="waiting", subject="water-pump"),
    Show("show-claimed", claimed, 9, code=True, label="said to be done", subject="light-street"),
    Show("show-answered", answered, 9, code=True, label="answered", subject="water-fields"),
    Show("show-followed", followed, 300, code=True, label="done and paid: follow it", subject="water-pump"),
    Show("show-received", untouched, 1),
    Show("show-acknowledged", after(1, services.acknowledge_case, _nothing), 7),
    Show("show-screened", screened, 8, sensitive=True),
    Show("show-assigned", screened, 8),
    Show("show-started", after(2, services.start_work, _nothing), 9),
    Show("show-asked", after(2, services.ask_resident, lambda life: dict(life.say("ask"))), 9),
    Show("show-planned", planned, 9),
    Show("show-referred", referred, 9, subject="light-cuts"),
    Show("show-confirmed", claimed_and_confirmed, 15, code=True),
    Show("show-unconfirmed", claimed, 62),
    Show("show-refused", claimed_and_refused, 15, code=True),
    Show("show-appealed", declined_and_appealed, 15, code=True),
    Show("show-declined", declined, 12),
    Show("show-out-of-scope", out_of_scope, 12, subject="phone-none"),
    Show("show-unverifiable", after(3, services.mark_unverifiable, _unverifiable), 12),
    Show("show-main", after(2, services.start_work, _nothing), 14, subject="roads-drain", label="shared"),
    Show("show-joined", joined, 12, subject="roads-drain", label="joined"),
    Show("show-withdrawn", withdrawn, 12, code=True),
    Show("show-closed", answered, 80),
)
