"""Our own projects and money as IATI activities.

Two kinds of activities: each fund in each book that holds it, and each project. Money is followed by their identifiers:
what a book sends down names the activity of the book that gets it, what comes in names the one that it comes from, and
what is paid for a project names the fund's activity in the book that pays. Nothing of a sensitive subject is an activity
of its own: what was paid for it stands with its fund, without a place. Persons are never named.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Max, Min, Q, QuerySet

from answerable.kernel import clock
from answerable.kernel.money import Amount, decimal_of
from answerable.money.models import Account, Book, BudgetLine, Fund, FundSector, FundSum
from answerable.places.models import Area
from answerable.places.selectors import below, placed
from answerable.projects.models import Milestone, Project, ProjectArea, ProjectSector
from answerable.projects.rules.phases import iati_status
from answerable.results.models import Actual, Period
from answerable.results.selectors import published_frameworks

from .flows import FLOWS, OF_WORK, by_years
from .iati.elements import (
    Activity,
    ActivityDate,
    Budget,
    Country,
    Description,
    Location,
    ParticipatingOrg,
    Point,
    RelatedActivity,
    ReportingOrg,
    Sector,
    Text,
    Value,
    said,
)
from .iati.ruleset import Finding, findings_of
from .outcomes import Outcomes
from .outcomes import published as outcomes_of
from .reporting import ROLES, Flow, Shelf, Us, flows_of, our_party, party_of, transaction_of, us

BATCH = 200


@dataclass
class Published:
    """What became of it: activities that broke a rule, and what has no place in the standard."""

    activities: int = 0
    findings: list[Finding] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)


def own_activities(published: Published, area: Area | None = None) -> Iterator[Activity]:
    """Every activity that keeps the standard's rules; the others are noted. Some hundreds in memory at a time.

    Raises NotSetUp.
    """
    reporter, today = us(), clock.today()
    for activity in _all(reporter, today, published, area):
        if findings := findings_of(activity, today):
            published.findings += findings
        else:
            published.activities += 1
            yield activity


def _all(reporter: Us, today: date, published: Published, area: Area | None) -> Iterator[Activity]:
    shelf = Shelf.load()
    yield from _fund_activities(reporter, today, shelf, area)
    yield from _project_activities(reporter, today, shelf, published, area)
    yield from _framework_activities(reporter, today, area)


def open_projects(area: Area | None = None) -> QuerySet[Project]:
    """Projects that are published: our own, and of no sensitive subject."""
    rows = Project.objects.filter(iati_activity__isnull=True).exclude(sensitive())
    return rows.filter(below(placed(area), "area__")) if area is not None else rows


def sensitive(prefix: str = "") -> Q:
    """The condition `of a sensitive subject`."""
    return Q(**{f"{prefix}subject__sensitive": True}) | Q(**{f"{prefix}subject__parent__sensitive": True})


# --- funds -------------------------------------------------------------------------------------


def _fund_activities(reporter: Us, today: date, shelf: Shelf, area: Area | None) -> Iterator[Activity]:
    books = Book.objects.filter(kind="office").select_related("area")
    if area is not None:
        books = books.filter(below(placed(area), "area__"))
    by_id = {book.pk: book for book in books}
    accounts = dict(Account.objects.filter(role__in=ROLES).values_list("pk", "book_id"))
    pairs: dict[int, set[int]] = defaultdict(set)
    for fund_id, account_id in FundSum.objects.values_list("fund_id", "account_id").distinct():
        if accounts.get(account_id) in by_id:
            pairs[fund_id].add(accounts[account_id])
    sectors = defaultdict(list)
    for row in FundSector.objects.filter(vocabulary__in=("dac-5", "dac-3")).order_by("code"):
        sectors[row.fund_id].append(row)
    for fund in sorted(shelf.funds.values(), key=lambda one: one.key):
        ids = sorted(pairs[fund.pk], key=lambda pk: by_id[pk].key)
        for start in range(0, len(ids), BATCH):
            part = ids[start : start + BATCH]
            flows: dict[int, list[Flow]] = defaultdict(list)
            # What is done for a published project stands with the project.
            hidden = Q(project__isnull=True) | sensitive("project__") | ~Q(account__role__in=_WORK_ROLES)
            for flow in flows_of(Q(fund=fund, account__book__in=part) & hidden):
                # Who was paid for something sensitive would say what it is.
                sealed = flow.type in OF_WORK and flow.project_id is not None
                flows[flow.book.pk].append(replace(flow, payee_id=None, payees=None) if sealed else flow)
            for pk in part:
                yield _fund_activity(fund, by_id[pk], flows[pk], sectors[fund.pk], reporter, today, shelf)


_WORK_ROLES = sorted({role for (role, _), (kind, _) in FLOWS.items() if kind in OF_WORK})


def _fund_activity(
    fund: Fund,
    book: Book,
    flows: Sequence[Flow],
    sectors: Sequence[FundSector],
    reporter: Us,
    today: date,
    shelf: Shelf,
) -> Activity:
    titles = {
        language: f"{name} – {book.names.get(language) or next(iter(book.names.values()), book.key)}"
        for language, name in (fund.names or {"en": fund.key}).items()
    }
    words = {"en": f"The money of the fund {fund.key} in the books {book.key}: what came, and where it went."}
    over = fund.closed_on is not None and fund.closed_on <= today
    first = flows[0].on if flows else None
    dates = [
        ("1", fund.starts_on),
        ("2", first if first and first <= today else None),
        ("3", fund.ends_on),
        ("4", fund.closed_on if over and (first is None or first <= (fund.closed_on or today)) else None),
    ]
    funder = shelf.funder(fund.sponsor_id)
    return Activity(
        language="en",
        updated=_moment(max((flow.on for flow in flows), default=fund.starts_on), today),
        identifier=reporter.of_fund(fund.key, book.key),
        reporting_org=_reporting(reporter),
        title=Text(narratives=said(titles)),
        descriptions=(Description(type="1", narratives=said(words)),),
        participating_orgs=tuple(
            ParticipatingOrg(role=role, **party)  # type: ignore[arg-type]
            for role, party in (("1", funder), ("2", our_party(reporter)), ("4", our_party(reporter)))
            if party
        ),
        status="4" if over else "2",
        dates=_dates(dates),
        countries=(Country(code=reporter.country),),
        locations=_locations([book.area]),
        sectors=_sectors(
            # Which share of a fund goes to which of its sectors is said nowhere: only a single one is stated.
            [(row.vocabulary, row.code, 10_000) for row in sectors] if len(sectors) == 1 else [],
            reporter,
        ),
        transactions=tuple(transaction_of(flow, reporter, shelf) for flow in flows),
    )


# --- projects ----------------------------------------------------------------------------------


def _project_activities(
    reporter: Us, today: date, shelf: Shelf, published: Published, area: Area | None
) -> Iterator[Activity]:
    rows = open_projects(area).select_related("area", "subject", "parent__subject__parent").order_by("key")
    last = ""
    while batch := list(rows.filter(key__gt=last)[:BATCH]):
        last = batch[-1].key
        details = _Details.load(batch)
        for project in batch:
            activity = _project_activity(project, details, reporter, today, shelf)
            if activity is None:
                published.left["projects without any day yet"] += 1
            else:
                yield activity


@dataclass(frozen=True)
class _Details:
    """What a batch of projects has in other tables."""

    areas: dict[int, list[Area]]
    sectors: dict[int, list[ProjectSector]]
    lines: dict[int, list[BudgetLine]]
    planned: dict[int, list[tuple[str, int]]]
    flows: dict[int, list[Flow]]
    days: dict[int, tuple[date | None, date | None]]
    parts: dict[int, list[str]]
    outcomes: dict[int, list[Outcomes]]

    @classmethod
    def load(cls, batch: Sequence[Project]) -> _Details:
        found = cls(
            defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list),
            {}, defaultdict(list), defaultdict(list),
        )  # fmt: skip
        for place in ProjectArea.objects.filter(project__in=batch).select_related("area").order_by("area_id"):
            found.areas[place.project_id].append(place.area)
        for sector in ProjectSector.objects.filter(project__in=batch).order_by("vocabulary", "code"):
            found.sectors[sector.project_id].append(sector)
        for line in (
            BudgetLine.objects.filter(project__in=batch).select_related("fund").order_by("book_id", "key")
        ):
            if line.project_id is not None:
                found.lines[line.project_id].append(line)
        for project in batch:
            for budget in project.budgets.order_by("currency"):
                found.planned[project.pk].append((budget.currency, budget.budget_units))
        for flow in flows_of(Q(project__in=batch)):
            if flow.project_id is not None and flow.type in OF_WORK:
                found.flows[flow.project_id].append(flow)
        rows = Milestone.objects.filter(project__in=batch, dropped_on__isnull=True).values("project")
        for row in rows.annotate(first=Min("planned_on"), last=Max("planned_on")):
            found.days[row["project"]] = row["first"], row["last"]
        for parent, key in (
            open_projects().filter(parent__in=batch).order_by("key").values_list("parent_id", "key")
        ):
            found.parts[parent].append(key)
        frameworks = list(published_frameworks().filter(project__in=batch))
        for framework_id, outcomes in outcomes_of(frameworks).items():
            framework = next(row for row in frameworks if row.pk == framework_id)
            if framework.project_id is not None:
                found.outcomes[framework.project_id].append(outcomes)
        return found


def _project_activity(
    project: Project, details: _Details, reporter: Us, today: date, shelf: Shelf
) -> Activity | None:
    flows = details.flows.get(project.pk, [])
    first, last = details.days.get(project.pk, (None, None))
    start = project.planned_start_on or first
    end = project.planned_end_on or last
    if start and end and end < start:
        end = None
    actual = project.actual_start_on
    if not start and not actual:
        actual = flows[0].on if flows else None
    if not start and not actual:
        return None
    actual_end = project.actual_end_on
    if actual and actual_end and actual_end < actual:
        actual_end = None
    lines = details.lines.get(project.pk, [])
    sponsors = {project.sponsor_id, *(line.fund.sponsor_id for line in lines)}
    sponsors |= {shelf.funds[flow.fund_id].sponsor_id for flow in flows if flow.fund_id}
    orgs: list[tuple[str, dict[str, object]]] = [
        ("1", shelf.funder(pk)) for pk in sorted(s for s in sponsors if s)
    ]
    orgs.append(("2", our_party(reporter)))
    builder = shelf.organisations.get(project.implementer_id or 0)
    orgs.append(("4", party_of(builder) if builder else our_party(reporter)))
    outcomes = details.outcomes.get(project.pk, [])
    known = [day for day in (project.last_word_on, project.phase_since, *(flow.on for flow in flows)) if day]
    return Activity(
        language="en",
        updated=_moment(max(known, default=project.recorded_on), today),
        identifier=reporter.of_project(project.key),
        reporting_org=_reporting(reporter),
        title=Text(narratives=said(project.names)),
        descriptions=(Description(type="1", narratives=said(project.descriptions or project.names)),),
        participating_orgs=tuple(ParticipatingOrg(role=role, **party) for role, party in orgs if party),  # type: ignore[arg-type]
        status=iati_status(project.phase),
        dates=_dates([("1", start), ("2", actual), ("3", end), ("4", actual_end)]),
        countries=(Country(code=reporter.country),),
        locations=_locations(_places(details.areas.get(project.pk) or [project.area], outcomes)),
        sectors=_sectors(
            [(row.vocabulary, row.code, row.share) for row in details.sectors.get(project.pk, [])],
            reporter,
            project,
        ),
        budgets=tuple(
            _budgets(lines, details.planned.get(project.pk, []), start or actual or today, end, today)
        ),
        transactions=tuple(transaction_of(flow, reporter, shelf) for flow in flows),
        related=tuple(_related(project, details.parts.get(project.pk, []), reporter)),
        results=tuple(result for one in outcomes for result in one.results),
    )


def _places(areas: Iterable[Area], outcomes: Iterable[Outcomes]) -> list[Area]:
    """The places of an activity and those that its results name, each once."""
    named = {area.pk: area for area in areas}
    return list((named | {area.pk: area for one in outcomes for area in one.areas}).values())


def _related(project: Project, parts: Iterable[str], reporter: Us) -> Iterator[RelatedActivity]:
    parent = project.parent
    if parent is not None and not is_sensitive(parent):
        yield RelatedActivity(type="1", ref=reporter.of_project(parent.key))
    for key in parts:
        yield RelatedActivity(type="2", ref=reporter.of_project(key))


def is_sensitive(project: Project) -> bool:
    """The same of one project, whose subject is at hand."""
    subject = project.subject
    return subject is not None and (
        subject.sensitive or (subject.parent is not None and subject.parent.sensitive)
    )


def _budgets(
    lines: Sequence[BudgetLine],
    planned: Sequence[tuple[str, int]],
    start: date,
    end: date | None,
    today: date,
) -> Iterator[Budget]:
    """Original and revised sums of the project's lines; without lines what it was said to cost."""
    original: Counter[str] = Counter()
    revised: Counter[str] = Counter()
    for line in lines:
        original[line.currency] += line.original_units
        revised[line.currency] += line.units
    if not lines:
        for currency, units in planned:
            original[currency] += units
    ends = end if end and end >= start else start + timedelta(days=364)
    changed = any(line.version > 1 for line in lines)
    for kind, sums in (("1", original), ("2", revised if changed else Counter[str]())):
        for currency in sorted(sums):
            parts = list(by_years(sums[currency], start, ends))
            for part in parts:
                yield Budget(
                    type=kind,
                    # Split by days: nobody decided the years' shares.
                    status="2" if len(parts) == 1 and lines else "1",
                    start=part.start,
                    end=part.end,
                    value=Value(
                        currency=currency,
                        on=min(part.start, today),
                        amount=decimal_of(Amount(part.units, currency)),
                    ),
                )


