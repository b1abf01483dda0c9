"""The thread of a need: from what was heard to what residents say of the thing, each link or the gap where it is missing.

One thread for three readers: whoever has the code, staff who may see the case, and everybody by the project.
The words that residents said are in none of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from answerable.assets.selectors import Sheet, assets_of, sheet
from answerable.evidence.models import Item
from answerable.kernel import clock
from answerable.listening.models import Case, CaseStep, PublicAnswer
from answerable.listening.rules.clocks import ANSWERS
from answerable.listening.rules.states import OPEN_STATES, State, Step
from answerable.listening.words import STATES as CASE_STATES
from answerable.listening.words import entry as case_entry
from answerable.money.words import people_paid
from answerable.projects.models import Project, ProjectEvidence
from answerable.projects.selectors import evidence_of, heard_of, silent_today, standing_of, state_of
from answerable.projects.words import standing_key
from answerable.safeguards.suppression import public_count
from answerable.web.figures import day, money, number
from answerable.web.said import name_html

from . import words
from .ledger import Budget, Payment, budget_of, paid_for, payments_of
from .selectors import cases_of_project, needs_count


@dataclass(frozen=True)
class Line:
    """One fact of a link of the thread."""

    text: SafeString | str
    on: date | None = None
    late: bool = False
    address: str = ""
    quote: str = ""
    language: str = ""


@dataclass
class Ring:
    """One link of the thread. `gap`: in words, what is missing."""

    key: str
    icon: str
    title: str
    lines: list[Line] = field(default_factory=list)
    gap: str = ""
    #: Pictures side by side, before and after.
    pictures: list[tuple[str, ProjectEvidence]] = field(default_factory=list)


def address(name: str, *args: Any, **parts: Any) -> str:
    """A neighbour's page by its name; nothing where there is none."""
    try:
        return reverse(name, args=args, kwargs=parts)
    except NoReverseMatch:
        return ""


def thread_of_case(case: Case, steps: Iterable[CaseStep], project: Project | None) -> list[Ring]:
    """The thread for whoever has the code, or may see the case."""
    log = list(steps)
    if project is None:
        return [_heard(case), _case(case), _answer(case, log), *_nothing_yet(case)]
    return [_heard(case), _case(case), _answer(case, log), *thread_of_project(project)]


def public_thread(project: Project) -> list[Ring]:
    """The thread for everybody: how many raised it, hidden where they are few, and what the office answered."""
    need = need_said(project)
    ring = Ring("heard", "people", gettext("What was heard"))
    if need.gap:
        ring.gap = need.text
    else:
        ring.lines.append(Line(need.text))
    rings = [ring]
    if need.linked:
        rings.append(_public_answers(project))
    return [*rings, *thread_of_project(project)]


@dataclass(frozen=True)
class NeedSaid:
    """What everybody may know of the needs behind a project, in words."""

    text: str
    #: A need is linked to it.
    linked: bool = False
    #: Nobody said which need it answers, nor that there is none.
    gap: bool = False


def need_said(project: Project) -> NeedSaid:
    """How many asked for a project, hidden where they are few; or that nobody did; or that nobody said."""
    cases, voices = needs_count(project)
    if not cases:
        if project.no_linked_need:
            return NeedSaid(gettext("The office says openly: no need of residents led to it."))
        return NeedSaid(gettext("Nobody has said which need this answers."), gap=True)
    if voices.value is None:
        return NeedSaid(gettext("Fewer than 10 voices asked for it."), linked=True)
    said = ngettext("About %(n)s voice asked for it.", "About %(n)s voices asked for it.", voices.value)
    return NeedSaid(said % {"n": number(voices.value)}, linked=True)


def standing_said(project: Project) -> str:
    """Where its claim stands, in words for everybody; a confirmation by few says that they are few."""
    standing = standing_of(project).value
    said = words.say(words.STANDINGS, standing_key(standing, project.verdict))
    if standing != "confirmed":
        return said
    heard = heard_of(project)
    meetings = sum(word.said_done + word.said_partly + word.said_not for word in heard.meetings)
    if not public_count(heard.codes.total + meetings).hidden:
        return said
    few = gettext("One voice or few: fewer than 10.")
    return f"{said} {few}"


def thread_of_project(project: Project) -> list[Ring]:
    """From the project on: budget, payments, pictures, the thing, later checks, residents' word."""
    sheets = [sheet(asset) for asset in assets_of(project.pk).select_related("area")[:5]]
    return [
        _project(project),
        _budget(budget_of(project)),
        _payments(project, payments_of(project)),
        _pictures(project),
        _asset(project, sheets),
        _checks(sheets),
        _residents(project),
    ]


