"""The parts of an IATI activity that we carry, as frozen dataclasses.

The order of the fields is the order of the elements in the official schema (iati-activities-schema.xsd, 2.03):
the writer follows it. How a field stands in the XML is said by its annotation: `At` an attribute, `In` an
element within, `Coded` an attribute of an element within, `Own` the element's own text. What is not named here
is not carried: contact persons above all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True)
class At:
    """An attribute of the element."""

    name: str


@dataclass(frozen=True)
class In:
    """An element within, or several of one name."""

    name: str


@dataclass(frozen=True)
class Coded:
    """The one attribute of an element within: `<activity-status code="2"/>`."""

    name: str
    attribute: str = "code"


@dataclass(frozen=True)
class Own:
    """The text of the element itself, or of an element within that holds nothing else."""

    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Any element; `line` is where it began in the file that was read, 0 when it comes from no file."""

    line: int = field(default=0, compare=False)


@dataclass(frozen=True, kw_only=True)
class Narrative(Part):
    """A text in one language; no language: the activity's own."""

    language: Annotated[str, At(XML_LANG)] = ""
    text: Annotated[str, Own()] = ""


Narratives = Annotated[tuple[Narrative, ...], In("narrative")]


@dataclass(frozen=True, kw_only=True)
class Text(Part):
    """A text in one or several languages."""

    narratives: Narratives = ()


@dataclass(frozen=True, kw_only=True)
class Description(Part):
    """A description; type 1 general, 2 objectives, 3 target groups, 4 other (codelist DescriptionType)."""

    type: Annotated[str, At("type")] = ""
    narratives: Narratives = ()


@dataclass(frozen=True, kw_only=True)
class ReportingOrg(Part):
    """Who publishes the activity."""

    ref: Annotated[str, At("ref")] = ""
    type: Annotated[str, At("type")] = ""
    secondary: Annotated[bool | None, At("secondary-reporter")] = None
    narratives: Narratives = ()


@dataclass(frozen=True, kw_only=True)
class ParticipatingOrg(Part):
    """Who takes part; role 1 funding, 2 accountable, 3 extending, 4 implementing (OrganisationRole)."""

    ref: Annotated[str, At("ref")] = ""
    type: Annotated[str, At("type")] = ""
    role: Annotated[str, At("role")] = ""
    activity_id: Annotated[str, At("activity-id")] = ""
    narratives: Narratives = ()


@dataclass(frozen=True, kw_only=True)
class OwnerOrg(Part):
    """Whose identifier it is."""

    ref: Annotated[str, At("ref")] = ""
    narratives: Narratives = ()


@dataclass(frozen=True, kw_only=True)
class OtherIdentifier(Part):
    """Another name of the activity (OtherIdentifierType)."""

    ref: Annotated[str, At("ref")] = ""
    type: Annotated[str, At("type")] = ""
    owner: Annotated[OwnerOrg | None, In("owner-org")] = None


@dataclass(frozen=True, kw_only=True)
class ActivityDate(Part):
    """Type 1 planned start, 2 actual start, 3 planned end, 4 actual end (ActivityDateType)."""

    on: Annotated[date | None, At("iso-date")] = None
    type: Annotated[str, At("type")] = ""
    narratives: Narratives = ()


@dataclass(frozen=True, kw_only=True)
class Country(Part):
    """A country that receives (ISO 3166-1 alpha-2)."""

    code: Annotated[str, At("code")] = ""
    percentage: Annotated[Decimal | None, At("percentage")] = None
    narratives: Narratives = ()


@dataclass(frozen=True, kw_only=True)
class Region(Part):
    """A region that receives (RegionVocabulary; 99 is the publisher's own)."""

    code: Annotated[str, At("code")] = ""
    vocabulary: Annotated[str, At("vocabulary")] = ""
    vocabulary_uri: Annotated[str, At("vocabulary-uri")] = ""
    percentage: Annotated[Decimal | None, At("percentage")] = None
    narratives: Narratives = ()


