"""What can be done with a project at the desk: one form for each act, offered where phase and right allow it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from answerable.access.gate import post_for
from answerable.access.problems import Denied
from answerable.access.rules import Actor, Right
from answerable.access.selectors import scope
from answerable.evidence.models import Item
from answerable.kernel.problem import gettext_noop
from answerable.places.models import Area
from answerable.places.selectors import below, chain_ids, in_use, placed
from answerable.programme.models import Organisation, Sponsor, Subject
from answerable.projects import selectors, services, words
from answerable.projects.models import Milestone, Project, Snag
from answerable.projects.problems import PartRefused, SharesNotWhole
from answerable.projects.rules.confirming import VERDICTS, Standing
from answerable.projects.rules.given import GIFTS, MEASURES
from answerable.projects.rules.phases import ENDED, Phase, moves_from
from answerable.projects.rules.proof import GRADES, STAGES
from answerable.projects.rules.sectors import Share, percent, read_percent
from answerable.projects.rules.words import MOVE_REASONS, REVISION_REASONS, SNAG_KINDS, WORD_KINDS
from answerable.projects.services.making import MOST_DEEP
from answerable.web.figures import day
from answerable.web.said import name_text

from .fields import KEY, TEXTS, Field, Sent, page_languages

Pairs = Sequence[tuple[str, str]]


@dataclass
class Choices:
    """What a form of this project may choose from; asked only when the form is drawn or read."""

    actor: Actor
    project: Project

    def of(self, name: str, act: str) -> Pairs:
        """The choices of a field."""
        fixed: dict[tuple[str, str], Pairs] = {
            ("kind", "say"): words.choices(words.WORD_KINDS, WORD_KINDS),
            ("kind", "snag"): words.choices(words.SNAG_KINDS, SNAG_KINDS),
            ("kind", "give"): words.choices(words.GIFTS, GIFTS),
            ("measure", "give"): words.choices(words.MEASURES, MEASURES),
            ("way", "hear"): words.choices(words.WAYS, ("meeting", "visit")),
            ("verdict", "hear"): words.choices(words.VERDICTS, VERDICTS),
            ("stage", "evidence"): words.choices(words.STAGES, STAGES),
            ("grade", "evidence"): words.choices(words.GRADES, GRADES),
            ("reason", "move"): words.choices(words.REASONS, MOVE_REASONS),
            ("reason", "revise"): words.choices(words.REASONS, REVISION_REASONS),
            ("reason", "drop"): words.choices(words.REASONS, REVISION_REASONS),
        }
        asked: dict[str, Callable[[], Pairs]] = {
            "phase": self.phases,
            "milestone": self.milestones,
            "snag": self.snags,
            "item": self.items,
            "contribution": self.contributions,
            "subject": self.subjects,
            "sponsor": self.sponsors,
            "implementer": self.organisations,
            "organisation": self.organisations,
            "areas": self.areas,
            "parent": self.wholes,
        }
        return fixed[name, act] if (name, act) in fixed else asked[name]() if name in asked else ()

    def phases(self) -> Pairs:
        """The phases that a plain move leads to."""
        found = moves_from(self.project.phase, self.project.suspended_phase)
        return words.choices(words.PHASES, [phase.value for phase in found])

    def milestones(self) -> Pairs:
        """Milestones that are neither reached nor given up."""
        rows = Milestone.objects.filter(project=self.project, actual_on__isnull=True, dropped_on__isnull=True)
        return [
            (str(row.n), f"{name_text(row.names)} · {day(row.revised_on or row.planned_on)}")
            for row in rows.order_by("n")
        ]

    def snags(self) -> Pairs:
        """Snags that are not repaired."""
        rows = Snag.objects.filter(project=self.project, repaired_on__isnull=True).order_by("n")
        return [(str(row.n), f"{name_text(row.texts)[:80]} · {day(row.found_on)}") for row in rows]

    def items(self) -> Pairs:
        """Pictures and documents brought in the project's part of the tree, newest first."""
        home = self.project.area
        near = below(placed(home), "areas__area__") | Q(areas__area__in=chain_ids(home))
        rows = Item.objects.filter(near, taken_down_on__isnull=True).exclude(projects__project=self.project)
        return [
            (
                str(row.pk),
                " · ".join((words.one_of(words.ITEMS, row.kind), day(row.taken_on), row.digest[:8])),
            )
            for row in rows.distinct().order_by("-pk")[:60]
        ]

    def contributions(self) -> Pairs:
        """What was given and not taken back."""
        return [
            (str(row.pk), f"{words.one_of(words.GIFTS, row.kind)} {row.quantity} · {day(row.on)}")
            for row in selectors.contributions_of(self.project)
        ]

    def subjects(self) -> Pairs:
        """The village's list, without what is for the focal point."""
        rows = Subject.objects.filter(sensitive=False).order_by("position", "key")
        return [(str(row.pk), name_text(row.names, row.key)) for row in rows]

    def sponsors(self) -> Pairs:
        """Sponsors by key."""
        return [(str(row.pk), name_text(row.names, row.key)) for row in Sponsor.objects.order_by("key")[:500]]

    def organisations(self) -> Pairs:
        """Organisations by key."""
        rows = Organisation.objects.order_by("key")[:500]
        return [(str(row.pk), name_text(row.names, row.key)) for row in rows]

    def areas(self) -> Pairs:
        """The areas it is for, and the villages around them that the actor may run projects in."""
        home = self.project.area
        around = (Area.objects.filter(pk=home.parent_id).first() if home.parent_id else None) or home
        near = Area.objects.filter(below(placed(around)), in_use(), scope(self.actor, Right.RUN_PROJECTS, ""))
        rows = list(near.filter(level__is_village=True).order_by("name", "pk")[:60])
        mine = selectors.areas_of(self.project)
        rows += [area for area in mine if area not in rows]
        return [(str(row.pk), name_text(row.names, row.name)) for row in rows]

    def wholes(self) -> Pairs:
        """Projects that it could be a part of: those around, without itself."""
        rows = selectors.projects_for(self.actor).filter(
            selectors.about(self.project.area), depth__lt=MOST_DEEP
        )
        rows = rows.exclude(pk=self.project.pk).exclude(phase__in=[phase.value for phase in ENDED])
        return [(str(row.pk), name_text(row.names, row.key)) for row in rows.order_by("-pk")[:60]]


