"""What comes of a case in the demo: each course acts through the services and yields how long it waits."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection

from answerable.access.problems import Denied
from answerable.kernel import clock
from answerable.listening import services
from answerable.listening.models import Case
from answerable.listening.rules.states import OPEN_STATES, State
from answerable.places.models import Area

from .words import Matter, phrase

if TYPE_CHECKING:
    from .story import Story


#: Asked before each act of an office, so in plain words.
_STANDING = "SELECT COALESCE(appeal_post_id, owner_id), version FROM listening_case WHERE id = %s"


@dataclass(frozen=True)
class Wait:
    """So many days; `office` means then the next working day."""

    days: int
    office: bool = True


@dataclass
class Life:
    """A case under way, and who may act on it."""

    story: Story
    case: int
    village: Area
    matter: Matter
    language: str
    code: str | None
    course: str
    channel: str

    @property
    def rng(self) -> random.Random:
        """The story's randomness."""
        return self.story.rng

    def is_open(self) -> bool:
        """True while work is owed."""
        return self.state() in OPEN_STATES

    def state(self) -> State:
        """The state as it stands in the database."""
        return State(Case.objects.values_list("state", flat=True).get(pk=self.case))

    def office(self, service: Callable[..., Case], /, **words: Any) -> Case:
        """Act as whoever sits in the post that owns the case, or that judges its appeal."""
        with connection.cursor() as cursor:
            cursor.execute(_STANDING, [self.case])
            post, version = cursor.fetchone()
        actor = self.story.people.actor_in(post, clock.today()) if post else None
        if actor is None:
            raise Denied
        return service(actor=actor, case=self.case, version=version, **words)

    def say(self, key: str) -> dict[str, str]:
        """A phrase in the case's language, as services take it."""
        return {"text": phrase(key, self.language), "language": self.language}

    def reply(self, which: str, *, ask: bool = False) -> dict[str, str]:
        """The office's words about the matter: to the resident, and in public."""
        plain = self.matter.text(which, self.language)
        after = phrase("please_confirm", self.language) if ask else ""
        lead = phrase("lead", self.language)
        return {"text": f"{lead}{plain}{after}", "language": self.language, "public_text": plain}

    def some(self, low: int, high: int) -> Wait:
        """A working day that many days on."""
        return Wait(self.rng.randint(low, high))

    def later(self, low: int, high: int) -> Wait:
        """A day of the resident's own, any day of the week."""
        return Wait(self.rng.randint(low, high), office=False)


Course = Iterator[Wait]
Run = Callable[[Life], Course]


# --- parts --------------------------------------------------------------------------------------


def begin(life: Life) -> Course:
    """Acknowledge, screen and start, as far as that desk takes the trouble."""
    slow = life.rng.choice((1, 1, 1, 1, 1, 1, 2, 5))
    yield life.some(0, slow)
    if life.channel != "web" and life.rng.random() < 0.35:
        life.office(services.acknowledge_case)
        yield life.some(0, slow)
    if life.rng.random() < 0.18:
        row = Case.objects.select_related("subject").get(pk=life.case)
        life.office(services.screen_case, subject=row.subject, kind=row.kind, urgent=row.urgent)
        yield life.some(0, slow)
    if life.rng.random() < 0.15:
        life.office(services.start_work)
        yield life.some(0, slow)


def claim(life: Life, low: int = 1, high: int = 5) -> Course:
    """Do it and say so."""
    yield life.some(low, high * life.rng.choice((1, 1, 1, 1, 1, 1, 4)))
    life.office(services.claim_done, **life.reply("done", ask=True))


def word_of_residents(life: Life, *, done: bool, low: int = 3, high: int = 24) -> Course:
    """Residents say whether it is so: with the code, or by show of hands in a meeting."""
    yield life.later(low, high)
    if life.code and done:
        services.confirm(code=life.code)
        if life.rng.random() < 0.5:
            services.rate(code=life.code, stars=life.rng.choice((3, 4, 4, 5, 5)))
    elif life.code:
        services.say_not_done(code=life.code, **life.say("not_done"))
    else:
        today = clock.today()
        session = life.story.meet(life.village, today, kind="public-meeting")
        team = life.story.team(life.village, today)
        if session is not None and team is not None:
            version = Case.objects.values_list("version", flat=True).get(pk=life.case)
            services.record_residents_word(
                actor=team, case=life.case, version=version, session=session, done=done
            )


def appealed(life: Life, *, upheld: bool) -> Course:
    """The resident asks for a second look; another post at another level gives it."""
    yield life.later(2, 12)
    assert life.code is not None  # noqa: S101 - courses with appeals are given a code
    services.appeal(code=life.code, **life.say("appeal"))
    yield life.some(4, 16)
    life.office(services.decide_appeal, upheld=upheld, **life.say("upheld" if upheld else "refused"))