def _nothing_yet(case: Case) -> list[Ring]:
    gaps = (
        ("project", "work", gettext("The project"), gettext("No project answers this need yet.")),
        ("budget", "money", gettext("Its budget"), gettext("No budget line is there for it yet.")),
        ("payments", "money", gettext("What was paid"), gettext("Nothing was paid for it yet.")),
        ("pictures", "find", gettext("Pictures"), gettext("There is no picture yet.")),
        ("asset", "house", gettext("What stands there now"), gettext("Nothing was handed over yet.")),
        ("checks", "clock", gettext("Does it still work?"), gettext("Nobody has looked yet.")),
        ("residents", "people", gettext("Residents' word"), gettext("There is nothing to confirm yet.")),
    )
    rings = [Ring(key, icon, title, gap=gap) for key, icon, title, gap in gaps]
    said = {
        State.CLAIMED_DONE: gettext(
            "The office says that this is done. The page of the code asks whether it is so."
        ),
        State.CONFIRMED: gettext("Confirmed: it was done."),
    }.get(State(case.state))
    if said:
        rings[-1].lines, rings[-1].gap = [Line(said)], ""
    return rings


def _heard(case: Case) -> Ring:
    subject = name_html(case.subject.names, case.subject.key)
    place = name_html(case.area.names, case.area.name)
    return Ring(
        "heard",
        "speak",
        gettext("What was heard"),
        [Line(format_html("{} · {}", subject, place), case.received_on)],
    )


def _case(case: Case) -> Ring:
    today = clock.today()
    ring = Ring("case", "paper", gettext("The case"))
    state = State(case.state)
    ring.lines.append(Line(gettext(CASE_STATES[state.value]), case.closed_on))
    if state in OPEN_STATES:
        waited = (today - case.received_on).days
        said = ngettext("Open for %(n)s day.", "Open for %(n)s days.", waited) % {"n": number(waited)}
        ring.lines.append(Line(said))
        late = case.answer_due_on < today if case.answered_on is None else case.resolve_due_on < today
        due = case.answer_due_on if case.answered_on is None else case.resolve_due_on
        if late and case.resolved_on is None:
            ring.lines.append(
                Line(gettext("Late: it was promised by %(day)s.") % {"day": day(due)}, late=True)
            )
    if case.owner is not None:
        ring.lines.append(
            Line(format_html("{} {}", gettext("Who answers:"), name_html(case.owner.names, case.owner.key)))
        )
    else:
        ring.gap = gettext("No post answers for it.")
    return ring


def _answer(case: Case, log: list[CaseStep]) -> Ring:
    ring = Ring("answer", "speak", gettext("The answer"))
    for step in reversed(log):
        if Step(step.step) not in ANSWERS:
            continue
        word = step.word if step.word is not None and step.word.by_office and not case.sensitive else None
        ring.lines.append(
            Line(
                case_entry(step),
                step.on,
                quote=word.text if word else "",
                language=word.language if word else "",
            )
        )
        break
    else:
        ring.gap = gettext("No answer yet. It is promised by %(day)s.") % {"day": day(case.answer_due_on)}
    return ring


def _public_answers(project: Project) -> Ring:
    ring = Ring("answer", "speak", gettext("The answer"))
    rows = PublicAnswer.objects.filter(case__in=cases_of_project(project).values("pk"), case__sensitive=False)
    for row in rows.order_by("-month", "-pk")[:2]:
        ring.lines.append(Line("", quote=row.text, language=row.language))
    if not ring.lines:
        ring.gap = gettext("The office has not published an answer.")
    return ring


def _project(project: Project) -> Ring:
    ring = Ring("project", "work", gettext("The project"))
    page = address("following:project", lang=get_language() or "en", key=project.key)
    ring.lines.append(Line(name_html(project.names, project.key), address=page))
    ring.lines.append(Line(words.say(words.PHASES, project.phase), project.phase_since))
    if silent_today(project):
        ring.lines.append(Line(gettext("No public word for too long."), project.last_word_on, late=True))
    return ring


def _budget(lines: list[Budget]) -> Ring:
    ring = Ring("budget", "money", gettext("Its budget"))
    for line in lines[:3]:
        fund = name_html(line.fund_names, line.fund_key)
        parts = format_html(
            "{}: <bdi>{}</bdi> · {}", name_html(line.names, line.key), money(line.units, line.currency), fund
        )
        ring.lines.append(
            Line(parts, address=address("money:fund", lang=get_language() or "en", key=line.fund_key))
        )
        if line.units != line.original_units:
            said = gettext("It was %(amount)s first.") % {"amount": money(line.original_units, line.currency)}
            ring.lines.append(Line(said))
    if not lines:
        ring.gap = gettext("No budget line names this project.")
    return ring