# --- frameworks of no project ------------------------------------------------------------------


def _framework_activities(reporter: Us, today: date, area: Area | None) -> Iterator[Activity]:
    """The programme's own frameworks: what is wanted in an area, whoever pays for it."""
    rows = published_frameworks().filter(project__isnull=True)
    if area is not None:
        rows = rows.filter(below(placed(area), "area__"))
    for framework in rows.order_by("key").iterator(chunk_size=BATCH):
        found = outcomes_of([framework])[framework.pk]
        span = Period.objects.filter(framework=framework).aggregate(
            first=Min("starts_on"), last=Max("ends_on"), locked=Max("locked_on")
        )
        if span["first"] is None or not found.results:
            continue
        days = [framework.published_on, span["locked"], framework.recorded_on]
        checked = Actual.objects.filter(indicator__framework=framework).aggregate(last=Max("checked_on"))
        known = [day for day in (*days, checked["last"]) if day is not None]
        begun, over = span["first"] <= today, span["last"] < today
        yield Activity(
            language="en",
            updated=_moment(max(known), today),
            identifier=reporter.of_framework(framework.key),
            reporting_org=_reporting(reporter),
            title=Text(narratives=said(framework.names)),
            descriptions=(Description(type="2", narratives=said(framework.names)),),
            participating_orgs=tuple(
                ParticipatingOrg(role=role, **our_party(reporter))  # type: ignore[arg-type]
                for role in ("2", "4")
            ),
            status="4" if over else "2" if begun else "1",
            dates=_dates(
                [("1", span["first"]), ("2", span["first"] if begun else None), ("3", span["last"])]
                + ([("4", span["last"])] if over else [])
            ),
            countries=(Country(code=reporter.country),),
            locations=_locations(_places([framework.area], [found])),
            sectors=_sectors([], reporter),
            results=found.results,
        )


