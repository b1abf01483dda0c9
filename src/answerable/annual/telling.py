"""A report in words: each link of the chain with its figures, what is missing, and the page that the figures stand on."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext

from answerable.disclosure.catalogue import CASES
from answerable.disclosure.words import months, said, words
from answerable.projects.models import Project
from answerable.projects.rules.confirming import Standing, standing
from answerable.web.figures import day, in_digits, money, number

from . import telling_results, telling_surveys
from .content import Entry, Fact, Link, Row, Section, Shot, Table, Told, name_of, named
from .rules import Missing, Why
from .selectors import Pair, Report


def told(report: Report) -> Told:
    """The report in the active language."""
    sections = [
        _heard(report),
        _promised(report),
        _planned(report),
        _funded(report),
        _delivered(report),
        _kept_up(report),
        telling_results.aimed(report),
        telling_surveys.asked(report),
    ]
    year = in_digits(str(report.year.number))
    gaps = [gap for section in sections for gap in section.gaps]
    return Told(
        language=get_language() or "en",
        title=gettext("The year %(year)s") % {"year": year},
        place=name_of(report.area),
        lead=_lead(report),
        head=_head(report),
        sections=sections,
        gaps=gaps,
        address=page("annual:report", area_id=report.area.pk, year=report.year.number),
    )


def page(name: str, **parts: object) -> str:
    """An everybody's page in the active language."""
    return reverse(name, kwargs={"lang": get_language() or "en", **parts})


def part_of(part: int, whole: int) -> str:
    """Two numbers in words."""
    return gettext("%(part)s of %(whole)s") % {"part": number(part), "whole": number(whole)}


def _lead(report: Report) -> list[str]:
    lines = [
        gettext("Counted from the records of this place and of everything below it, as of %(day)s.")
        % {"day": day(report.year.on)}
    ]
    if not report.year.is_over:
        lines.append(gettext("The year is not over: these figures will change."))
    return lines


def _head(report: Report) -> list[Fact]:
    promises, projects, things = report.promises, report.projects, report.things.tally
    ended = promises.due - promises.running
    return [
        Fact(
            gettext("Promises kept"),
            number(promises.kept + promises.kept_late),
            gettext("of %(n)s due") % {"n": number(ended)},
        ),
        Fact(gettext("Projects called done"), number(projects.claimed)),
        Fact(
            gettext("Confirmed by residents"),
            number(projects.claimed_confirmed),
            gettext("of those %(n)s") % {"n": number(projects.claimed)},
        ),
        Fact(
            gettext("Things that work"),
            number(things.working),
            gettext("of %(n)s looked at") % {"n": number(things.checked)},
        ),
    ]


def _heard(report: Report) -> Section:
    called = words()
    rows = [
        Row((months(one.quarter), *(said(one.figures[name]) for name in CASES.measures)))
        for one in report.quarters
    ]
    return Section(
        key="heard",
        icon="speak",
        title=gettext("Heard and answered"),
        source=Link(gettext("Published figures"), page("disclosure:area", area_id=report.area.pk)),
        words=[
            gettext(
                "Matters that are not sensitive, by the quarter in which they were raised, as they stood when the quarter "
                "was published. Counts are rounded so that nobody can be found out, so quarters do not add up to a year."
            )
        ],
        facts=[Fact(gettext("Listening sessions held"), number(report.sessions))],
        tables=[Table("", (gettext("Quarter"), *(called[name] for name in CASES.measures)), rows)]
        if rows
        else [],
        gaps=[_unpublished(one) for one in report.missing],
    )


def _unpublished(one: Missing) -> str:
    if one.why is Why.BEFORE_ALL:
        text = gettext(
            "No counts of %(months)s were published: nothing that is counted here was on record for those months yet."
        )
    elif one.why is Why.NOT_THERE:
        text = gettext("Counts of %(months)s were published without this place: it was not there then.")
    elif one.why is Why.OVERDUE:
        text = gettext("Counts of %(months)s are not published yet; they were due on %(day)s.")
    else:
        text = gettext("Counts of %(months)s are not published; they are due on %(day)s.")
    return text % {"months": months(one.quarter), "day": day(one.quarter.published_from)}