@dataclass(frozen=True, kw_only=True)
class VocabularyCode(Part):
    """A code of a vocabulary."""

    vocabulary: Annotated[str, At("vocabulary")] = ""
    code: Annotated[str, At("code")] = ""


@dataclass(frozen=True, kw_only=True)
class Administrative(Part):
    """The administrative area that a location lies in."""

    vocabulary: Annotated[str, At("vocabulary")] = ""
    level: Annotated[str, At("level")] = ""
    code: Annotated[str, At("code")] = ""


@dataclass(frozen=True, kw_only=True)
class Point(Part):
    """A point: latitude, then longitude."""

    srs: Annotated[str, At("srsName")] = "http://www.opengis.net/def/crs/EPSG/0/4326"
    pos: Annotated[str, Own("pos")] = ""


@dataclass(frozen=True, kw_only=True)
class Location(Part):
    """A place of the activity."""

    ref: Annotated[str, At("ref")] = ""
    reach: Annotated[str, Coded("location-reach")] = ""
    ids: Annotated[tuple[VocabularyCode, ...], In("location-id")] = ()
    name: Annotated[Text | None, In("name")] = None
    description: Annotated[Text | None, In("description")] = None
    activity_description: Annotated[Text | None, In("activity-description")] = None
    administrative: Annotated[tuple[Administrative, ...], In("administrative")] = ()
    point: Annotated[Point | None, In("point")] = None
    exactness: Annotated[str, Coded("exactness")] = ""
    location_class: Annotated[str, Coded("location-class")] = ""
    designation: Annotated[str, Coded("feature-designation")] = ""


@dataclass(frozen=True, kw_only=True)
class Sector(Part):
    """What it is for (SectorVocabulary: 1 DAC five digits, 2 DAC three digits, 98 and 99 the publisher's own)."""

    vocabulary: Annotated[str, At("vocabulary")] = ""
    vocabulary_uri: Annotated[str, At("vocabulary-uri")] = ""
    code: Annotated[str, At("code")] = ""
    percentage: Annotated[Decimal | None, At("percentage")] = None
    narratives: Narratives = ()


@dataclass(frozen=True, kw_only=True)
class Tag(Part):
    """A tag (TagVocabulary)."""

    vocabulary: Annotated[str, At("vocabulary")] = ""
    vocabulary_uri: Annotated[str, At("vocabulary-uri")] = ""
    code: Annotated[str, At("code")] = ""
    narratives: Narratives = ()


@dataclass(frozen=True, kw_only=True)
class BudgetItem(Part):
    """A line of the recipient country's budget."""

    code: Annotated[str, At("code")] = ""
    percentage: Annotated[Decimal | None, At("percentage")] = None
    description: Annotated[Text | None, In("description")] = None


@dataclass(frozen=True, kw_only=True)
class CountryBudgetItems(Part):
    """Where the activity stands in the recipient country's budget."""

    vocabulary: Annotated[str, At("vocabulary")] = ""
    items: Annotated[tuple[BudgetItem, ...], In("budget-item")] = ()


@dataclass(frozen=True, kw_only=True)
class HumanitarianScope(Part):
    """The emergency or appeal it belongs to."""

    type: Annotated[str, At("type")] = ""
    vocabulary: Annotated[str, At("vocabulary")] = ""
    vocabulary_uri: Annotated[str, At("vocabulary-uri")] = ""
    code: Annotated[str, At("code")] = ""
    narratives: Narratives = ()


@dataclass(frozen=True, kw_only=True)
class PolicyMarker(Part):
    """A policy that it serves, and how much."""

    vocabulary: Annotated[str, At("vocabulary")] = ""
    vocabulary_uri: Annotated[str, At("vocabulary-uri")] = ""
    code: Annotated[str, At("code")] = ""
    significance: Annotated[str, At("significance")] = ""
    narratives: Narratives = ()


@dataclass(frozen=True, kw_only=True)
class AidType(Part):
    """The kind of aid (AidType, or another vocabulary)."""

    code: Annotated[str, At("code")] = ""
    vocabulary: Annotated[str, At("vocabulary")] = ""


