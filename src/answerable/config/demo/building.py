"""What comes of a need that is answered by a project: the parts of its course, each through the services."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from answerable.access.problems import NotThere
from answerable.access.rules import Actor
from answerable.assets import services as things
from answerable.assets.rules import add_months
from answerable.evidence.services import keep_document, keep_picture
from answerable.following.services import link_case, say_by_code
from answerable.kernel import clock
from answerable.kernel.money import Amount
from answerable.kernel.problem import Problem
from answerable.listening import services
from answerable.money.models import BudgetLine, Commitment, Entry, Fund
from answerable.money.services import record_contribution as enter_contribution
from answerable.money.services import revise_line
from answerable.places.models import Area
from answerable.projects import services as projects
from answerable.projects.models import Project
from answerable.projects.rules.sectors import WHOLE, Share

from .courses import Course, Life, Wait
from .people import slug
from .scenery import draw
from .treasury import CURRENCY, dollars
from .words import Texts, about, phrase, works

if TYPE_CHECKING:
    from .treasury import Treasury

TRADES: dict[str, dict[str, Any]] = {row["subject"]: row for row in works()["trade"]}
#: What is first paid of a contract, in percent.
ADVANCE = 40


@dataclass
class Work:
    """A project under way, and who may act on it."""

    life: Life
    trade: dict[str, Any]
    project: Project
    fund: Fund
    payer: Area
    cost: int
    line: BudgetLine | None = None
    contract: Commitment | None = None
    paid: int = 0
    asset: int = 0
    linked: list[Life] = field(default_factory=list)
    last_payment: Entry | None = None

    @property
    def village(self) -> Area:
        """Where it is."""
        return self.life.village

    @property
    def treasury(self) -> Treasury:
        """The demo's money."""
        return self.life.story.treasury

    def office(self) -> Actor:
        """The township's coordinator, who runs it."""
        return _office(self.life)

    def team(self) -> Actor:
        """The team in the village, or the office while there is none."""
        return self.life.story.team(self.village, clock.today()) or self.office()

    def run(self, service: Callable[..., Any], /, **words: Any) -> Any:
        """Act on the project as the office."""
        return service(actor=self.office(), project=self.project.pk, version=None, **words)

    def of(self, project: Project, service: Callable[..., Any], /, **words: Any) -> Any:
        """Act on a part of the project as the office."""
        return service(actor=self.office(), project=project.pk, version=None, **words)

    def note(self, service: Callable[..., Any], /, **words: Any) -> Any:
        """Act on the project as the team."""
        return service(actor=self.team(), project=self.project.pk, version=None, **words)

    def show(self, stage: str) -> None:
        """A picture of the spot."""
        item = keep_picture(
            actor=self.team(),
            area=self.village,
            data=draw(self.trade["scene"], stage, self.project.key),
            nobody_in_it=True,
            taken_on=clock.today(),
        )
        self.note(
            projects.add_evidence,
            item=item.pk,
            stage=stage,
            spot="from-the-lane",
            grade="picture",
            texts=self.trade[stage],
        )

    def file(self, entry: Entry, sort: str, stage: str) -> None:
        """The digest of the paper that an entry rests on."""
        item = keep_document(
            actor=self.office(), area=self.village, sort=sort, digest=entry.document_digest, taken_on=entry.on
        )
        self.run(projects.add_evidence, item=item.pk, stage=stage, grade="document")

    def tell(self, kind: str, key: str) -> None:
        """A word to the public, and to whoever has the code."""
        self.run(projects.say_word, kind=kind, texts=about(key))
        softly(self.life, lambda: self.life.office(services.tell_resident, **self.life.say("interim")))


def softly(life: Life, act: Callable[[], object]) -> None:
    """Act on the case, unless it went another way meanwhile: the project goes on."""
    try:
        act()
    except (NotThere, Problem):
        life.story.refused += 1


def _office(life: Life) -> Actor:
    story = life.story
    post = story.people.posts[f"{slug(story.ground.township_of(life.village))}-coordination"]
    actor = story.people.actor_in(post.pk, clock.today())
    assert actor is not None  # noqa: S101 - offices are filled from the first day on
    return actor


# --- parts --------------------------------------------------------------------------------------


