"""Taking in activities that others published: a project each, an entry for each transaction."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid5

from django.db.models import F

from answerable.access.gate import acting
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.kernel.labels import clean_names
from answerable.kernel.money import Amount
from answerable.kernel.problem import Problem
from answerable.money.models import Entry
from answerable.money.services.foreign import Figure, enter_figures, foreign_book, take_figures_back
from answerable.places.models import Area
from answerable.programme.models import Organisation
from answerable.programme.services import add_organisation
from answerable.projects.models import Project
from answerable.projects.rules.phases import FROM_IATI, Phase
from answerable.projects.rules.sectors import DAC_CATEGORIES, WHOLE, Share
from answerable.projects.services.core import NAME_LIMIT, TEXT_LIMIT, clean_texts, clean_titles
from answerable.projects.services.history import PastProject, take_in_projects

from .iati.elements import Activity, Provider, Receiver, Transaction, texts
from .iati.writing import text_of
from .models import IatiActivity, IatiTransaction
from .published import (
    ORGANISATION_KINDS,
    TRANSACTION_TYPES,
    account_key,
    book_key,
    digest_of,
    general_description,
    is_organisation,
    key_for,
    other_party,
    statement_of,
    transaction_statement,
)

#: Names the tokens of entries that come from IATI files.
IATI_NAMESPACE = UUID("6f0e3c2a-54b3-5d0b-9c0f-2d9f5b8f6a17")
NO_TITLE = {"en": "An activity whose title is not kept"}
_REFERENCE = re.compile(r"[A-Za-z0-9._/-]{1,40}\Z")


@dataclass(frozen=True)
class Found:
    """An activity that was checked, with the exact amounts of its transactions that moved money."""

    activity: Activity
    amounts: Sequence[tuple[Transaction, Amount]]


@dataclass
class Taken:
    """What became of a batch."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    entries: int = 0
    taken_back: int = 0
    notes: Counter[str] = field(default_factory=Counter)


def take_in_activities(*, actor: Actor, area: Area, items: Sequence[Found]) -> Taken:
    """Take in activities, or what is new of them, in one act. Raises Denied."""
    taken = Taken()
    with acting(actor, Right.IMPORT, None) as act:
        present = {
            row.identifier: row
            for row in IatiActivity.objects.filter(
                identifier__in=[item.activity.identifier for item in items]
            ).select_related("project")
        }
        organisations = _Organisations(actor)
        new = [item for item in items if item.activity.identifier not in present]
        _add_projects(actor, area, new, organisations, present, taken)
        changed = []
        for item in items:
            row = present[item.activity.identifier]
            digest = digest_of(text_of(item.activity, "iati-activity"))
            if row.digest == digest:
                taken.unchanged += 1
                continue
            changed.append(item)
            if row.digest:
                taken.updated += 1
                row.statement = text_of(statement_of(item.activity), "iati-activity")
                _note_drift(row.project, item.activity, taken)
            else:
                taken.added += 1
            row.digest = digest
            row.save(update_fields=["digest", "statement"])
        for reporter, own in _by_reporter(changed).items():
            _enter(actor, area, reporter, own, present, organisations, taken)
        if changed:
            act.record(
                "opendata.iati-taken-in", added=taken.added, updated=taken.updated, entries=taken.entries
            )
        else:
            act.idle = True
    return taken


# --- projects ----------------------------------------------------------------------------------


def _add_projects(
    actor: Actor,
    area: Area,
    items: Sequence[Found],
    organisations: _Organisations,
    present: dict[str, IatiActivity],
    taken: Taken,
) -> None:
    past = [_past_project(item.activity, area, organisations, taken) for item in items]
    take_in_projects(actor=actor, items=past)
    projects = Project.objects.in_bulk([one.key for one in past], field_name="key")
    rows = []
    for item, one in zip(items, past, strict=True):
        org = item.activity.reporting_org
        rows.append(
            IatiActivity(
                project=projects[one.key],
                identifier=item.activity.identifier,
                publisher=(org.ref if org else "")[:80],
                statement=text_of(statement_of(item.activity), "iati-activity"),
            )
        )
    for row in IatiActivity.objects.bulk_create(rows):
        present[row.identifier] = row