@dataclass(frozen=True, kw_only=True)
class Value(Part):
    """A sum; no currency: the activity's own."""

    currency: Annotated[str, At("currency")] = ""
    on: Annotated[date | None, At("value-date")] = None
    amount: Annotated[Decimal | None, Own()] = None


@dataclass(frozen=True, kw_only=True)
class Budget(Part):
    """Type 1 original, 2 revised (BudgetType); status 1 indicative, 2 committed (BudgetStatus)."""

    type: Annotated[str, At("type")] = ""
    status: Annotated[str, At("status")] = ""
    start: Annotated[date | None, Coded("period-start", "iso-date")] = None
    end: Annotated[date | None, Coded("period-end", "iso-date")] = None
    value: Annotated[Value | None, In("value")] = None


@dataclass(frozen=True, kw_only=True)
class Provider(Part):
    """Whom the money comes from, and out of which activity."""

    ref: Annotated[str, At("ref")] = ""
    type: Annotated[str, At("type")] = ""
    activity_id: Annotated[str, At("provider-activity-id")] = ""
    narratives: Narratives = ()


@dataclass(frozen=True, kw_only=True)
class Receiver(Part):
    """Whom the money goes to, and into which activity."""

    ref: Annotated[str, At("ref")] = ""
    type: Annotated[str, At("type")] = ""
    activity_id: Annotated[str, At("receiver-activity-id")] = ""
    narratives: Narratives = ()


@dataclass(frozen=True, kw_only=True)
class PlannedDisbursement(Part):
    """Money that is to be handed on."""

    type: Annotated[str, At("type")] = ""
    start: Annotated[date | None, Coded("period-start", "iso-date")] = None
    end: Annotated[date | None, Coded("period-end", "iso-date")] = None
    value: Annotated[Value | None, In("value")] = None
    provider: Annotated[Provider | None, In("provider-org")] = None
    receiver: Annotated[Receiver | None, In("receiver-org")] = None


@dataclass(frozen=True, kw_only=True)
class Transaction(Part):
    """Money that was promised or moved: type 1 incoming funds, 2 outgoing commitment, 3 disbursement,
    4 expenditure, 11 incoming commitment, 12 outgoing pledge, 13 incoming pledge (TransactionType)."""

    ref: Annotated[str, At("ref")] = ""
    humanitarian: Annotated[bool | None, At("humanitarian")] = None
    type: Annotated[str, Coded("transaction-type")] = ""
    on: Annotated[date | None, Coded("transaction-date", "iso-date")] = None
    value: Annotated[Value | None, In("value")] = None
    description: Annotated[Text | None, In("description")] = None
    provider: Annotated[Provider | None, In("provider-org")] = None
    receiver: Annotated[Receiver | None, In("receiver-org")] = None
    channel: Annotated[str, Coded("disbursement-channel")] = ""
    sectors: Annotated[tuple[Sector, ...], In("sector")] = ()
    country: Annotated[Country | None, In("recipient-country")] = None
    region: Annotated[Region | None, In("recipient-region")] = None
    flow_type: Annotated[str, Coded("flow-type")] = ""
    finance_type: Annotated[str, Coded("finance-type")] = ""
    aid_types: Annotated[tuple[AidType, ...], In("aid-type")] = ()
    tied_status: Annotated[str, Coded("tied-status")] = ""


@dataclass(frozen=True, kw_only=True)
class Code(Part):
    """Just a code."""

    code: Annotated[str, At("code")] = ""


@dataclass(frozen=True, kw_only=True)
class DocumentLink(Part):
    """A document at an address."""

    format: Annotated[str, At("format")] = ""
    url: Annotated[str, At("url")] = ""
    title: Annotated[Text | None, In("title")] = None
    description: Annotated[Text | None, In("description")] = None
    categories: Annotated[tuple[Code, ...], In("category")] = ()
    languages: Annotated[tuple[Code, ...], In("language")] = ()
    on: Annotated[date | None, Coded("document-date", "iso-date")] = None