def _payments(project: Project, rows: list[Payment]) -> Ring:
    ring = Ring("payments", "money", gettext("What was paid"))
    for currency, (paid, back) in paid_for(project).items():
        said = format_html("{} <bdi>{}</bdi>", gettext("In all:"), money(paid - back, currency))
        ring.lines.append(Line(said))
    for row in rows[:4]:
        ring.lines.append(Line(payment_text(row), row.on))
    if len(rows) > 4:
        more = len(rows) - 4
        ring.lines.append(Line(ngettext("and %(n)s more", "and %(n)s more", more) % {"n": number(more)}))
    if not rows:
        ring.gap = gettext("Nothing was paid for it yet.")
    return ring


def payment_text(row: Payment) -> SafeString:
    """An amount, to whom, and the first signs of its document's digest."""
    who = name_html(row.payee_names, row.payee_key) if row.payee_key else ""
    if row.payees_count:
        who = people_paid(row.payees_count)
    if not who:
        who = gettext("payee not named")
    digest = row.document_digest[:12]
    if not digest:
        return format_html("<bdi>{}</bdi> · {}", money(row.units, row.currency), who)
    return format_html(
        "<bdi>{}</bdi> · {} · {} <bdi><code>{}</code></bdi>",
        money(row.units, row.currency), who, gettext("document"), digest,
    )  # fmt: skip


def pair_of(project: Project) -> list[tuple[str, ProjectEvidence]]:
    """A picture before and one after from the same spot, else the last one: publishable ones only."""
    last: list[tuple[str, ProjectEvidence]] = []
    for spot in evidence_of(project, public=True):
        shown = [
            (stage, pictures[-1])
            for stage, rows in spot.stages
            if stage != "during" and (pictures := [row for row in rows if row.item.kind == "picture"])
        ]
        if spot.key and len(shown) == 2:
            return shown
        last = last or shown
    return last


def _pictures(project: Project) -> Ring:
    ring = Ring("pictures", "find", gettext("Pictures"))
    ring.pictures = pair_of(project)
    if not ring.pictures:
        ring.gap = gettext("There is no picture yet that may be published.")
    elif all(stage != "after" for stage, _ in ring.pictures):
        ring.gap = gettext("There is no picture of it finished yet.")
    return ring


def picture_address(item: Item, small: bool = True) -> str:
    """Where a picture that everybody may see is."""
    name = "evidence:small" if small else "evidence:picture"
    return address(name, item.digest) or address("evidence:picture", item.digest)


def _asset(project: Project, sheets: list[Sheet]) -> Ring:
    ring = Ring("asset", "house", gettext("What stands there now"))
    for one in sheets:
        asset, keeper = one.asset, one.keeper
        who = keeper and (keeper.organisation or keeper.post)
        page = address("assets:asset", lang=get_language() or "en", asset_id=asset.pk)
        ring.lines.append(Line(name_html(asset.names, asset.kind), asset.handed_over_on, address=page))
        if who:
            ring.lines.append(Line(format_html("{} {}", gettext("Kept by:"), who_named(who))))
        else:
            ring.lines.append(Line(gettext("Nobody keeps it."), late=True))
    if not sheets:
        finished = project.phase in {"completion", "completed"}
        ring.gap = (
            gettext("It is called done, and nothing was handed over to a keeper.")
            if finished
            else gettext("Nothing was handed over yet.")
        )
    return ring


def who_named(who: Any) -> SafeString:
    """An organisation or a post by its name."""
    return name_html(who.names, who.key) if who else SafeString("")


def _checks(sheets: list[Sheet]) -> Ring:
    ring = Ring("checks", "clock", gettext("Does it still work?"))
    for seen in sheets:
        if seen.latest is not None:
            ring.lines.append(Line(words.say(words.RESULTS, seen.latest.result), seen.latest.on))
        if seen.owed is not None and str(seen.owed.standing) in {"late", "missed"}:
            said = gettext("Somebody should have looked by %(day)s.") % {"day": day(seen.owed.due_on)}
            ring.lines.append(Line(said, late=True))
        elif seen.owed is not None and seen.latest is None:
            ring.lines.append(Line(gettext("First look: %(day)s.") % {"day": day(seen.owed.due_on)}))
    if not ring.lines:
        ring.gap = gettext("Nobody has looked yet.")
    return ring


def _residents(project: Project) -> Ring:
    ring = Ring("residents", "people", gettext("Residents' word"))
    standing = standing_of(project).value
    said = standing_said(project)
    if standing == "confirmed":
        ring.lines.append(Line(said, project.confirmed_on))
    elif standing in {"partly", "reopened"}:
        ring.lines.append(Line(said, late=True))
    else:
        ring.gap = said
    snags = state_of(project).open_snags
    if snags:
        text = ngettext("%(n)s thing found wanting is open.", "%(n)s things found wanting are open.", snags)
        ring.lines.append(Line(text % {"n": number(snags)}, late=True))
    return ring
