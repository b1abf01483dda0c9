"""How the demo's projects end: one course for each way, and how many there are of it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

from answerable.kernel import clock
from answerable.money.models import Entry, Posting
from answerable.money.services import refuse_proposal, reverse_entry
from answerable.projects import services as projects

from .building import (
    Work,
    agree,
    begin_building,
    choose,
    claim,
    close,
    codes,
    finance,
    half,
    hand_over,
    in_parts,
    look_again,
    meeting,
    pay,
    propose,
    reopened,
    snag,
)
from .courses import Course, Life, Wait

Fated = Callable[[Life], Course]


def _built(
    life: Life, *, late: bool = False, revised: bool = False, pictures: bool = False
) -> Generator[Wait, None, Work]:
    """The common way up to the claim."""
    work = yield from propose(life, pictures=pictures)
    yield life.some(1, 3)
    yield from agree(work)
    yield from finance(work, revised=revised)
    yield from begin_building(work)
    yield from pay(work, 40)
    yield from half(work, late=late, pictures=pictures)
    yield from claim(work, pictures=pictures)
    return work


def followed(life: Life) -> Course:
    """The whole chain: chosen, paid, built, confirmed by codes and in a meeting, kept and looked at again."""
    work = yield from propose(life)
    yield from choose(work, present=46)
    yield from agree(work, days=64)
    yield from finance(work)
    yield from begin_building(work)
    yield from pay(work, 40, filed=True)
    yield from half(work)
    yield from claim(work)
    yield from codes(work)
    yield from hand_over(work)
    since = clock.today()
    yield from pay(work, filed=True)
    yield from meeting(work)
    yield from close(work)
    yield from look_again(work, results=("working", "working", "working"), pictures=True, since=since)


def confirmed(life: Life) -> Course:
    """Confirmed by codes and in a meeting."""
    work = yield from _built(
        life, late=life.rng.random() < 0.4, revised=life.rng.random() < 0.3, pictures=True
    )
    yield life.some(1, 4)
    yield from pay(work)
    yield from codes(work)
    yield from meeting(work)
    yield from hand_over(work)
    yield from close(work)
    yield from look_again(work)


def by_meeting(life: Life) -> Course:
    """Chosen by the village, confirmed in a meeting; one payment goes to day labour."""
    work = yield from propose(life, pictures=False)
    if life.rng.random() < 0.4:
        yield from choose(work, present=life.rng.randint(28, 64))
    yield from agree(work)
    yield from finance(work)
    yield from begin_building(work)
    yield from pay(work, 40)
    yield from half(work, pictures=False)
    yield from claim(work, pictures=False)
    yield life.some(2, 6)
    yield from pay(work)
    yield from meeting(work)
    yield from hand_over(work)
    yield from close(work)
    yield from look_again(work)


def by_hands(life: Life) -> Course:
    """Built by day labour: so many people, whose list is committed. The rest of the line goes back up."""
    work = yield from propose(life, pictures=False)
    yield from agree(work)
    treasury = work.treasury
    yield from treasury.bring(work.payer, work.fund, work.cost)
    work.line = treasury.set_line(work.project, work.payer, work.fund, work.cost)
    yield from begin_building(work)
    yield life.some(8, 14)
    rest = work.cost // 10
    yield from treasury.pay_people(work.line, work.cost - rest, 14)
    yield from claim(work, pictures=False)
    yield from treasury.send_back(work.payer, work.fund, rest)
    yield from meeting(work)
    yield from hand_over(work)
    yield from close(work)
    yield from look_again(work)


def second_try(life: Life) -> Course:
    """Not done, says a meeting; the second try holds. A payment was refused by its checker, another undone."""
    work = yield from _built(life, pictures=True)
    yield from reopened(work)
    yield from _refused_payment(work)
    yield from claim(work, pictures=False)
    yield from _undone_payment(work)
    yield from meeting(work)
    yield from hand_over(work)
    yield from look_again(work)


def _refused_payment(work: Work) -> Course:
    """The bookkeeper takes a wrong amount; the checker sees it."""
    treasury = work.treasury
    assert work.contract is not None  # noqa: S101 - it was built under one
    builder = treasury.organisations[work.trade["builder"]]
    outcome = treasury.propose(work.contract, (work.cost - work.paid) - 9_900, "invoice", builder)
    yield work.life.some(1, 2)
    if outcome.proposal is not None:
        refuse_proposal(actor=treasury.checker(work.payer), proposal=outcome.proposal, reason="wrong-amount")
    elif outcome.entry is not None:
        work.paid += work.cost - work.paid - 9_900


def _undone_payment(work: Work) -> Course:
    """Entered on the wrong day's paper, undone, and entered again."""
    yield from pay(work)
    yield work.life.some(1, 3)
    treasury, entry = work.treasury, work.last_payment
    assert entry is not None and work.contract is not None  # noqa: S101, PT018 - just paid
    entry.book = treasury.books[work.payer.pk]
    yield from treasury.posted(
        lambda: reverse_entry(
            actor=treasury.keeper(work.payer),
            entry=entry,
            reason="wrong-day",
            slip=treasury.slip("undone"),
        ),
        work.payer,
    )
    units = _paid_by(entry)
    builder = treasury.organisations[work.trade["builder"]]
    work.last_payment = yield from treasury.pay(work.contract, units, "invoice-again", payee=builder)