def _past_project(activity: Activity, area: Area, organisations: _Organisations, taken: Taken) -> PastProject:
    days = {when.type: when.on for when in activity.dates}
    implementer = next(
        (org for org in activity.participating_orgs if org.role == "4" and is_organisation(org)), None
    )
    return PastProject(
        key=key_for("iati", activity.identifier),
        areas=[area],
        names=_title(activity, taken),
        descriptions=_description(activity, taken),
        phase=FROM_IATI.get(activity.status, Phase.IMPLEMENTATION),
        recorded_on=clock.today(),
        implementer=organisations.of(implementer, activity.language) if implementer else None,
        sectors=_sectors(activity),
        planned_start_on=days.get("1"),
        actual_start_on=days.get("2"),
        planned_end_on=_end(days, "1", "3", taken),
        actual_end_on=_end(days, "2", "4", taken),
    )


def _end(days: Mapping[str, date | None], start: str, end: str, taken: Taken) -> date | None:
    first, last = days.get(start), days.get(end)
    if first and last and last < first:
        taken.notes["Ends before the start, not kept"] += 1
        return None
    return last


def _title(activity: Activity, taken: Taken) -> dict[str, str]:
    found = _fitting(texts(activity.title, activity.language), NAME_LIMIT, "Titles", taken)
    return found or dict(NO_TITLE)


def _description(activity: Activity, taken: Taken) -> dict[str, str]:
    found = texts(general_description(activity), activity.language)
    return _fitting(found, TEXT_LIMIT, "Descriptions", taken)


def _fitting(found: Mapping[str, str], limit: int, what: str, taken: Taken) -> dict[str, str]:
    """The texts that may be published here: cut to what fits; those that point at somebody stay away."""
    kept = {}
    for language, text in found.items():
        text = " ".join(text.split()) if limit == NAME_LIMIT else text
        if len(text) > limit:
            taken.notes[f"{what} cut to {limit:,} characters"] += 1
            text = text[: limit - 1].rstrip() + "…"
        try:
            clean = clean_titles if limit == NAME_LIMIT else clean_texts
            kept.update(clean({language: text}))
        except Problem as problem:
            taken.notes[f"{what} not kept ({problem.code})"] += 1
    return kept


def _sectors(activity: Activity) -> list[Share]:
    """The DAC sectors where their shares are whole hundredths and add up; the statement keeps all of them."""
    kept: list[Share] = []
    for vocabulary, name in (("1", "dac-5"), ("2", "dac-3")):
        rows = [sector for sector in activity.sectors if (sector.vocabulary or "1") == vocabulary]
        shares: Counter[str] = Counter()
        exact = True
        for row in rows:
            share = (row.percentage if row.percentage is not None else 100 if len(rows) == 1 else 0) * 100
            exact &= share == int(share) and row.code[:3] in DAC_CATEGORIES
            exact &= len(row.code) == (5 if vocabulary == "1" else 3) and row.code.isdigit() and share > 0
            shares[row.code] += int(share)
        if exact and sum(shares.values()) == WHOLE:
            kept += [Share(name, code, share) for code, share in sorted(shares.items())]
    return kept


def _note_drift(project: Project, activity: Activity, taken: Taken) -> None:
    days = {when.type: when.on for when in activity.dates}
    here = (project.phase, project.planned_start_on, project.actual_start_on)
    there = (FROM_IATI.get(activity.status, Phase.IMPLEMENTATION).value, days.get("1"), days.get("2"))
    if here != there:
        taken.notes["Status or start differ from the project here, which an import does not change"] += 1


# --- money -------------------------------------------------------------------------------------


def _by_reporter(items: Iterable[Found]) -> dict[str, list[Found]]:
    found: dict[str, list[Found]] = defaultdict(list)
    for item in items:
        org = item.activity.reporting_org
        found[org.ref if org else ""].append(item)
    return found