def _promised(report: Report) -> Section:
    found = report.promises
    facts = [
        Fact(gettext("Promises made"), number(found.made)),
        Fact(gettext("Due this year"), number(found.due)),
        Fact(gettext("Kept by the promised day"), number(found.kept)),
        Fact(gettext("Kept later"), number(found.kept_late)),
        Fact(gettext("Taken up by a project"), number(found.taken_up)),
        Fact(gettext("Declined, with the reason"), number(found.declined)),
        Fact(gettext("Not kept, and their day is past"), number(found.broken)),
    ]
    if found.running:
        facts.append(Fact(gettext("Their day is still to come"), number(found.running)))
    entries = [
        Entry(
            name=named(row.texts),
            tag=gettext("Late"),
            bad=True,
            words=[
                *([name_of(row.area)] if row.area_id != report.area.pk else []),
                gettext("Promised by %(day)s") % {"day": day(row.due_on)},
            ],
            address=page("promises:area", area_id=row.area_id),
        )
        for row in report.broken
    ]
    gaps = []
    if found.broken:
        gaps.append(
            ngettext("%(n)s promise is broken.", "%(n)s promises are broken.", found.broken)
            % {"n": number(found.broken)}
        )
    return Section(
        key="promised",
        icon="clock",
        title=gettext("Promised"),
        source=Link(gettext("What was promised here"), page("promises:area", area_id=report.area.pk)),
        facts=facts if found.made or found.due else [],
        words=[] if found.made or found.due else [gettext("No promise was made here, and none was due.")],
        entries=entries,
        gaps=gaps,
    )


def _planned(report: Report) -> Section:
    found = report.projects
    gaps = []
    if found.without_need:
        gaps.append(
            ngettext(
                "%(n)s project was begun without a need of residents behind it.",
                "%(n)s projects were begun without a need of residents behind them.",
                found.without_need,
            )
            % {"n": number(found.without_need)}
        )
    if found.silent:
        gaps.append(_silent(report, found.silent))
    return Section(
        key="planned",
        icon="paper",
        title=gettext("Planned"),
        source=Link(gettext("What was chosen here"), page("projects:choices", area_id=report.area.pk)),
        facts=[
            Fact(gettext("Projects begun"), number(found.planned)),
            Fact(gettext("Choices held in the open"), number(report.choices)),
            Fact(gettext("Projects stopped"), number(found.stopped)),
        ],
        gaps=gaps,
    )


def _silent(report: Report, count: int) -> str:
    days = settings.PROJECT_SILENCE_DAYS
    if report.year.is_over:
        text = ngettext(
            "%(n)s project under way had given no word for %(days)s days when the year ended, and has given none since.",
            "%(n)s projects under way had given no word for %(days)s days when the year ended, and have given none since.",
            count,
        )
    else:
        text = ngettext(
            "%(n)s project under way has given no word for %(days)s days.",
            "%(n)s projects under way have given no word for %(days)s days.",
            count,
        )
    return text % {"n": number(count), "days": number(days)}


def _funded(report: Report) -> Section:
    found = report.money
    tables, gaps = [], []
    if found.funds:
        rows = [
            Row(
                (name_of(one.fund), *(money(units, one.currency) for units in (one.came, one.spent))),
                page("money:fund", key=one.fund.key),
            )
            for one in found.funds
        ]
        head = (gettext("Fund"), gettext("Came into the books here"), gettext("Paid for work here"))
        tables.append(Table(gettext("Where it came from"), head, rows))
    if found.places:
        rows = [
            Row(
                (name_of(area), " · ".join(money(units, code) for code, units in sorted(sums.items()))),
                page("money:area", area_id=area.pk),
            )
            for area, sums in found.places
        ]
        tables.append(Table(gettext("For which places"), (gettext("Place"), gettext("Paid")), rows))
    if found.rests:
        rows = [
            Row(
                (
                    name_of(level),
                    money(rest.left_units, currency),
                    number(rest.left_days) if rest.left_days is not None else "–",
                )
            )
            for level, currency, rest in found.rests
        ]
        head = (gettext("Level"), gettext("Rests"), gettext("Days so far, on average"))
        tables.append(Table(gettext("Where it rests on %(day)s") % {"day": day(report.year.on)}, head, rows))
        gaps.append(gettext("Money rests: it came and has not gone on yet."))
    if not found.known:
        gaps.append(gettext("Money is not added up for places so far down the tree."))
    return Section(
        key="funded",
        icon="money",
        title=gettext("Funded"),
        source=Link(gettext("Where the money is"), page("money:area", area_id=report.area.pk))
        if found.known
        else Link(gettext("Money"), page("money:funds")),
        words=[]
        if tables or not found.known
        else [gettext("The books show no money for this place this year.")],
        tables=tables,
        gaps=gaps,
    )