def _paid_by(entry: Entry) -> int:
    rows = Posting.objects.filter(entry=entry, account__role="spent").values_list("units", flat=True)
    return sum(rows)


def still_wanting(life: Life) -> Course:
    """Not done, and not yet put right."""
    work = yield from _built(life)
    yield from reopened(work)
    snag(work, key="wanting")


def repaired(life: Life) -> Course:
    """It came loose after it was confirmed, was repaired, and confirmed again."""
    work = yield from _built(life, late=True)
    yield from pay(work)
    yield from meeting(work)
    yield from hand_over(work)
    yield life.some(10, 20)
    n = snag(work)
    yield life.some(5, 9)
    work.note(projects.repair_snag, n=n)
    yield from claim(work, pictures=False)
    yield from meeting(work)
    yield from close(work)
    yield from look_again(work, results=("partly", "working"))


def loose(life: Life) -> Course:
    """It came loose and is open again."""
    work = yield from _built(life)
    yield from pay(work)
    yield from meeting(work)
    yield life.some(6, 10)
    snag(work)


def partly(life: Life) -> Course:
    """Done in part, says the meeting."""
    work = yield from _built(life, late=True)
    yield from pay(work)
    yield from meeting(work, "partly")


def unconfirmed(life: Life) -> Course:
    """Nobody said a word about it: closed, and unconfirmed for good."""
    work = yield from _built(life)
    yield from pay(work)
    yield from hand_over(work)
    yield life.some(32, 40)
    yield from close(work)
    yield from look_again(work, results=("not",))


def waiting(life: Life) -> Course:
    """Just said to be done."""
    work = yield from propose(life, pictures=False)
    yield from agree(work, days=30)
    yield from finance(work)
    yield from begin_building(work)
    yield Wait(max(0, (life.story.dates.last - clock.today()).days - 24))
    yield from claim(work, pictures=False)
    yield from pay(work)