def propose(life: Life, *, pictures: bool = True) -> Generator[Wait, None, Work]:
    """Promise it, write the project down, say which needs it answers, and take a picture before anything is done."""
    yield life.some(1, 3)
    softly(life, lambda: life.office(services.answer_case, decision="will-do", **life.reply("will")))
    yield life.some(2, 5)
    work = _made(life)
    for one in [life, *_alike(life)]:
        softly(life, lambda one=one: link_case(actor=work.office(), case=one.case, project=work.project))  # type: ignore[misc]
        work.linked.append(one)
        life.story.linked.add(one.case)
    if pictures:
        work.show("before")
    return work


def _made(life: Life) -> Work:
    story, trade = life.story, TRADES[life.matter.theme.subject]
    treasury, village = story.treasury, life.village
    north = (village.path or "").startswith(story.ground.prefectures[0].path or "-")
    key = "village-works"
    if trade["subject"].startswith("water") and north:
        key = "clean-water"
    elif trade["subject"].startswith("school"):
        key = "school-roofs"
    township = story.ground.township_of(village)
    fund = treasury.funds[key]
    work = Work(
        life,
        trade,
        Project(),
        fund,
        township if trade["level"] == "township" else story.ground.county_of(village),
        dollars(life.rng.randrange(trade["cost"][0], trade["cost"][1], 50)).units,
    )
    work.project = projects.make_project(
        actor=work.office(),
        key=story.project_key(village, trade["key"]),
        area=village,
        names=_named(trade["name"], village),
        descriptions=trade["what"],
        subject=story.ground.subjects[trade["subject"]],
        sponsor=fund.sponsor or life.rng.choice(story.people.sponsors),
        implementer=treasury.organisations[trade["builder"]],
    )
    return work


def _named(name: Texts, village: Area) -> Texts:
    return {tag: text.format(village=village.names[tag]) for tag, text in name.items()}


def _alike(life: Life) -> list[Life]:
    """Other needs of the village about the same, that no project answers yet."""
    top = life.matter.theme.subject.partition("-")[0]
    found = [
        other
        for other in life.story.lives[life.village.pk]
        if other.case != life.case
        and other.case not in life.story.linked
        and other.matter.theme.subject.partition("-")[0] == top
        and other.matter.theme.subject in TRADES
        and other.course not in {"withdrawn", "became-sensitive"}
    ]
    return found[-3:]


def choose(work: Work, *, present: int) -> Course:
    """The village chooses by show of hands between this and another proposal."""
    life, village, story = work.life, work.village, work.life.story
    other = TRADES[story.another(village, "light-street")]
    beside = projects.make_project(
        actor=work.office(),
        key=story.project_key(village, other["key"]),
        area=village,
        names=_named(other["name"], village),
        subject=story.ground.subjects[other["subject"]],
        no_linked_need=True,
    )
    yield life.later(3, 8)
    unused = present // 12
    lost = (present - unused) * life.rng.randint(20, 38) // 100
    projects.record_choice(
        actor=work.team(),
        key=f"{work.project.key}-choice",
        area=village,
        names=about("choice"),
        on=clock.today(),
        way="hands",
        options=[
            projects.Option(work.project, present - unused - lost),
            projects.Option(beside, lost),
        ],
        present=present,
        unused=unused,
        how=["announced-before", "options-explained", "counted-aloud", "counted-by-villagers"],
        texts=about("choice_how"),
    )