@dataclass(frozen=True)
class ActForm:
    """One act: its address, its words, its fields, when it is offered, and what it does."""

    key: str
    words: str
    right: Right
    steps: tuple[str, ...]
    offered: Callable[[Project], bool]
    run: Callable[[dict[str, Any], Sent, Choices], object]
    fields: tuple[Field, ...] = ()
    hint: str = ""
    tone: str = ""
    #: Shown under "describe it", not among what moves the project on.
    describes: bool = False

    @property
    def at_once(self) -> bool:
        """True when a button is the whole form."""
        return not self.fields


def _always(_project: Project) -> bool:
    return True


def _going(project: Project) -> bool:
    return project.phase not in {Phase.COMPLETED, Phase.CANCELLED}


def _open_stones(project: Project) -> bool:
    rows = Milestone.objects.filter(project=project, actual_on__isnull=True, dropped_on__isnull=True)
    return rows.exists()


def _open_snags(project: Project) -> bool:
    return Snag.objects.filter(project=project, repaired_on__isnull=True).exists()


def _closable(project: Project) -> bool:
    waiting = {Standing.NOT_CLAIMED, Standing.WAITING, Standing.REOPENED}
    return project.phase == Phase.COMPLETION and selectors.standing_of(project) not in waiting


# --- what each form sends ----------------------------------------------------------------------