@dataclass(frozen=True, kw_only=True)
class RelatedActivity(Part):
    """Another activity: type 1 parent, 2 child, 3 sibling, 4 co-funded, 5 third party (RelatedActivityType)."""

    ref: Annotated[str, At("ref")] = ""
    type: Annotated[str, At("type")] = ""


@dataclass(frozen=True, kw_only=True)
class Condition(Part):
    """A condition of the money."""

    type: Annotated[str, At("type")] = ""
    narratives: Narratives = ()


@dataclass(frozen=True, kw_only=True)
class Conditions(Part):
    """Whether there are conditions, and which."""

    attached: Annotated[bool | None, At("attached")] = None
    conditions: Annotated[tuple[Condition, ...], In("condition")] = ()


@dataclass(frozen=True, kw_only=True)
class Reference(Part):
    """A result or an indicator in somebody's list of them."""

    vocabulary: Annotated[str, At("vocabulary")] = ""
    code: Annotated[str, At("code")] = ""
    vocabulary_uri: Annotated[str, At("vocabulary-uri")] = ""
    indicator_uri: Annotated[str, At("indicator-uri")] = ""


@dataclass(frozen=True, kw_only=True)
class Ref(Part):
    """A location of the activity, by its ref."""

    ref: Annotated[str, At("ref")] = ""


@dataclass(frozen=True, kw_only=True)
class Dimension(Part):
    """What a number is broken down by."""

    name: Annotated[str, At("name")] = ""
    value: Annotated[str, At("value")] = ""


@dataclass(frozen=True, kw_only=True)
class Baseline(Part):
    """Where an indicator began."""

    year: Annotated[str, At("year")] = ""
    on: Annotated[date | None, At("iso-date")] = None
    value: Annotated[str, At("value")] = ""
    locations: Annotated[tuple[Ref, ...], In("location")] = ()
    dimensions: Annotated[tuple[Dimension, ...], In("dimension")] = ()
    documents: Annotated[tuple[DocumentLink, ...], In("document-link")] = ()
    comment: Annotated[Text | None, In("comment")] = None


@dataclass(frozen=True, kw_only=True)
class Measured(Part):
    """A target or an actual value."""

    value: Annotated[str, At("value")] = ""
    locations: Annotated[tuple[Ref, ...], In("location")] = ()
    dimensions: Annotated[tuple[Dimension, ...], In("dimension")] = ()
    comment: Annotated[Text | None, In("comment")] = None
    documents: Annotated[tuple[DocumentLink, ...], In("document-link")] = ()


@dataclass(frozen=True, kw_only=True)
class Period(Part):
    """What was wanted and what was reached in a time."""

    start: Annotated[date | None, Coded("period-start", "iso-date")] = None
    end: Annotated[date | None, Coded("period-end", "iso-date")] = None
    targets: Annotated[tuple[Measured, ...], In("target")] = ()
    actuals: Annotated[tuple[Measured, ...], In("actual")] = ()


@dataclass(frozen=True, kw_only=True)
class Indicator(Part):
    """How a result is measured: 1 unit, 2 percentage, 3 nominal, 4 ordinal, 5 qualitative (IndicatorMeasure)."""

    measure: Annotated[str, At("measure")] = ""
    ascending: Annotated[bool | None, At("ascending")] = None
    aggregation: Annotated[bool | None, At("aggregation-status")] = None
    title: Annotated[Text | None, In("title")] = None
    description: Annotated[Text | None, In("description")] = None
    documents: Annotated[tuple[DocumentLink, ...], In("document-link")] = ()
    references: Annotated[tuple[Reference, ...], In("reference")] = ()
    baselines: Annotated[tuple[Baseline, ...], In("baseline")] = ()
    periods: Annotated[tuple[Period, ...], In("period")] = ()