def agree(work: Work, *, days: int = 60) -> Course:
    """Plan it: days, sector, cost, milestones; say so."""
    life, today = work.life, clock.today()
    until = today + timedelta(days=days)
    work.run(projects.move_phase, phase="preparation")
    work.run(projects.plan_days, planned_start_on=today + timedelta(days=days // 4), planned_end_on=until)
    work.run(projects.set_sectors, sectors=[Share("dac-5", work.trade["dac"], WHOLE)])
    work.run(projects.set_budget, currency=CURRENCY, budget_units=work.cost)
    for share, key in ((4, "agreed"), (2, "material"), (1, "ready")):
        work.run(
            projects.add_milestone,
            names=works()["milestones"][key],
            planned_on=today + timedelta(days=days // share),
        )
    public = phrase("plan_public", life.language)
    softly(
        life,
        lambda: life.office(services.plan_case, until=until, public_text=public, **life.say("plan")),
    )
    yield life.some(1, 3)
    work.tell("start", "start")
    work.note(projects.reach_milestone, n=1)


def finance(work: Work, *, revised: bool = False) -> Course:
    """Bring the money down to the office that pays, set the line, sign the contract."""
    treasury = work.treasury
    more = work.cost // 1_000 * 100 if revised else 0
    yield from treasury.bring(work.payer, work.fund, work.cost + more)
    work.line = treasury.set_line(work.project, work.payer, work.fund, work.cost)
    if more:
        yield work.life.some(2, 4)
        work.line = revise_line(
            actor=treasury.checker(work.payer),
            line=work.line,
            amount=Amount(work.cost + more, CURRENCY),
            reason="price",
            version=work.line.version,
        )
        work.line.book, work.line.fund, work.line.project = (
            treasury.books[work.payer.pk],
            work.fund,
            work.project,
        )
        work.cost += more
    yield work.life.some(1, 3)
    builder = treasury.organisations[work.trade["builder"]]
    work.contract = yield from treasury.commit(work.line, work.cost, builder)
    work.tell("money", "money")


def begin_building(work: Work) -> Course:
    """Begin; the village lends its hands."""
    work.run(projects.move_phase, phase="implementation")
    work.note(projects.reach_milestone, n=2)
    yield work.life.some(2, 6)
    people_days = work.life.rng.randint(24, 90)
    if work.life.rng.random() < 0.5:
        value = Amount(people_days * 900, CURRENCY)
        work.note(
            projects.record_contribution,
            kind="labour",
            quantity=people_days,
            measure="work-days",
            value=value,
            texts=about("labour"),
        )
        yield from work.treasury.posted(
            lambda: enter_contribution(
                actor=work.treasury.keeper(work.payer),
                book=work.treasury.books[work.payer.pk],
                project=work.project,
                amount=value,
                slip=work.treasury.slip("labour", work.project.key),
            ),
            work.payer,
        )
    else:
        work.note(
            projects.record_contribution,
            kind="goods",
            quantity=work.life.rng.randint(6, 30),
            measure="cubic-metres",
            texts=about("goods"),
        )


def in_parts(work: Work) -> None:
    """Divide the first that comes here into parts with weights: the first of them is ready, the other is not."""
    if Project.objects.filter(parent__isnull=False).exists():
        return
    for key, told in works()["parts"].items():
        part = projects.make_project(
            actor=work.office(),
            key=work.life.story.project_key(work.village, f"{work.trade['key']}-{key}"),
            area=work.village,
            names={tag: text.format(name=work.project.names[tag]) for tag, text in told["name"].items()},
            subject=work.life.story.ground.subjects[work.trade["subject"]],
            implementer=work.treasury.organisations[work.trade["builder"]],
            no_linked_need=True,
        )
        act = partial(work.of, part)
        act(projects.make_part, parent=work.project, weight=told["weight"])
        act(projects.add_milestone, names=works()["milestones"]["ready"], planned_on=clock.today())
        if key == "main":
            act(projects.reach_milestone, n=1)


def pay(work: Work, percent: int = 100, *, filed: bool = False) -> Course:
    """Pay a share of the contract, or the rest of it."""
    assert work.contract is not None  # noqa: S101 - there is a contract first
    units = work.cost - work.paid if percent == 100 else work.cost * percent // 100
    paper = "advance" if not work.paid else "invoice"
    builder = work.treasury.organisations[work.trade["builder"]]
    entry = yield from work.treasury.pay(work.contract, units, paper, payee=builder)
    work.paid += units
    work.last_payment = entry
    if filed:
        work.file(
            entry, "invoice" if paper == "invoice" else "receipt", "after" if percent == 100 else "during"
        )


def half(work: Work, *, late: bool = False, pictures: bool = True) -> Course:
    """Half of it is there; or the material came late, and the last milestone moves."""
    yield work.life.some(6, 12)
    if pictures:
        work.show("during")
    if late:
        project = Project.objects.get(pk=work.project.pk)
        until = max(project.planned_end_on or clock.today(), clock.today()) + timedelta(days=14)
        work.run(projects.revise_milestone, n=3, on=until, reason="supplies-late")
        work.tell("delay", "delay")
        softly(
            work.life,
            lambda: work.life.office(services.plan_case, until=until, **work.life.say("plan")),
        )
        yield work.life.some(8, 14)
    work.tell("progress", "progress")


def claim(work: Work, *, pictures: bool = True) -> Course:
    """Say that it is done."""
    yield work.life.some(5, 10)
    if pictures:
        work.show("after")
    if not Project.objects.get(pk=work.project.pk).claims:
        work.note(projects.reach_milestone, n=3)
    work.run(projects.claim_completion, texts=work.trade["done"])
    language = work.life.language
    public = work.trade["done"][language]
    text = f"{phrase('lead', language)}{public}{phrase('please_confirm', language)}"
    softly(
        work.life,
        lambda: work.life.office(services.claim_done, text=text, language=language, public_text=public),
    )


def codes(work: Work, verdict: str = "done") -> Course:
    """Whoever has a code says whether it is so, each on a day of their own."""
    for one in work.linked:
        if one.code:
            yield work.life.later(1, 5)
            code = one.code
            softly(
                work.life,
                lambda code=code: say_by_code(code=code, project=work.project.key, verdict=verdict),  # type: ignore[misc]
            )
    if work.life.code and verdict != "partly":
        code = work.life.code
        done = verdict == "done"
        softly(
            work.life,
            lambda: (
                services.confirm(code=code)
                if done
                else services.say_not_done(code=code, **work.life.say("not_done"))
            ),
        )


def meeting(work: Work, verdict: str = "done") -> Course:
    """A meeting says by show of hands whether it is so."""
    yield work.life.later(5, 12)
    story, today = work.life.story, clock.today()
    story.meet(work.village, today, actor=work.team(), kind="public-meeting")
    most, few = work.life.rng.randint(24, 60), work.life.rng.randint(1, 6)
    counts: dict[str, int] = {
        "done": {"said_done": most, "said_partly": few},
        "partly": {"said_done": few + 8, "said_partly": most},
        "not": {"said_not": most, "said_done": few},
    }[verdict]
    projects.hear_residents(
        actor=work.team(),
        project=work.project.pk,
        way="meeting",
        verdict=verdict,
        **counts,  # type: ignore[arg-type] # all of them are counts
    )


def hand_over(work: Work) -> Course:
    """The thing gets its keeper and its calendar."""
    yield work.life.some(1, 3)
    work.asset = things.add_asset(
        actor=work.office(),
        project=work.project.pk,
        area=work.village,
        kind=work.trade["thing"],
        names=work.trade["asset"],
        handed_over_on=clock.today(),
        latitude=round(36 + work.village.pk % 97 / 100, 4),
        longitude=round(-20 - work.village.pk % 89 / 100, 4),
        organisation=work.treasury.organisations["keepers-union"],
    ).pk
    things.add_task(
        actor=work.office(),
        asset=work.asset,
        names=work.trade["task"],
        every_months=3,
        payer="community",
        expected=dollars(work.life.rng.randint(12, 60)),
    )


def close(work: Work) -> Course:
    """Close it: residents were heard, or had their time."""
    yield work.life.some(4, 10)
    work.run(projects.close_project)


def look_again(
    work: Work, *, results: tuple[str, ...] = (), pictures: bool = False, since: date | None = None
) -> Course:
    """Months after the hand-over somebody looks whether it works."""
    since = since or clock.today()
    rng = work.life.rng
    for n, months in enumerate((3, 6, 12)):
        due = add_months(since, months)
        ahead = (due - clock.today()).days + rng.randint(-8, 6)
        if not n and clock.today() + timedelta(days=ahead) > work.life.story.dates.last:
            # The first looking may be a little early: it is still counted.
            ahead = (due - clock.today()).days - 13
        yield Wait(max(1, ahead), office=False)
        result = results[n] if n < len(results) else rng.choices(("working", "partly", "not"), (16, 3, 2))[0]
        items = []
        if pictures:
            data = draw(work.trade["scene"], "later", work.project.key)
            items = [
                keep_picture(
                    actor=work.team(), area=work.village, data=data, nobody_in_it=True, taken_on=clock.today()
                ).pk
            ]
        things.record_check(
            actor=work.team(),
            asset=work.asset,
            on=clock.today(),
            result=result,
            fault="" if result == "working" else rng.choice(("worn", "no-parts", "broken")),
            way="cohort",
            grade="picture" if items else "visit",
            items=items,
        )
        things.record_work(
            actor=work.team(),
            asset=work.asset,
            kind="maintenance" if result == "working" else "repair",
            on=clock.today(),
            payer="community",
            cost=dollars(rng.randint(8, 70)),
        )


def reopened(work: Work) -> Course:
    """Not done, a meeting says; the office does what is missing."""
    yield from meeting(work, "not")
    yield work.life.some(2, 5)
    work.tell("answer", "again")


def snag(work: Work, *, key: str = "snag") -> int:
    """Something is wrong with it."""
    kind = "broken" if key == "snag" else "unfinished"
    return int(work.note(projects.report_snag, kind=kind, texts=about(key)).n)