def _say(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    return services.say_word(
        **by, kind=sent.choice("kind", WORD_KINDS), texts=sent.texts("texts"), key=sent.key()
    )


def _move(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    phase = sent.choice("phase", [key for key, _ in choices.phases()])
    return services.move_phase(**by, phase=phase, reason=sent.choice("reason", MOVE_REASONS, needed=False))


def _claim(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    return services.claim_completion(**by, texts=sent.texts("texts"), on=sent.day_or_none("on"))


def _hear(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    return services.hear_residents(
        **by,
        way=sent.choice("way", ("meeting", "visit")),
        verdict=sent.choice("verdict", VERDICTS),
        said_done=sent.number("said_done", empty=0),
        said_partly=sent.number("said_partly", empty=0),
        said_not=sent.number("said_not", empty=0),
        key=sent.key(),
    )


def _snag(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    return services.report_snag(
        **by,
        kind=sent.choice("kind", SNAG_KINDS),
        texts=sent.texts("texts"),
        found_on=sent.day_or_none("found_on"),
    )


def _repaired(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    return services.repair_snag(**by, n=sent.row("snag", choices.snags()) or 0, on=sent.day_or_none("on"))


def _milestone(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    return services.add_milestone(**by, names=sent.texts("names"), planned_on=sent.day("planned_on"))


def _revise(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    return services.revise_milestone(
        **by,
        n=sent.row("milestone", choices.milestones()) or 0,
        on=sent.day("on"),
        reason=sent.choice("reason", REVISION_REASONS),
    )


def _reach(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    return services.reach_milestone(
        **by, n=sent.row("milestone", choices.milestones()) or 0, on=sent.day_or_none("on")
    )


def _drop(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    return services.drop_milestone(
        **by,
        n=sent.row("milestone", choices.milestones()) or 0,
        reason=sent.choice("reason", REVISION_REASONS),
    )


def _evidence(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    return services.add_evidence(
        **by,
        item=sent.row("item", choices.items()) or 0,
        stage=sent.choice("stage", STAGES),
        grade=sent.choice("grade", GRADES),
        spot=sent.text("spot"),
        texts=sent.texts("texts"),
    )


def _give(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    organisation = sent.row("organisation", choices.organisations(), needed=False)
    return services.record_contribution(
        **by,
        kind=sent.choice("kind", GIFTS),
        quantity=sent.number("quantity", least=1),
        measure=sent.choice("measure", MEASURES),
        value=sent.amount("value", "currency") if sent.text("value").strip() else None,
        organisation=Organisation.objects.get(pk=organisation) if organisation else None,
        on=sent.day_or_none("on"),
        texts=sent.texts("texts"),
        key=sent.key(),
    )


def _take_back(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    pk = sent.row("contribution", choices.contributions()) or 0
    return services.take_back_contribution(**by, contribution=pk)


def _describe(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    said = read_description(sent, choices)
    # Languages that the form has no box for stay as they are.
    for name in ("names", "descriptions"):
        there: dict[str, str] = getattr(choices.project, name)
        others = {tag: text for tag, text in there.items() if tag.lower() not in page_languages()}
        said[name] = others | said[name]
    return services.describe_project(**by, **said)


def read_description(sent: Sent, choices: Choices) -> dict[str, Any]:
    """What a project is and who stands behind it, as a form says it."""
    subject = sent.row("subject", choices.subjects(), needed=False)
    sponsor = sent.row("sponsor", choices.sponsors(), needed=False)
    implementer = sent.row("implementer", choices.organisations(), needed=False)
    return {
        "names": sent.texts("names"),
        "descriptions": sent.texts("descriptions"),
        "subject": Subject.objects.get(pk=subject) if subject else None,
        "sponsor": Sponsor.objects.get(pk=sponsor) if sponsor else None,
        "implementer": Organisation.objects.get(pk=implementer) if implementer else None,
        "no_linked_need": sent.tick("no_linked_need"),
    }


def _areas(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    offered = {key for key, _ in choices.areas()}
    wanted = [int(key) for key in sent.ticks("areas") if key in offered]
    return services.set_areas(**by, areas=list(Area.objects.filter(pk__in=wanted)))


def _sectors(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    shares = []
    for line in sent.text("sectors").splitlines():
        if not line.strip():
            continue
        parts = line.split()
        try:
            vocabulary, code, share = parts
            shares.append(Share(vocabulary, code, read_percent(share.rstrip("%"))))
        except ValueError:
            raise SharesNotWhole(field="sectors", vocabulary=parts[0][:20], total="?") from None
    return services.set_sectors(**by, sectors=shares)


def _budget(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    budget = sent.amount("budget", "currency")
    funded = sent.amount("funded", "currency") if sent.text("funded").strip() else None
    return services.set_budget(
        **by,
        currency=budget.currency,
        budget_units=budget.units,
        funded_units=funded.units if funded else None,
    )


def _days(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    return services.plan_days(
        **by,
        planned_start_on=sent.day_or_none("planned_start_on"),
        planned_end_on=sent.day_or_none("planned_end_on"),
    )


def _part(by: dict[str, Any], sent: Sent, choices: Choices) -> object:
    pk = sent.row("parent", choices.wholes(), needed=False)
    parent = Project.objects.filter(pk=pk).first() if pk else None
    if pk and parent is None:
        raise PartRefused(field="parent", most=MOST_DEEP)
    return services.make_part(**by, parent=parent, weight=sent.number("weight", least=1, empty=1))


# --- what each form asks -----------------------------------------------------------------------

NAMES = Field("names", "lines", gettext_noop("Name"), gettext_noop("In one language at least."))
DESCRIPTIONS = Field("descriptions", "texts", gettext_noop("What it is"), needed=False, most=2_000)
DESCRIBING = (
    NAMES,
    DESCRIPTIONS,
    Field("subject", "choice", gettext_noop("Subject"), needed=False),
    Field("sponsor", "choice", gettext_noop("Sponsor"), needed=False),
    Field("implementer", "choice", gettext_noop("Who builds it"), needed=False),
    Field(
        "no_linked_need",
        "tick",
        gettext_noop("No linked need: nobody's need led to it, and everybody is told so"),
        needed=False,
    ),
)
ON = Field("on", "day", gettext_noop("Day"), needed=False)
REASON = Field("reason", "choice", gettext_noop("Reason"))
MILESTONE = Field("milestone", "choice", gettext_noop("Milestone"))
CURRENCY = Field(
    "currency", "line", gettext_noop("Currency"), gettext_noop("Three letters, such as USD"), most=3
)
RECORD, RUN = Right.RECORD_PROJECTS, Right.RUN_PROJECTS

ACTS: tuple[ActForm, ...] = (
    ActForm(
        "say",
        gettext_noop("Say a word to the public"),
        RECORD,
        ("word",),
        _always,
        _say,
        (Field("kind", "choice", gettext_noop("About")), TEXTS, KEY),
        hint=gettext_noop(
            "Bad news is a word as well. Without one for 30 days the project is shown as silent."
        ),
        tone="main",
    ),
    ActForm(
        "move",
        gettext_noop("Move to another phase"),
        RUN,
        ("moved",),
        lambda project: bool(moves_from(project.phase, project.suspended_phase)),
        _move,
        (
            Field("phase", "choice", gettext_noop("To")),
            Field(
                "reason",
                "choice",
                gettext_noop("Reason"),
                gettext_noop("Needed for a way back, aside or to an end."),
                needed=False,
            ),
        ),
    ),
    ActForm(
        "claim",
        gettext_noop("Say that it is done"),
        RUN,
        ("claimed",),
        lambda project: project.phase == Phase.IMPLEMENTATION,
        _claim,
        (TEXTS, Field("on", "day", gettext_noop("Day on which the work ended"), needed=False)),
        hint=gettext_noop(
            "Say what was done. It is called done by the office then; only residents can confirm it, and they have 30 days."
        ),
        tone="main",
    ),
    ActForm(
        "hear",
        gettext_noop("Record what residents said"),
        RECORD,
        ("heard",),
        lambda project: project.claimed_on is not None,
        _hear,
        (
            Field("way", "radio", gettext_noop("How they were asked")),
            Field("said_done", "number", gettext_noop("How many said: it is done"), needed=False),
            Field("said_partly", "number", gettext_noop("How many said: partly"), needed=False),
            Field("said_not", "number", gettext_noop("How many said: it is not done"), needed=False),
            Field("verdict", "radio", gettext_noop("What most of them said")),
            KEY,
        ),
        hint=gettext_noop("Counts only, never who. “Not done” opens the project again."),
        tone="main",
    ),
    ActForm(
        "snag",
        gettext_noop("Record a snag"),
        RECORD,
        ("snag",),
        lambda project: project.first_claimed_on is not None and project.phase != Phase.CANCELLED,
        _snag,
        (
            Field("kind", "choice", gettext_noop("Kind")),
            TEXTS,
            Field("found_on", "day", gettext_noop("Day on which it was found"), needed=False),
        ),
        hint=gettext_noop("A snag opens the project again until it is repaired and claimed anew."),
        tone="red",
    ),
    ActForm(
        "repaired",
        gettext_noop("A snag is repaired"),
        RECORD,
        ("repaired",),
        _open_snags,
        _repaired,
        (Field("snag", "choice", gettext_noop("Snag")), ON),
    ),
    ActForm(
        "close",
        gettext_noop("Close the project"),
        RUN,
        ("moved",),
        _closable,
        lambda by, sent, choices: services.close_project(**by),
    ),
    ActForm(
        "milestone",
        gettext_noop("Add a milestone"),
        RECORD,
        ("milestone",),
        _going,
        _milestone,
        (NAMES, Field("planned_on", "day", gettext_noop("Planned for"))),
        hint=gettext_noop("The first planned day stays in sight, whatever comes."),
    ),
    ActForm(
        "reach",
        gettext_noop("A milestone is reached"),
        RECORD,
        ("reached",),
        _open_stones,
        _reach,
        (MILESTONE, ON),
    ),
    ActForm(
        "revise",
        gettext_noop("Move a milestone's day"),
        RUN,
        ("revised",),
        _open_stones,
        _revise,
        (MILESTONE, Field("on", "day", gettext_noop("New day")), REASON),
    ),
    ActForm(
        "drop",
        gettext_noop("Give a milestone up"),
        RUN,
        ("dropped",),
        _open_stones,
        _drop,
        (MILESTONE, REASON),
        tone="red",
    ),
    ActForm(
        "evidence",
        gettext_noop("Add evidence"),
        RECORD,
        ("evidence",),
        _always,
        _evidence,
        (
            Field(
                "item",
                "choice",
                gettext_noop("Picture or document"),
                gettext_noop("Bring it in under Evidence first; then it stands here."),
            ),
            Field("stage", "radio", gettext_noop("When")),
            Field("grade", "choice", gettext_noop("What it is")),
            Field(
                "spot",
                "line",
                gettext_noop("Spot"),
                gettext_noop("A short word such as well-head: pictures of one spot are shown side by side."),
                needed=False,
                most=40,
            ),
            Field("texts", "lines", gettext_noop("What it shows"), needed=False, most=500),
        ),
    ),
    ActForm(
        "give",
        gettext_noop("Record a contribution"),
        RECORD,
        ("contribution",),
        _always,
        _give,
        (
            Field("kind", "choice", gettext_noop("Kind")),
            Field("quantity", "number", gettext_noop("How much")),
            Field("measure", "choice", gettext_noop("Counted in")),
            Field("value", "line", gettext_noop("Worth, if somebody valued it"), needed=False, most=30),
            Field("currency", "line", gettext_noop("Currency"), needed=False, most=3),
            Field(
                "organisation",
                "choice",
                gettext_noop("Given by"),
                gettext_noop("Empty: the community together."),
                needed=False,
            ),
            ON,
            Field("texts", "lines", gettext_noop("What it was"), needed=False, most=500),
            KEY,
        ),
        hint=gettext_noop("A total, never who gave it."),
    ),
    ActForm(
        "take-back",
        gettext_noop("Take a contribution back"),
        RECORD,
        ("contribution",),
        lambda project: bool(selectors.contributions_of(project)),
        _take_back,
        (Field("contribution", "choice", gettext_noop("Recorded by mistake")),),
        describes=True,
    ),
    ActForm(
        "describe",
        gettext_noop("Name and description"),
        RUN,
        ("changed",),
        _always,
        _describe,
        DESCRIBING,
        describes=True,
    ),
    ActForm(
        "areas",
        gettext_noop("Areas"),
        RUN,
        ("changed",),
        _always,
        _areas,
        (Field("areas", "ticks", gettext_noop("It is for")),),
        describes=True,
    ),
    ActForm(
        "sectors",
        gettext_noop("Sectors"),
        RUN,
        ("changed",),
        _always,
        _sectors,
        (
            Field(
                "sectors",
                "area",
                gettext_noop("One on each line: list, code, percent"),
                gettext_noop(
                    "Such as: dac-5 14030 60. Lists are dac-5, dac-3 and own (keys of the subjects). Each list adds up to 100."
                ),
                needed=False,
                most=2_000,
            ),
        ),
        describes=True,
    ),
    ActForm(
        "budget",
        gettext_noop("Planned cost"),
        RUN,
        ("changed",),
        _always,
        _budget,
        (
            Field("budget", "line", gettext_noop("It is to cost"), most=30),
            Field("funded", "line", gettext_noop("Of this is there"), needed=False, most=30),
            CURRENCY,
        ),
        hint=gettext_noop("What is planned. What is really paid stands in the books."),
        describes=True,
    ),
    ActForm(
        "days",
        gettext_noop("Planned days"),
        RUN,
        ("changed",),
        _going,
        _days,
        (
            Field("planned_start_on", "day", gettext_noop("Planned start"), needed=False),
            Field("planned_end_on", "day", gettext_noop("Planned end"), needed=False),
        ),
        describes=True,
    ),
    ActForm(
        "part",
        gettext_noop("Part of another project"),
        RUN,
        ("part-of",),
        _always,
        _part,
        (
            Field("parent", "choice", gettext_noop("Part of"), gettext_noop("Empty: of none."), needed=False),
            Field(
                "weight",
                "number",
                gettext_noop("Weight"),
                gettext_noop("Among the parts of that project: 3 counts three times as much as 1."),
                needed=False,
            ),
        ),
        describes=True,
    ),
)
BY_KEY = {act.key: act for act in ACTS}


def offered_acts(actor: Actor, project: Project) -> list[ActForm]:
    """What this actor can do with this project now."""
    held = {}
    for right in (RECORD, RUN):
        try:
            post_for(actor, right, project.area)
            held[right] = True
        except Denied:
            held[right] = False
    return [act for act in ACTS if held[act.right] and act.offered(project)]


def present_values(act: ActForm, project: Project) -> tuple[dict[str, str], dict[str, list[str]]]:
    """What a form begins with: what is there already. Typed values, and boxes ticked."""
    typed: dict[str, str] = {}
    if act.key == "describe":
        for tag, text in project.names.items():
            typed[f"names_{tag.lower()}"] = text
        for tag, text in project.descriptions.items():
            typed[f"descriptions_{tag.lower()}"] = text
        for name in ("subject", "sponsor", "implementer"):
            typed[name] = str(getattr(project, f"{name}_id") or "")
        typed["no_linked_need"] = "yes" if project.no_linked_need else ""
    if act.key == "sectors":
        rows = selectors.sectors_of(project)
        typed["sectors"] = "\n".join(f"{row.vocabulary} {row.code} {percent(row.share)}" for row in rows)
    if act.key == "days":
        for name in ("planned_start_on", "planned_end_on"):
            found = getattr(project, name)
            typed[name] = found.isoformat() if found else ""
    if act.key == "part":
        typed["parent"], typed["weight"] = str(project.parent_id or ""), str(project.weight or "")
    ticked = {"areas": [str(area.pk) for area in selectors.areas_of(project)]} if act.key == "areas" else {}
    return typed, ticked