# --- whole courses ------------------------------------------------------------------------------


def confirmed(life: Life) -> Course:
    """Done, and residents say so."""
    yield from begin(life)
    yield from claim(life)
    yield from word_of_residents(life, done=True)


def unconfirmed(life: Life) -> Course:
    """Done, as the office says; residents say nothing."""
    yield from begin(life)
    yield from claim(life)


def promised_then_done(life: Life) -> Course:
    """First a promise, then the work."""
    yield from begin(life)
    yield life.some(0, 3)
    life.office(services.answer_case, decision="will-do", **life.reply("will"))
    yield from claim(life, 6, 16)
    if life.rng.random() < 0.6:
        yield from word_of_residents(life, done=True)


def not_done(life: Life) -> Course:
    """Residents say that it is not done; the second try holds."""
    yield from begin(life)
    yield from claim(life)
    yield from word_of_residents(life, done=False, high=12)
    yield from claim(life, 4, 14)
    if life.rng.random() < 0.7:
        yield from word_of_residents(life, done=True)


def not_done_twice(life: Life) -> Course:
    """Twice not done: it goes up a level."""
    yield from begin(life)
    for _ in range(2):
        yield from claim(life, 3, 10)
        yield from word_of_residents(life, done=False, low=2, high=9)
    yield from claim(life, 5, 14)


def explained(life: Life) -> Course:
    """Nothing more is owed than an explanation."""
    yield from begin(life)
    yield life.some(0, 3)
    life.office(services.answer_case, decision="explained", **life.reply("explain"))
    if life.code and life.rng.random() < 0.4:
        yield life.later(1, 9)
        services.rate(code=life.code, stars=life.rng.choice((2, 3, 4, 5)))


def planned(life: Life) -> Course:
    """Promised for a day, with word on the way."""
    yield from begin(life)
    yield life.some(1, 5)
    until = clock.today() + timedelta(days=life.rng.randint(30, 90))
    public = phrase("plan_public", life.language)
    life.office(services.plan_case, until=until, public_text=public, **life.say("plan"))
    while clock.today() < until - timedelta(days=30):
        yield life.some(20, 24)
        life.office(services.tell_resident, **life.say("interim"))
    yield from claim(life, 4, 14)
    yield from word_of_residents(life, done=True)


def referred(life: Life) -> Course:
    """A body outside does it; the office stays answerable."""
    yield from begin(life)
    yield life.some(1, 3)
    body = life.story.ground.bodies[life.matter.theme.outside or "land-registry"]
    life.office(services.refer_case, body=body, **life.say("refer"))
    yield life.some(9, 14)
    life.office(services.tell_resident, **life.say("interim"))
    yield from claim(life, 3, 20)


def out_of_scope(life: Life) -> Course:
    """Another body answers; the programme can not."""
    yield life.some(1, 5)
    body = life.story.ground.bodies[life.matter.theme.outside or "land-registry"]
    life.office(services.rule_out_of_scope, body=body, **life.say("out_of_scope"))


def declined(life: Life) -> Course:
    """No, with a reason."""
    yield from begin(life)
    yield life.some(1, 4)
    reason = life.rng.choice(("no-money", "not-feasible", "already-served"))
    words = life.say(f"decline.{reason}")
    life.office(services.decline_case, reason=reason, public_text=words["text"], **words)


def declined_upheld(life: Life) -> Course:
    """No; and the second look says yes."""
    yield from declined(life)
    yield from appealed(life, upheld=True)
    yield from claim(life, 5, 20)
    yield from word_of_residents(life, done=True)


def declined_refused(life: Life) -> Course:
    """No; and the second look says the same."""
    yield from declined(life)
    yield from appealed(life, upheld=False)


def cannot_verify(life: Life) -> Course:
    """Not found on the spot."""
    yield from begin(life)
    yield life.some(1, 4)
    reason = life.rng.choice(("place-not-found", "nothing-found-on-site"))
    life.office(services.mark_unverifiable, reason=reason, **life.say("cannot_verify"))


def asked(life: Life) -> Course:
    """The resident is asked first."""
    yield life.some(1, 3)
    life.office(services.ask_resident, **life.say("ask"))
    if life.code and life.rng.random() < 0.7:
        yield life.later(1, 9)
        services.add_words(code=life.code, **life.say("ask_answer"))
        yield from claim(life)
    else:
        yield Wait(26)
        life.office(services.mark_unverifiable, reason="no-word-from-resident", **life.say("cannot_verify"))


