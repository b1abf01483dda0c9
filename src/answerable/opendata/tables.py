"""Projects and money as open tables: which rows, and what each column says.

Open are our own projects that are of no sensitive subject, and every posting of offices' and villages' books: things
and money are exact, and no person stands in them. What was paid for a sensitive project stands there without project,
place, line and payee. Figures that others published are theirs to publish: they are not in here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Q

from answerable.kernel.money import Amount, plain
from answerable.kernel.names import say
from answerable.money.answers import Scope, way_by_project
from answerable.money.models import Posting
from answerable.places.models import Area, AreaCode
from answerable.places.selectors import below, placed
from answerable.projects.models import Project, ProjectArea, ProjectSector
from answerable.projects.rules.phases import iati_status, oc4ids_status
from answerable.projects.rules.sectors import percent
from answerable.safeguards.suppression import public_count

from .publishing import is_sensitive, open_projects, sensitive
from .sheets import Column, Sheet

BATCH = 500
CHUNK = 5_000

PROJECTS = Sheet(
    "projects",
    "Projects",
    "One row for each project.",
    (
        Column("key", "string", "Short name of the project; it never changes."),
        Column("name", "string", "Name, in English where there is one."),
        Column("language", "string", "Language of the name."),
        Column("area", "string", "Name of the area: the village, or the lowest that holds all of its areas."),
        Column("area_codes", "string", "Codes of that area, scheme:code, with spaces between."),
        Column("areas", "integer", "For how many areas it is."),
        Column("latitude", "number", "Of the area, WGS 84."),
        Column("longitude", "number", "Of the area, WGS 84."),
        Column("subject", "string", "Subject of the village list."),
        Column("sectors", "string", "Sectors, vocabulary:code=percent, with spaces between."),
        Column("sponsor", "string", "Short name of the sponsor."),
        Column("implementer", "string", "Short name of the organisation that carries it out."),
        Column("phase", "string", "Where it stands: identification to completed, cancelled or suspended."),
        Column("iati_status", "string", "The same as a code of IATI's ActivityStatus."),
        Column("oc4ids_status", "string", "The same as a word of OC4IDS's projectStatus."),
        Column("parent", "string", "The project that it is a part of."),
        Column("linked_need", "boolean", "False: it is said openly that no recorded need led to it."),
        Column("planned_start", "date", "Planned start."),
        Column("planned_end", "date", "Planned end."),
        Column("actual_start", "date", "Start."),
        Column("actual_end", "date", "End."),
        Column("claimed", "date", "Day on which the office said that it is done, where that stands."),
        Column("confirmed", "date", "Day on which residents confirmed it."),
        Column("last_word", "date", "Day of the last word to the public."),
    ),
)
PROJECT_MONEY = Sheet(
    "project-money",
    "Money of projects",
    "One row for each project and currency with anything committed, paid or given.",
    (
        Column("project", "string", "Short name of the project."),
        Column("currency", "string", "Currency, ISO 4217."),
        Column("committed", "number", "Put into contracts, less what contracts gave back."),
        Column("committed_open", "number", "Still open of these contracts."),
        Column("paid", "number", "Paid."),
        Column("given_back", "number", "Given back by who was paid."),
        Column("contributed", "number", "Labour and things of the community, at their value: no money."),
    ),
)
POSTINGS = Sheet(
    "postings",
    "Postings of the books",
    "One row for each line of each entry; debits and credits of an entry are equal in each currency.",
    (
        Column("entry", "string", "Book and number of the entry."),
        Column("line", "integer", "Number of the line in its entry."),
        Column("date", "date", "Day of the entry."),
        Column(
            "stage",
            "string",
            "Where on its way the money is: pledge, receipt, allocation ... payment, return.",
        ),
        Column("undoes", "string", "The entry that it undoes."),
        Column("book", "string", "Short name of the book."),
        Column("account", "string", "Short name of the account."),
        Column("role", "string", "The account's part in the stages."),
        Column("debit", "number", "Debit, or empty."),
        Column("credit", "number", "Credit, or empty."),
        Column("currency", "string", "Currency, ISO 4217."),
        Column("fund", "string", "Short name of the fund."),
        Column("budget_line", "string", "Short name of the budget line."),
        Column("project", "string", "Short name of the project."),
        Column("area", "string", "Name of the village or area that it is for."),
        Column("payee", "string", "Short name of the organisation that gets or gives it."),
        Column(
            "persons",
            "string",
            "Where persons were paid: how many, to the nearest 5 and never below 10; no names.",
        ),
        Column("document", "string", "SHA-256 of its document."),
    ),
)
SHEETS = (PROJECTS, PROJECT_MONEY, POSTINGS)


def rows_of(sheet: Sheet, area: Area | None = None) -> Iterator[tuple[object, ...]]:
    """The rows of a table; a batch of them in memory at a time."""
    if sheet is PROJECTS:
        return _projects(area)
    return _project_money(area) if sheet is PROJECT_MONEY else _postings(area)


def _batches(area: Area | None) -> Iterator[list[Project]]:
    rows = (
        open_projects(area)
        .select_related("area", "subject", "sponsor", "implementer", "parent__subject__parent")
        .order_by("key")
    )
    last = ""
    while batch := list(rows.filter(key__gt=last)[:BATCH]):
        last = batch[-1].key
        yield batch


def _projects(area: Area | None) -> Iterator[tuple[object, ...]]:
    for batch in _batches(area):
        codes: dict[int, list[str]] = defaultdict(list)
        for code in AreaCode.objects.filter(area__in={row.area_id for row in batch}).order_by(
            "scheme", "code"
        ):
            codes[code.area_id].append(f"{code.scheme}:{code.code}")
        sectors: dict[int, list[str]] = defaultdict(list)
        for sector in ProjectSector.objects.filter(project__in=batch).order_by("vocabulary", "code"):
            sectors[sector.project_id].append(f"{sector.vocabulary}:{sector.code}={percent(sector.share)}")
        areas: dict[int, int] = defaultdict(int)
        for pk in ProjectArea.objects.filter(project__in=batch).values_list("project_id", flat=True):
            areas[pk] += 1
        for row in batch:
            name = say(row.names, "en")
            parent = row.parent
            hidden = parent is not None and is_sensitive(parent)
            yield (
                row.key,
                name.text,
                name.language,
                row.area.name,
                " ".join(codes[row.area_id]),
                areas[row.pk],
                row.area.latitude,
                row.area.longitude,
                row.subject.key if row.subject else "",
                " ".join(sectors[row.pk]),
                row.sponsor.key if row.sponsor else "",
                row.implementer.key if row.implementer else "",
                row.phase,
                iati_status(row.phase),
                oc4ids_status(row.phase, row.suspended_phase),
                parent.key if parent is not None and not hidden else "",
                not row.no_linked_need,
                row.planned_start_on,
                row.planned_end_on,
                row.actual_start_on,
                row.actual_end_on,
                row.claimed_on,
                row.confirmed_on,
                row.last_word_on,
            )


def _project_money(area: Area | None) -> Iterator[tuple[object, ...]]:
    ways = way_by_project(Scope())
    for batch in _batches(area):
        for row in batch:
            for currency, way in ways.get(row.pk, {}).items():
                figures = (way.committed, way.committed_open, way.paid, way.given_back, way.contributed)
                if any(figures):
                    yield (row.key, currency, *(plain(Amount(units, currency)) for units in figures))


def _postings(area: Area | None) -> Iterator[tuple[object, ...]]:
    rows = Posting.objects.exclude(entry__iati_transaction__isnull=False).exclude(
        entry__reverses__iati_transaction__isnull=False
    )
    if area is not None:
        rows = rows.filter(below(placed(area), "entry__book__area__"))
    hidden = set(
        Project.objects.filter(sensitive() | Q(iati_activity__isnull=False)).values_list("pk", flat=True)
    )
    found = rows.order_by("entry__on", "entry__book__key", "entry__number", "n").values_list(
        "entry__book__key",
        "entry__number",
        "n",
        "entry__on",
        "entry__stage",
        "entry__reverses__number",
        "account__key",
        "account__role",
        "units",
        "currency",
        "fund__key",
        "line__key",
        "project_id",
        "project__key",
        "area__name",
        "payee__key",
        "entry__payees_count",
        "entry__document_digest",
    )
    for (
        book, number, n, on, stage, undoes, account, role, units, currency,
        fund, line, project_id, project, place, payee, persons, document,
    ) in found.iterator(chunk_size=CHUNK):  # fmt: skip
        amount = plain(Amount(abs(units), currency))
        told = str(public_count(persons)) if persons else ""
        if project_id in hidden:
            line = project = place = payee = told = document = ""
        yield (
            f"{book}/{number}",
            n,
            on,
            stage,
            f"{book}/{undoes}" if undoes else "",
            book,
            account,
            role,
            amount if units > 0 else "",
            amount if units < 0 else "",
            currency,
            fund,
            line,
            project,
            place,
            payee,
            told,
            document,
        )