def building(life: Life) -> Course:
    """Under way, and the public hears of it."""
    work = yield from propose(life)
    yield from agree(work, days=90)
    yield from finance(work)
    yield from begin_building(work)
    in_parts(work)
    yield from pay(work, 40)
    yield from half(work)
    while True:
        yield life.some(10, 16)
        work.tell("progress", "progress")
        left = (life.story.dates.last - clock.today()).days
        if left < 16 and work.paid * 100 // work.cost == 40:
            assert work.contract is not None  # noqa: S101 - there is one by now
            builder = work.treasury.organisations[work.trade["builder"]]
            # Over the threshold: it waits for its checker when the telling ends.
            work.treasury.propose(work.contract, work.cost * 59 // 100, "invoice", builder)
            return


def silent(life: Life) -> Course:
    """Under way, and nobody hears of it: amber."""
    work = yield from propose(life, pictures=False)
    yield from agree(work, days=120)
    yield from finance(work)
    yield from begin_building(work)


def paid_not_done(life: Life) -> Course:
    """A leak to find: paid in full, the day is over, and nothing is said to be done."""
    work = yield from propose(life)
    yield from agree(work, days=30)
    yield from finance(work)
    yield from begin_building(work)
    yield from pay(work, 40)
    yield from pay(work)


def done_not_paid(life: Life) -> Course:
    """A leak to find: done, confirmed, and the builder still waits for the money."""
    work = yield from propose(life, pictures=False)
    yield from agree(work, days=20)
    yield from finance(work)
    work.run(projects.move_phase, phase="implementation")
    yield from claim(work, pictures=False)
    yield from meeting(work)


def preparing(life: Life) -> Course:
    """Planned; the money is still on its way."""
    work = yield from propose(life, pictures=False)
    yield from agree(work, days=80)
    yield from work.treasury.bring(work.payer, work.fund, work.cost)
    work.line = work.treasury.set_line(work.project, work.payer, work.fund, work.cost)


def proposed(life: Life) -> Course:
    """A proposal, no more."""
    yield from propose(life, pictures=False)


def suspended(life: Life) -> Course:
    """The builder left."""
    work = yield from propose(life)
    yield from agree(work)
    yield from finance(work)
    yield from begin_building(work)
    yield from pay(work, 40)
    yield life.some(10, 20)
    work.tell("stopped", "stopped")
    work.run(projects.move_phase, phase="suspended", reason="contractor")


def cancelled(life: Life) -> Course:
    """Not built: the village chose otherwise."""
    work = yield from propose(life, pictures=False)
    yield from agree(work)
    yield life.some(6, 12)
    work.tell("stopped", "cancelled")
    work.run(projects.move_phase, phase="cancelled", reason="another-answer")


@dataclass(frozen=True)
class Fate:
    """One way to end: how many in the full demo and in the small one, and how long before the end the need is heard."""

    run: Fated
    full: int
    small: int
    least: int
    most: int
    code: bool = False


FATES: dict[str, Fate] = {
    "p-confirmed": Fate(confirmed, 9, 1, 140, 400, code=True),
    "p-by-meeting": Fate(by_meeting, 8, 0, 130, 400),
    "p-by-hands": Fate(by_hands, 3, 1, 110, 380),
    "p-second-try": Fate(second_try, 3, 1, 125, 400),
    "p-still-wanting": Fate(still_wanting, 3, 1, 85, 140),
    "p-repaired": Fate(repaired, 3, 0, 170, 400),
    "p-loose": Fate(loose, 2, 0, 110, 150),
    "p-partly": Fate(partly, 3, 1, 110, 220, code=True),
    "p-unconfirmed": Fate(unconfirmed, 4, 1, 138, 400),
    "p-waiting": Fate(waiting, 4, 1, 60, 72),
    "p-building": Fate(building, 5, 1, 60, 110),
    "p-silent": Fate(silent, 4, 1, 100, 190),
    "p-paid-not-done": Fate(paid_not_done, 2, 1, 110, 200),
    "p-done-not-paid": Fate(done_not_paid, 2, 1, 140, 260),
    "p-preparing": Fate(preparing, 4, 1, 26, 50),
    "p-proposed": Fate(proposed, 4, 1, 9, 25),
    "p-suspended": Fate(suspended, 2, 1, 90, 200),
    "p-cancelled": Fate(cancelled, 2, 1, 60, 300),
}