def bounced(life: Life) -> Course:
    """Sent to and fro: the second time it goes up a level by itself."""
    ground, posts = life.story.ground, life.story.people.posts
    county = ground.county_of(life.village).name.lower()
    for office in life.rng.sample(("water", "roads", "farming", "services"), 2):
        yield life.some(1, 5)
        life.office(services.reroute_case, post=posts[f"{county}-{office}"], reason="wrong-office")
    yield from claim(life, 4, 20)


def rerouted(life: Life) -> Course:
    """Sent on to the county, which explains."""
    posts, county = life.story.people.posts, life.story.ground.county_of(life.village)
    yield life.some(1, 3)
    post = posts[f"{county.name.lower()}-coordination"]
    life.office(services.reroute_case, post=post, reason="wrong-level")
    yield from explained(life)


def joined(life: Life) -> Course:
    """One matter, several voices: this case is joined to an earlier one of the village."""
    yield life.some(1, 4)
    subject = life.matter.theme.subject
    for other in reversed(life.story.lives[life.village.pk]):
        same = other.case < life.case and other.matter.theme.subject == subject
        if same and other.state() not in {State.DUPLICATE, State.WITHDRAWN}:
            life.office(services.join_case, into=other.case)
            if life.course == "separated":
                yield life.some(4, 9)
                life.office(services.separate_case)
                yield from claim(life, 5, 15)
            return
    yield from explained(life)


def withdrawn(life: Life) -> Course:
    """The resident takes the words back."""
    yield life.later(1, 20)
    assert life.code is not None  # noqa: S101 - the course is given a code
    services.withdraw(code=life.code)


def neglected(life: Life) -> Course:
    """Nobody does anything until the machinery has passed it up."""
    if life.code:
        yield life.later(15, 30)
        services.add_words(code=life.code, **life.say("more"))
    yield life.some(45, 80)
    life.office(services.answer_case, decision="will-do", **life.reply("will"))
    yield from claim(life, 10, 40)


def thanks(life: Life) -> Course:
    """A word of thanks, passed on and closed."""
    yield life.some(1, 4)
    glad = life.say("glad")
    life.office(services.answer_case, decision="explained", **glad)
    yield life.some(1, 10)
    life.office(services.close_case, reason="thanks-passed-on")


def sensitive(life: Life) -> Course:
    """The focal point takes it up."""
    yield life.some(0, 1)
    life.office(services.acknowledge_case)
    row = Case.objects.select_related("subject").get(pk=life.case)
    life.office(services.screen_case, subject=row.subject, kind=row.kind, urgent=False)
    yield life.some(1, 3)
    life.office(services.tell_resident, **life.say("sensitive_word"))
    if life.rng.random() < 0.6:
        yield life.some(10, 30)
        life.office(services.answer_case, decision="explained", **life.say("upheld"))


def became_sensitive(life: Life) -> Course:
    """A desk reads it, sees that it is not for the line, and hands it to the focal point."""
    yield life.some(1, 2)
    life.office(services.mark_sensitive)
    yield life.some(1, 3)
    life.office(services.tell_resident, **life.say("sensitive_word"))


@dataclass(frozen=True)
class Kind:
    """A course with its share among all cases, and what it needs."""

    run: Run
    weight: float
    needs_code: bool = False
    sensitive: bool = False
    subject: str = ""


COURSES: dict[str, Kind] = {
    "confirmed": Kind(confirmed, 24),
    "unconfirmed": Kind(unconfirmed, 9),
    "promised": Kind(promised_then_done, 9),
    "not-done": Kind(not_done, 3.5),
    "not-done-twice": Kind(not_done_twice, 1),
    "explained": Kind(explained, 15),
    "planned": Kind(planned, 4),
    "referred": Kind(referred, 2, subject="light-cuts"),
    "referred-bus": Kind(referred, 1.5, subject="roads-bus"),
    "out-of-scope": Kind(out_of_scope, 2, subject="phone-none"),
    "declined": Kind(declined, 5),
    "declined-upheld": Kind(declined_upheld, 1.2, needs_code=True),
    "declined-refused": Kind(declined_refused, 1.2, needs_code=True),
    "cannot-verify": Kind(cannot_verify, 2),
    "asked": Kind(asked, 3),
    "bounced": Kind(bounced, 2),
    "rerouted": Kind(rerouted, 2.5),
    "joined": Kind(joined, 5),
    "separated": Kind(joined, 0.5),
    "withdrawn": Kind(withdrawn, 1, needs_code=True),
    "neglected": Kind(neglected, 4),
    "thanks": Kind(thanks, 5),
    "sensitive": Kind(sensitive, 2.5, sensitive=True),
    "became-sensitive": Kind(became_sensitive, 0.5),
}
