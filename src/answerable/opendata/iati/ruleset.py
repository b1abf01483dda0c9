"""The errors of the IATI ruleset (https://iatistandard.org/en/iati-standard/203/rulesets/), as far as they touch
what we carry: a valid file may still break them. Codes are ours; no code list is looked up."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from .elements import Activity, Country, Narrative, Part, Region, Sector
from .shapes import shape_of

REF = re.compile(r"[^/&|?]+\Z")
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)\Z", re.ASCII)
CURRENCY = re.compile(r"[A-Z]{3}\Z")
URL = re.compile(r"https?://\S.*\Z", re.IGNORECASE)
#: Vocabularies of the publisher's own: their codes say nothing without a text.
OWN_VOCABULARIES = {"98", "99"}
WHOLE = Decimal(100)
LONGEST_BUDGET = timedelta(days=366)


@dataclass(frozen=True)
class Finding:
    """An error: its code, where, and what it says."""

    code: str
    activity: str
    line: int
    sentence: str


#: A rule hands out where it is broken and how.
Broken = Iterator[tuple[Part, str]]
Rule = Callable[[Activity, date], Broken]


def findings_of(activity: Activity, today: date) -> list[Finding]:
    """The errors of one activity."""
    return [
        Finding(code, activity.identifier, part.line or activity.line, sentence)
        for code, rule in RULES.items()
        for part, sentence in rule(activity, today)
    ]


def _identifier(activity: Activity, today: date) -> Broken:
    identifier = activity.identifier
    if not identifier:
        yield activity, "There is no iati-identifier."
        return
    if not REF.match(identifier):
        yield activity, "The identifier holds one of the signs / & | ? or a line break."
    org = activity.reporting_org
    if org is None or not org.ref:
        yield activity, "The reporting organisation has no ref."
        return
    if not REF.match(org.ref):
        yield org, "The ref of the reporting organisation holds one of the signs / & | ?."
    if identifier == org.ref:
        yield activity, "The identifier is the reporting organisation's own."
    # After a publisher changed its identifier, the old one (type B1) may stand in front.
    fronts = [org.ref, *(other.ref for other in activity.other_identifiers if other.type == "B1")]
    if not any(identifier.startswith(f"{front}-") for front in fronts):
        yield activity, f"The identifier does not begin with the reporting organisation's ref, {org.ref}-."


def _references(activity: Activity, today: date) -> Broken:
    for org in activity.participating_orgs:
        if org.activity_id and not REF.match(org.activity_id):
            yield org, "The activity-id of a participating organisation holds one of the signs / & | ?."
    for part in (*activity.participating_orgs, *_parties(activity)):
        if part.ref and not REF.match(part.ref):
            yield part, "The ref of an organisation holds one of the signs / & | ?."


def _texts(activity: Activity, today: date) -> Broken:
    if not _has_text(activity.title):
        yield activity, "The title has no text."
    if not any(_has_text(description) for description in activity.descriptions):
        yield activity, "There is no description with a text."


def _languages(activity: Activity, today: date) -> Broken:
    if activity.language:
        return
    for part in _all_parts(activity):
        if isinstance(part, Narrative) and not part.language:
            yield part, "A text has no language, and the activity names none."
            return


def _currencies(activity: Activity, today: date) -> Broken:
    if activity.currency and not CURRENCY.match(activity.currency):
        yield activity, "The default currency is no code of three capital letters."
    parts: list[Any] = [*activity.budgets, *activity.planned_disbursements, *activity.transactions]
    for part in parts:
        if part.value is None:
            yield part, "A sum is missing."
        elif not part.value.currency and not activity.currency:
            yield part.value, "A sum has no currency, and the activity names none."
        elif part.value.currency and not CURRENCY.match(part.value.currency):
            yield part.value, "A currency is no code of three capital letters."


def _activity_dates(activity: Activity, today: date) -> Broken:
    by_type = {when.type: when for when in activity.dates}
    if not {"1", "2"} & set(by_type):
        yield activity, "There is neither a planned nor an actual start."
    for first, last, which in (("1", "3", "planned"), ("2", "4", "actual")):
        start, end = by_type.get(first), by_type.get(last)
        if start and end and start.on and end.on and end.on < start.on:
            yield end, f"The {which} end comes before the {which} start."
    for kind, which in (("2", "start"), ("4", "end")):
        when = by_type.get(kind)
        if when and when.on and when.on > today:
            yield when, f"The actual {which} lies in the future."


def _updated(activity: Activity, today: date) -> Broken:
    if activity.updated[:10] > today.isoformat():
        yield activity, "The activity was updated in the future."


def _status(activity: Activity, today: date) -> Broken:
    if not activity.status:
        yield activity, "There is no activity status."


def _money_dates(activity: Activity, today: date) -> Broken:
    for transaction in activity.transactions:
        if transaction.on is None:
            yield transaction, "A transaction has no day."
        elif transaction.on > today:
            yield transaction, "A transaction lies in the future."
        if transaction.value and transaction.value.on and transaction.value.on > today:
            yield transaction.value, "The value date of a transaction lies in the future."


def _sector_once(activity: Activity, today: date) -> Broken:
    on_some = [transaction for transaction in activity.transactions if transaction.sectors]
    if activity.sectors and on_some:
        yield on_some[0], "Sectors stand at the activity and at a transaction: they belong to one of the two."
    elif not activity.sectors and len(on_some) < max(1, len(activity.transactions)):
        bare = next((one for one in activity.transactions if not one.sectors), activity)
        yield bare, "There is no sector: it belongs to the activity, or to every transaction."


def _sector_sum(activity: Activity, today: date) -> Broken:
    yield from _shares(
        {name: list(parts) for name, parts in _by_vocabulary(activity.sectors).items()}, "sectors"
    )
    for transaction in activity.transactions:
        for name, parts in _by_vocabulary(transaction.sectors).items():
            if len(parts) > 1:
                yield parts[1], f"A transaction has two sectors of the vocabulary {name}."


def _own_vocabulary(activity: Activity, today: date) -> Broken:
    coded: list[Any] = [*activity.sectors, *activity.regions, *activity.tags, *activity.policy_markers]
    coded += activity.humanitarian_scopes
    for transaction in activity.transactions:
        coded += transaction.sectors
        coded += [transaction.region] if transaction.region else []
    for part in coded:
        if part.vocabulary in OWN_VOCABULARIES and not _has_text(part):
            yield part, f"A code of the publisher's own vocabulary, {part.code[:40]}, has no text beside it."


def _country_once(activity: Activity, today: date) -> Broken:
    at_activity = bool(activity.countries or activity.regions)
    on_some = [one for one in activity.transactions if one.country or one.region]
    if at_activity and on_some:
        yield on_some[0], "Countries or regions stand at the activity and at a transaction."
    elif not at_activity and len(on_some) < max(1, len(activity.transactions)):
        bare = next((one for one in activity.transactions if not (one.country or one.region)), activity)
        yield (
            bare,
            "There is no recipient country or region: it belongs to the activity, or every transaction.",
        )


def _country_sum(activity: Activity, today: date) -> Broken:
    regions = _by_vocabulary(activity.regions)
    first: list[Country | Region | Sector] = [*activity.countries, *regions.pop("1", [])]
    yield from _shares({"1": first, **regions} if first else dict(regions), "countries and regions")


def _shares(by_vocabulary: dict[str, list[Any]], what: str) -> Broken:
    for name, parts in by_vocabulary.items():
        given = [part.percentage for part in parts]
        if len(parts) == 1 and given[0] is None:
            continue
        if None in given:
            yield parts[given.index(None)], f"Of several {what} (vocabulary {name}) one has no percentage."
        elif sum(given) != WHOLE:
            yield (
                parts[0],
                f"The percentages of the {what} (vocabulary {name}) add up to {sum(given)}, not to 100.",
            )
        if any(share is not None and not 0 <= share <= WHOLE for share in given):
            yield parts[0], f"A percentage of the {what} is below 0 or above 100."


def _organisations(activity: Activity, today: date) -> Broken:
    if not activity.participating_orgs:
        yield activity, "There is no participating organisation."
    for org in (*activity.participating_orgs, *_parties(activity)):
        if not org.ref and not _has_text(org):
            yield org, "An organisation has neither a ref nor a name."
    for org in activity.participating_orgs:
        if not org.role:
            yield org, "A participating organisation has no role."


def _budgets(activity: Activity, today: date) -> Broken:
    for budget in activity.budgets:
        if budget.start is None or budget.end is None:
            yield budget, "A budget has no period."
        elif budget.end < budget.start:
            yield budget, "A budget's period ends before it starts."
        elif budget.end - budget.start > LONGEST_BUDGET:
            yield budget, "A budget's period is longer than a year."
    for planned in activity.planned_disbursements:
        if planned.start and planned.end and planned.end < planned.start:
            yield planned, "The period of a planned disbursement ends before it starts."


def _documents(activity: Activity, today: date) -> Broken:
    for document in activity.documents:
        if not URL.match(document.url):
            yield document, "A document link is no http or https address."
        if not _has_text(document.title) or not document.categories:
            yield document, "A document has no title or no category."


def _results(activity: Activity, today: date) -> Broken:
    for result in activity.results:
        if not _has_text(result.title):
            yield result, "A result has no title."
        if result.references and any(indicator.references for indicator in result.indicators):
            yield result, "References stand at a result and at its indicators: they belong to one of the two."
        for indicator in result.indicators:
            if not _has_text(indicator.title):
                yield indicator, "An indicator has no title."
            for period in indicator.periods:
                if period.start and period.end and period.end < period.start:
                    yield period, "The period of an indicator ends before it starts."


def _numbers(activity: Activity, today: date) -> Broken:
    for result in activity.results:
        for indicator in result.indicators:
            measured: list[Any] = [
                *indicator.baselines,
                *(one for period in indicator.periods for one in (*period.targets, *period.actuals)),
            ]
            for part in measured:
                if indicator.measure == "5":
                    if part.value:
                        yield part, "A qualitative indicator has a value: its word belongs into the comment."
                elif not NUMBER.match(part.value.strip()):
                    yield part, f"A value of an indicator is no number: {part.value[:40]!r}."


#: Code -> rule. The reference (docs/reference/iati.md) lists them; a test holds both together.
RULES: dict[str, Rule] = {
    "identifier": _identifier,
    "reference": _references,
    "text": _texts,
    "language": _languages,
    "currency": _currencies,
    "status": _status,
    "activity-date": _activity_dates,
    "updated": _updated,
    "money-date": _money_dates,
    "sector-once": _sector_once,
    "sector-sum": _sector_sum,
    "own-vocabulary": _own_vocabulary,
    "country-once": _country_once,
    "country-sum": _country_sum,
    "organisation": _organisations,
    "budget-period": _budgets,
    "document": _documents,
    "result": _results,
    "indicator-number": _numbers,
}


def _parties(activity: Activity) -> list[Any]:
    parts: Sequence[Any] = (*activity.planned_disbursements, *activity.transactions)
    return [org for part in parts for org in (part.provider, part.receiver) if org is not None]


def _by_vocabulary(parts: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for part in parts:
        found[part.vocabulary or "1"].append(part)
    return found


def _has_text(part: Any) -> bool:
    return part is not None and any(narrative.text for narrative in part.narratives)


def _all_parts(part: Part) -> Iterator[Part]:
    yield part
    for slot in shape_of(type(part)).slots:
        if slot.holds == "many":
            for one in getattr(part, slot.field):
                yield from _all_parts(one)
        elif slot.holds == "one" and (one := getattr(part, slot.field)) is not None:
            yield from _all_parts(one)