def _enter(
    actor: Actor,
    area: Area,
    reporter: str,
    items: Sequence[Found],
    present: Mapping[str, IatiActivity],
    organisations: _Organisations,
    taken: Taken,
) -> None:
    kinds = sorted({transaction.type for item in items for transaction, _ in item.amounts})
    rows = [present[item.activity.identifier] for item in items]
    live: dict[int, list[IatiTransaction]] = defaultdict(list)
    highest: Counter[tuple[int, str]] = Counter()
    for known in (
        IatiTransaction.objects.filter(activity__in=rows)
        .annotate(undone=F("entry__reversed_by"))
        .select_related("entry")
    ):
        highest[known.activity_id, known.digest] = max(highest[known.activity_id, known.digest], known.n)
        if known.undone is None:
            live[known.activity_id].append(known)
    if not kinds and not live:
        return
    book = foreign_book(
        actor=actor,
        key=book_key(reporter),
        area=area,
        names=_book_names(items[0].activity),
        accounts={account_key(kind): {"en": f"IATI: {TRANSACTION_TYPES[kind][0]}"} for kind in kinds},
    )
    figures: list[Figure] = []
    transactions: list[IatiTransaction] = []
    gone: list[Entry] = []
    for item, row in zip(items, rows, strict=True):
        unmatched: dict[str, list[IatiTransaction]] = defaultdict(list)
        for old in live[row.pk]:
            unmatched[old.digest].append(old)
        for transaction, amount in item.amounts:
            digest = digest_of(text_of(transaction, "transaction"))
            if unmatched[digest]:
                unmatched[digest].pop()
                continue
            highest[row.pk, digest] += 1
            n = highest[row.pk, digest]
            party = other_party(transaction)
            figures.append(
                Figure(
                    token=uuid5(IATI_NAMESPACE, f"{row.identifier}\n{digest}\n{n}"),
                    account=account_key(transaction.type),
                    stage=TRANSACTION_TYPES[transaction.type][1],
                    on=transaction.on or clock.today(),
                    units=amount.units,
                    currency=amount.currency,
                    project=row.project_id,
                    area=area.pk,
                    payee=organisations.of(party, item.activity.language) if party else None,
                    reference=transaction.ref if _REFERENCE.match(transaction.ref) else "",
                )
            )
            statement = text_of(transaction_statement(transaction), "transaction")
            transactions.append(IatiTransaction(activity=row, digest=digest, n=n, statement=statement))
        gone += [old.entry for rest in unmatched.values() for old in rest]
    entries = enter_figures(actor=actor, book=book, figures=figures)
    for made, entry in zip(transactions, entries, strict=True):
        made.entry = entry
    IatiTransaction.objects.bulk_create(transactions, batch_size=500)
    taken.entries += len(figures)
    if gone:
        taken.taken_back += len(take_figures_back(actor=actor, book=book, entries=gone))


def _book_names(activity: Activity) -> dict[str, str]:
    org = activity.reporting_org
    names = texts(org, activity.language) if org else {}  # type: ignore[arg-type]
    try:
        return clean_names({language: f"IATI: {name[:180]}" for language, name in names.items()})
    except Problem:
        return {"en": "IATI"}


class _Organisations:
    """Organisations by what files call them; added when they are new."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._known: dict[str, Organisation] = {}

    def of(self, org: Provider | Receiver | object, language: str) -> Organisation | None:
        """The organisation; None where it has nothing that it could be called by."""
        ref, kind = getattr(org, "ref", ""), getattr(org, "type", "")
        names = texts(org, language)  # type: ignore[arg-type]
        called = ref or next(iter(names.values()), "")
        if not called:
            return None
        if called not in self._known:
            self._known[called] = self._find(ref, called) or self._add(ref, kind, called, names)
        return self._known[called]

    def _find(self, ref: str, called: str) -> Organisation | None:
        by_ref = Organisation.objects.filter(ref=ref).first() if ref else None
        return by_ref or Organisation.objects.filter(key=key_for("iati", called)).first()

    def _add(self, ref: str, kind: str, called: str, names: Mapping[str, str]) -> Organisation:
        try:
            clean = clean_names({language: name[:200] for language, name in names.items()})
        except Problem:
            clean = {"en": called[:200]}
        return add_organisation(
            actor=self._actor,
            key=key_for("iati", called),
            names=clean,
            kind=ORGANISATION_KINDS.get(kind, "other"),
            ref=ref if len(ref) <= 80 else "",
        )