def _delivered(report: Report) -> Section:
    found = report.projects
    gaps = []
    if found.unconfirmed:
        gaps.append(
            ngettext(
                "%(n)s project was called done, and residents have not confirmed it.",
                "%(n)s projects were called done, and residents have not confirmed them.",
                found.unconfirmed,
            )
            % {"n": number(found.unconfirmed)}
        )
    without = sum(1 for row in report.delivered if not any(report.pictures.get(row.pk, (None, None))))
    if without:
        gaps.append(
            ngettext(
                "%(n)s of the projects shown has no picture that may be published.",
                "%(n)s of the projects shown have no picture that may be published.",
                without,
            )
            % {"n": number(without)}
        )
    more = max(found.claimed - len(report.delivered), 0)
    lines = []
    if more:
        lines.append(
            ngettext(
                "The latest are shown; %(n)s more was called done.",
                "The latest are shown; %(n)s more were called done.",
                more,
            )
            % {"n": number(more)}
        )
    return Section(
        key="delivered",
        icon="work",
        title=gettext("Delivered and confirmed"),
        source=Link(gettext("The page of this place"), page("public:area", area_id=report.area.pk)),
        facts=[
            Fact(gettext("Projects called done"), number(found.claimed)),
            Fact(
                gettext("Confirmed by residents"),
                number(found.claimed_confirmed),
                part_of(found.claimed_confirmed, found.claimed),
            ),
            Fact(gettext("All that residents confirmed this year"), number(found.confirmed)),
        ],
        words=lines,
        entries=[
            _project(row, report.pictures.get(row.pk, (None, None)), report) for row in report.delivered
        ],
        gaps=gaps,
    )


def _project(row: Project, pair: Pair, report: Report) -> Entry:
    stands = _standing(row, report.year.on)
    shots = [
        Shot(proof.item, stage, named(proof.texts, stage))
        for proof, stage in zip(pair, (gettext("Before"), gettext("After")), strict=True)
        if proof is not None
    ]
    said_days = []
    if row.first_claimed_on is not None:
        said_days.append(gettext("called done on %(day)s") % {"day": day(row.first_claimed_on)})
    if stands is Standing.CONFIRMED:
        said_days.append(gettext("confirmed on %(day)s") % {"day": day(row.confirmed_on)})
    place: list[str] = [name_of(row.area)] if row.area_id != report.area.pk else []
    return Entry(
        name=name_of(row),
        tag=gettext("Confirmed") if stands is Standing.CONFIRMED else gettext("Not confirmed"),
        bad=stands is not Standing.CONFIRMED,
        words=[*place, *said_days],
        address=page("following:project", key=row.key),
        shots=shots,
    )


def _standing(row: Project, on: date) -> Standing:
    """As of the day: a later confirmation is no confirmation yet."""
    later = row.confirmed_on is not None and row.confirmed_on > on
    return standing(
        first_claimed_on=row.first_claimed_on,
        claimed_on=row.claimed_on,
        verdict="" if later else row.verdict,
        today=on,
        days=settings.RESIDENTS_WORD_DAYS,
    )


def _kept_up(report: Report) -> Section:
    found, tally = report.things, report.things.tally
    facts = [
        Fact(gettext("Things handed over this year"), number(found.handed_over)),
        Fact(gettext("All that projects left"), number(tally.total)),
        Fact(gettext("Working"), number(tally.working), part_of(tally.working, tally.checked)),
        Fact(gettext("Working in part"), number(tally.partly)),
        Fact(gettext("Not working"), number(tally.broken)),
        Fact(gettext("Looked at this year"), number(found.looked_at), part_of(found.looked_at, tally.total)),
    ]
    gaps = []
    if tally.unchecked:
        gaps.append(
            ngettext(
                "Nobody has ever looked at %(n)s thing, so whether it works is not known.",
                "Nobody has ever looked at %(n)s things, so whether they work is not known.",
                tally.unchecked,
            )
            % {"n": number(tally.unchecked)}
        )
    return Section(
        key="kept-up",
        icon="house",
        title=gettext("Kept up"),
        source=Link(gettext("What still works"), page("assets:working", area_id=report.area.pk)),
        facts=facts if tally.total else [],
        words=[] if tally.total else [gettext("No project has left anything here yet.")],
        gaps=gaps,
    )
