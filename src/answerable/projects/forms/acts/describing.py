"""Forms that say what a project is, where it is, what it costs and what it is a part of."""

from __future__ import annotations

from typing import Any

from answerable.kernel.problem import gettext_noop
from answerable.places.models import Area
from answerable.programme.models import Organisation, Sponsor, Subject
from answerable.projects import selectors, services
from answerable.projects.forms.fields import Field, Sent, page_languages
from answerable.projects.models import Project
from answerable.projects.problems import PartRefused, SharesNotWhole
from answerable.projects.rules.sectors import Share, percent, read_percent
from answerable.projects.services.making import MOST_DEEP

from .choices import Choices
from .form import NAMES, RUN, ActForm, always, going


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
CURRENCY = Field(
    "currency", "line", gettext_noop("Currency"), gettext_noop("Three letters, such as USD"), most=3
)

ACTS: tuple[ActForm, ...] = (
    ActForm(
        "describe",
        gettext_noop("Name and description"),
        RUN,
        ("changed",),
        always,
        _describe,
        DESCRIBING,
        describes=True,
    ),
    ActForm(
        "areas",
        gettext_noop("Areas"),
        RUN,
        ("changed",),
        always,
        _areas,
        (Field("areas", "ticks", gettext_noop("It is for")),),
        describes=True,
    ),
    ActForm(
        "sectors",
        gettext_noop("Sectors"),
        RUN,
        ("changed",),
        always,
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
        always,
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
        going,
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
        always,
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
    if act.key == "evidence":
        typed["grade"] = "picture"
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