# --- parts of any activity ---------------------------------------------------------------------


def _reporting(reporter: Us) -> ReportingOrg:
    return ReportingOrg(ref=reporter.ref, type=reporter.type, narratives=said(dict(reporter.names)))


def _dates(days: Iterable[tuple[str, date | None]]) -> tuple[ActivityDate, ...]:
    return tuple(ActivityDate(type=kind, on=on) for kind, on in days if on is not None)


def _moment(day: date, today: date) -> str:
    return f"{min(day, today).isoformat()}T00:00:00Z"


def _locations(areas: Iterable[Area]) -> tuple[Location, ...]:
    """Areas by name and, where they have one, their point: places, never houses."""
    return tuple(
        Location(
            ref=f"area-{area.pk}",
            reach="1",
            name=Text(narratives=said(area.names or {"en": area.name})),
            point=Point(pos=f"{area.latitude:.5f} {area.longitude:.5f}")
            if area.latitude is not None and area.longitude is not None
            else None,
            exactness="2",
        )
        for area in areas
    )


def _sectors(
    rows: Sequence[tuple[str, str, int]], reporter: Us, project: Project | None = None
) -> tuple[Sector, ...]:
    """The DAC sectors, else the programme's own one, and the village list's word for it."""
    found = [
        Sector(vocabulary=code, code=key, percentage=Decimal(share) / 100)
        for name, code in (("dac-5", "1"), ("dac-3", "2"))
        for vocabulary, key, share in rows
        if vocabulary == name
    ]
    if not found:
        found.append(Sector(vocabulary="1", code=reporter.sector, percentage=Decimal(100)))
    if project is not None and project.subject is not None and project.subject.names:
        found.append(
            Sector(
                vocabulary="99",
                code=project.subject.key,
                percentage=Decimal(100),
                narratives=said(project.subject.names),
            )
        )
    return tuple(found)