@dataclass(frozen=True, kw_only=True)
class Result(Part):
    """What came of it: 1 output, 2 outcome, 3 impact, 9 other (ResultType)."""

    type: Annotated[str, At("type")] = ""
    aggregation: Annotated[bool | None, At("aggregation-status")] = None
    title: Annotated[Text | None, In("title")] = None
    description: Annotated[Text | None, In("description")] = None
    documents: Annotated[tuple[DocumentLink, ...], In("document-link")] = ()
    references: Annotated[tuple[Reference, ...], In("reference")] = ()
    indicators: Annotated[tuple[Indicator, ...], In("indicator")] = ()


@dataclass(frozen=True, kw_only=True)
class Activity(Part):
    """One activity."""

    updated: Annotated[str, At("last-updated-datetime")] = ""
    language: Annotated[str, At(XML_LANG)] = ""
    currency: Annotated[str, At("default-currency")] = ""
    humanitarian: Annotated[bool | None, At("humanitarian")] = None
    hierarchy: Annotated[str, At("hierarchy")] = ""
    linked_data_uri: Annotated[str, At("linked-data-uri")] = ""
    budget_not_provided: Annotated[str, At("budget-not-provided")] = ""
    identifier: Annotated[str, Own("iati-identifier")] = ""
    reporting_org: Annotated[ReportingOrg | None, In("reporting-org")] = None
    title: Annotated[Text | None, In("title")] = None
    descriptions: Annotated[tuple[Description, ...], In("description")] = ()
    participating_orgs: Annotated[tuple[ParticipatingOrg, ...], In("participating-org")] = ()
    other_identifiers: Annotated[tuple[OtherIdentifier, ...], In("other-identifier")] = ()
    status: Annotated[str, Coded("activity-status")] = ""
    dates: Annotated[tuple[ActivityDate, ...], In("activity-date")] = ()
    scope: Annotated[str, Coded("activity-scope")] = ""
    countries: Annotated[tuple[Country, ...], In("recipient-country")] = ()
    regions: Annotated[tuple[Region, ...], In("recipient-region")] = ()
    locations: Annotated[tuple[Location, ...], In("location")] = ()
    sectors: Annotated[tuple[Sector, ...], In("sector")] = ()
    tags: Annotated[tuple[Tag, ...], In("tag")] = ()
    country_budget_items: Annotated[CountryBudgetItems | None, In("country-budget-items")] = None
    humanitarian_scopes: Annotated[tuple[HumanitarianScope, ...], In("humanitarian-scope")] = ()
    policy_markers: Annotated[tuple[PolicyMarker, ...], In("policy-marker")] = ()
    collaboration_type: Annotated[str, Coded("collaboration-type")] = ""
    flow_type: Annotated[str, Coded("default-flow-type")] = ""
    finance_type: Annotated[str, Coded("default-finance-type")] = ""
    aid_types: Annotated[tuple[AidType, ...], In("default-aid-type")] = ()
    tied_status: Annotated[str, Coded("default-tied-status")] = ""
    budgets: Annotated[tuple[Budget, ...], In("budget")] = ()
    planned_disbursements: Annotated[tuple[PlannedDisbursement, ...], In("planned-disbursement")] = ()
    capital_spend: Annotated[str, Coded("capital-spend", "percentage")] = ""
    transactions: Annotated[tuple[Transaction, ...], In("transaction")] = ()
    documents: Annotated[tuple[DocumentLink, ...], In("document-link")] = ()
    related: Annotated[tuple[RelatedActivity, ...], In("related-activity")] = ()
    conditions: Annotated[Conditions | None, In("conditions")] = None
    results: Annotated[tuple[Result, ...], In("result")] = ()


def texts(part: Text | Description | None, default: str) -> dict[str, str]:
    """The text by language; a narrative without one is in `default`. Of two in one language the first counts."""
    found: dict[str, str] = {}
    for narrative in part.narratives if part is not None else ():
        if narrative.text:
            found.setdefault((narrative.language or default or "en"), narrative.text)
    return found


def said(names: dict[str, str]) -> tuple[Narrative, ...]:
    """Narratives, one for each language."""
    return tuple(Narrative(language=language, text=names[language]) for language in sorted(names))
