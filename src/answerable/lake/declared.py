"""What stands in the lake: every table and column with unit, meaning and where it comes from. One declaration.

The files, the data dictionary and its reference are made from it. Nothing that anybody said or wrote is in it: names of
places and short keys are the only texts, and a text column that could hold more is not exported.
"""

from __future__ import annotations

from .declaring import AREA, HIDDEN, Column, Fact, Split, Type, code, count, day, flag, ident, of_project

CASES = Fact(
    "cases",
    "One case that is not sensitive, as it stands.",
    (
        ident("case_id", "The case's number at the desk. Never to be published.", "c.id"),
        ident("area", AREA, "c.area_id"),
        ident("subject", "What it is about (subjects.subject).", "c.subject_id"),
        code("kind", "need, suggestion, complaint, question or thanks.", "c.kind"),
        code(
            "state",
            "Where it stands. `duplicate` (joined to another) and `withdrawn` are counted apart in figures.",
            "c.state",
        ),
        flag("urgent", "It was marked as urgent.", "c.urgent"),
        code("closed_reason", "Why it was closed, as a code; empty while it is not.", "c.closed_reason"),
        ident(
            "owner_area",
            "The area of the post that owns the work (areas.area); empty: of all, or none.",
            "o.area_id",
        ),
        day("received_on", "It was received. Its year and month are those of the file.", "c.received_on"),
        day("acknowledge_due_on", "Last day of the promise to acknowledge.", "c.acknowledge_due_on"),
        day("answer_due_on", "Last day of the promise to answer.", "c.answer_due_on"),
        day("resolve_due_on", "Last day of the promise to resolve.", "c.resolve_due_on"),
        day("acknowledged_on", "Acknowledged; empty: not.", "c.acknowledged_on"),
        day("answered_on", "Answered; empty: not.", "c.answered_on"),
        day("resolved_on", "First said to be done, or ended with an answer; empty: not.", "c.resolved_on"),
        day("claimed_on", "The office said that it was done; empty: not.", "c.claimed_on"),
        day("confirmed_on", "Confirmed by who told it; empty: not.", "c.confirmed_on"),
        day("unconfirmed_on", "The time to confirm went by; empty: not.", "c.unconfirmed_on"),
        day("appealed_on", "Last appeal; empty: none.", "c.appealed_on"),
        day("closed_on", "Closed; empty: not.", "c.closed_on"),
        day("planned_for", "The day that the office planned it for; empty: none.", "c.planned_for"),
        count("voices", "How many voices raise it, those of cases joined to it among them.", "c.voices"),
        count("bounces", "How often it was sent on.", "c.bounces"),
        count("escalations", "How often it went up a level.", "c.escalations"),
        count("refusals", "How often an office refused it.", "c.refusals"),
        count("reopened", "How often it was opened again.", "c.reopened"),
        count("appeals", "How many appeals.", "c.appeals"),
        count("appeals_upheld", "How many of them were upheld.", "c.appeals_upheld"),
        count("stars", "The rating given, 1 to 5; empty: none.", "c.rating", "stars"),
        count(
            "answer_days", "From receipt to the answer; empty: no answer.", "c.answer_took", "calendar days"
        ),
        count("resolve_days", "From receipt to the outcome; empty: none.", "c.resolve_took", "calendar days"),
        count("steps", "How many steps it had (events).", "c.version"),
    ),
    source="places_area a CROSS JOIN listening_case c LEFT JOIN access_post o ON o.id = c.owner_id",
    where="c.area_id = a.id AND NOT c.sensitive",
    on="c.received_on",
    key=("c.id",),
    split=Split.MONTH,
    large=True,
    filed="received_on",
    dated="listening_case c",
)
EVENTS = Fact(
    "events",
    "One step of a case, to the day. Steps are filed with their case: year and month are those of its receipt.",
    (
        ident("case_id", "The case (cases.case_id).", "c.id"),
        count("n", "Number of the step in its case, from 1.", "s.n", "ordinal"),
        code("step", "What happened: received, acknowledged, nudged, answered ...", "s.step"),
        day("day", "The day of the step.", 's."on"'),
        code("by_whom", "resident, office or system.", "s.by"),
        code("state", "The case's state after it.", "s.state"),
        code("reason", "Why, as a code; mostly empty.", "s.reason"),
        ident("area", AREA, "c.area_id"),
    ),
    source="places_area a CROSS JOIN listening_case c CROSS JOIN listening_casestep s",
    where="c.area_id = a.id AND NOT c.sensitive AND s.case_id = c.id",
    on="c.received_on",
    key=(
        "s.case_id",
        "s.n",
    ),
    split=Split.MONTH,
    large=True,
    follows="cases",
    filed="received_on of its case",
    dated="listening_case c",
)
PROJECTS = Fact(
    "projects",
    "One project of no sensitive subject, as it stands.",
    (
        ident("project", "The project.", "p.id"),
        code("key", "Its short name, which never changes.", "p.key"),
        ident("area", AREA, "p.area_id"),
        count(
            "areas",
            "For how many areas it is, where that is said.",
            "(SELECT COUNT(*) FROM projects_projectarea r WHERE r.project_id = p.id)",
        ),
        ident("subject", "What it is about (subjects.subject); empty: not said.", "p.subject_id"),
        code("sponsor", "Short name of the sponsor; may be empty.", "n.key"),
        code("implementer", "Short name of the organisation that carries it out; may be empty.", "i.key"),
        code("phase", "identification to completed, cancelled or suspended.", "p.phase"),
        day("phase_since", "Since when it is in its phase.", "p.phase_since"),
        ident("parent", "The project that it is a part of; empty: of none.", "p.parent_id"),
        count("weight", "Its weight among the parts of its parent; empty: no part.", "p.weight", "weight"),
        flag("no_linked_need", "Said openly: no recorded need led to it.", "p.no_linked_need"),
        day("recorded_on", "It came into the record. Its year is that of the file.", "p.recorded_on"),
        day("planned_start_on", "Planned start; may be empty.", "p.planned_start_on"),
        day("planned_end_on", "Planned end; may be empty.", "p.planned_end_on"),
        day("actual_start_on", "Start; empty: not begun, or not known.", "p.actual_start_on"),
        day("actual_end_on", "End; empty: not ended, or not known.", "p.actual_end_on"),
        day("first_claimed_on", "First said to be done by the office; empty: never.", "p.first_claimed_on"),
        day("claimed_on", "The claim that stands; empty: none.", "p.claimed_on"),
        count("claims", "How often it was said to be done.", "p.claims"),
        day("confirmed_on", "Residents confirmed it; empty: not.", "p.confirmed_on"),
        code(
            "verdict",
            "What residents said of the last claim: done, partly, not; empty: nothing.",
            "p.verdict",
        ),
        day("last_word_on", "Last word to the public; empty: none.", "p.last_word_on"),
    ),
    source=(
        "projects_project p JOIN places_area a ON a.id = p.area_id "
        "LEFT JOIN programme_sponsor n ON n.id = p.sponsor_id "
        "LEFT JOIN programme_organisation i ON i.id = p.implementer_id"
    ),
    where=f"NOT {HIDDEN.format('p')}",
    on="p.recorded_on",
    key=("p.id",),
    filed="recorded_on",
)
MILESTONES = Fact(
    "milestones",
    "One milestone of a project of no sensitive subject.",
    (
        ident("project", "The project (projects.project).", "m.project_id"),
        count("n", "Its number in the project.", "m.n", "ordinal"),
        ident("area", AREA, "p.area_id"),
        day("planned_on", "The day first planned. Its year is that of the file.", "m.planned_on"),
        day("revised_on", "The day last revised to; empty: as planned.", "m.revised_on"),
        day("actual_on", "Reached; empty: not.", "m.actual_on"),
        day("dropped_on", "Dropped; empty: not.", "m.dropped_on"),
        count(
            "revisions",
            "How often its day was moved.",
            "(SELECT COUNT(*) FROM projects_milestonerevision v WHERE v.milestone_id = m.id)",
        ),
    ),
    source=(
        "projects_milestone m JOIN projects_project p ON p.id = m.project_id "
        "JOIN places_area a ON a.id = p.area_id"
    ),
    where=f"NOT {HIDDEN.format('p')}",
    on="m.planned_on",
    key=(
        "m.project_id",
        "m.n",
    ),
    filed="planned_on",
)
POSTINGS = Fact(
    "postings",
    "One line of an entry in the books; the lines of an entry add up to nothing in each currency.",
    (
        ident("posting", "The line.", "q.id"),
        ident("entry", "Its entry.", "e.id"),
        count("n", "Number of the line in its entry.", "q.n", "ordinal"),
        day("day", "Day of the entry. Its year and month are those of the file.", 'e."on"'),
        code("stage", "pledge, receipt, allocation, commitment, payment, return ...", "e.stage"),
        ident("undoes", "The entry that it undoes (postings.entry); empty: none.", "e.reverses_id"),
        code("book", "Short name of the book.", "b.key"),
        code("book_kind", "office, or what a village owns together.", "b.kind"),
        ident("area", "The book's area (areas.area).", "b.area_id"),
        code("account", "Short name of the account.", "t.key"),
        code("role", "The account's part in the stages: cash, committed, spent ...", "t.role"),
        code("currency", "ISO 4217.", "q.currency"),
        count("units", "Whole minor units of the currency; plus is debit.", "q.units", "minor units"),
        ident("fund", "The fund (funds.fund); empty: none.", "q.fund_id"),
        of_project("budget_line", "The budget line; empty: none.", "q.line_id"),
        of_project("project", "The project (projects.project); empty: none.", "q.project_id"),
        of_project("for_area", "The area that it is for (areas.area); empty: not said.", "q.area_id"),
        of_project(
            "payee",
            "Short name of the organisation that gets or gives it; never a person.",
            "y.key",
            Type.CODE,
        ),
    ),
    source=(
        "places_area a CROSS JOIN money_book b CROSS JOIN money_entry e CROSS JOIN money_posting q "
        "JOIN money_account t ON t.id = q.account_id LEFT JOIN projects_project p ON p.id = q.project_id "
        "LEFT JOIN programme_organisation y ON y.id = q.payee_id"
    ),
    where="b.area_id = a.id AND e.book_id = b.id AND q.entry_id = e.id",
    on='e."on"',
    key=("q.id",),
    split=Split.MONTH,
    large=True,
    filed="day",
    dated="money_entry e",
)
ASSETS = Fact(
    "assets",
    "One thing that a project left.",
    (
        ident("asset", "The thing.", "x.id"),
        of_project("project", "The project that left it (projects.project).", "x.project_id"),
        ident("area", AREA, "x.area_id"),
        code("kind", "water-point, road, school ...", "x.kind"),
        day("handed_over_on", "Handed over. Its year is that of the file.", "x.handed_over_on"),
        day("struck_on", "Struck off, as it never was one; empty: not.", "x.struck_on"),
        code("struck_for", "mistake or twice; empty: not struck off.", "x.struck_for"),
    ),
    source=(
        "assets_asset x JOIN places_area a ON a.id = x.area_id JOIN projects_project p ON p.id = x.project_id"
    ),
    on="x.handed_over_on",
    key=("x.id",),
    filed="handed_over_on",
)
CHECKS = Fact(
    "checks",
    "One looking whether a thing works.",
    (
        ident("check_id", "The looking; of two on a day the higher number is the later.", "k.id"),
        ident("asset", "The thing (assets.asset).", "k.asset_id"),
        ident("area", AREA, "x.area_id"),
        count(
            "months",
            "Which of the lookings at 3, 6, 12, 24 months; 0 before the first.",
            "k.months",
            "months",
        ),
        day("day", "The day. Its year is that of the file.", 'k."on"'),
        code("result", "working, partly or not.", "k.result"),
        code("fault", "Why it does not work, or in part only; empty: it does.", "k.fault"),
        code("way", "Who found it so: residents, cohort or visit.", "k.way"),
        code("grade", "What it rests on: statement, document, picture or visit.", "k.grade"),
        day("recorded_on", "It was written down.", "k.recorded_on"),
        flag(
            "stands",
            "It was not taken back, and takes none back: figures count these only.",
            "k.takes_back_id IS NULL AND NOT EXISTS (SELECT 1 FROM assets_check z WHERE z.takes_back_id = k.id)",
        ),
    ),
    source="assets_check k JOIN assets_asset x ON x.id = k.asset_id JOIN places_area a ON a.id = x.area_id",
    on='k."on"',
    key=("k.id",),
    filed="day",
)
PROMISES = Fact(
    "promises",
    "One promise made to a place, as it stands. Its words are not here.",
    (
        ident("promise", "The promise.", "v.id"),
        ident("area", AREA, "v.area_id"),
        day("made_on", "It was made. Its year is that of the file.", "v.made_on"),
        day("due_on", "The day that was promised; it never moves.", "v.due_on"),
        code("state", "open, taken-up, kept or declined.", "v.state"),
        code("reason", "Why, as a code; mostly empty.", "v.reason"),
        of_project("project", "The project that took it up (projects.project); empty: none.", "v.project_id"),
        day("expected_on", "A newer day that the office named; empty: none.", "v.expected_on"),
        day("kept_on", "Kept; empty: not.", "v.kept_on"),
        day("late_from", "From which day on it is broken while it is open; may be empty.", "v.late_from"),
        day("last_word_on", "Last word about it.", "v.last_word_on"),
        count("escalations", "How often it went up a level.", "v.escalations"),
        ident("owner_area", "The area of the post that owes it (areas.area); empty: of all.", "o.area_id"),
        count("steps", "How many steps it had.", "v.version"),
    ),
    source=(
        "promises_promise v JOIN places_area a ON a.id = v.area_id "
        "LEFT JOIN access_post o ON o.id = v.owner_id LEFT JOIN projects_project p ON p.id = v.project_id"
    ),
    on="v.made_on",
    key=("v.id",),
    filed="made_on",
)
RESULTS = Fact(
    "results",
    "One actual value of an indicator, in a period and area; corrections stand beside what they correct.",
    (
        ident("actual", "The value.", "r.id"),
        code("framework", "Short name of the framework.", "f.key"),
        code("indicator", "Short name of the indicator.", "i.key"),
        code("measure", "unit, percentage, ordinal or another of its kinds.", "i.measure"),
        code("counts", "What it counts: people and cases may not be published as they are.", "i.counts"),
        ident("area", AREA, "r.area_id"),
        code("period", "Short name of the period.", "d.key"),
        day("starts_on", "First day of the period. Its year is that of the file.", "d.starts_on"),
        day("ends_on", "Last day of the period.", "d.ends_on"),
        day("locked_on", "Locked for good; empty: not.", "d.locked_on"),
        count("n", "1 for the first value, one more for each correction.", "r.n", "ordinal"),
        code("state", "draft, submitted, returned or approved: only approved values count.", "r.state"),
        code("source", "computed from the records, or how it was entered.", "r.source"),
        count(
            "value_e4", "The value; empty: a share, or no data.", "r.value_e4", "ten-thousandths of the unit"
        ),
        count("numerator_e4", "Of a share; empty: none.", "r.numerator_e4", "ten-thousandths"),
        count("denominator_e4", "Of a share; empty: none.", "r.denominator_e4", "ten-thousandths"),
        code("no_data", "Why there is no value, as a code; empty: there is one.", "r.no_data"),
        count(
            "margin_e4",
            "Half the interval around a sample's value; empty: no sample.",
            "r.margin_e4",
            "ten-thousandths",
        ),
        count("sample", "How many answers it rests on; empty: no sample.", "r.sample"),
        day("made_on", "It was entered.", "r.made_on"),
        day("checked_on", "It was approved; empty: not.", "r.checked_on"),
    ),
    source=(
        "results_actual r JOIN results_indicator i ON i.id = r.indicator_id "
        "JOIN results_framework f ON f.id = i.framework_id JOIN results_period d ON d.id = r.period_id "
        "JOIN places_area a ON a.id = r.area_id"
    ),
    on="d.starts_on",
    key=("r.id",),
    filed="starts_on",
)
AREAS = Fact(
    "areas",
    "One area of the tree, with all that it lies in.",
    (
        ident("area", "The area.", "a.id"),
        code("name", "Its name.", "REPLACE(REPLACE(REPLACE(a.name, '\n', ' '), '\r', ' '), '\x1f', ' ')"),
        code(
            "code",
            "Its first code, scheme:code; may be empty.",
            "(SELECT MIN(z.scheme || ':' || z.code) FROM places_areacode z WHERE z.area_id = a.id)",
        ),
        code("level", "Its level: province ... village.", "w.key"),
        count("depth", "1 for those at the top.", "a.depth", "ordinal"),
        flag("is_village", "Residents live and speak at this level.", "w.is_village"),
        ident("parent", "The area right above; empty: at the top.", "a.parent_id"),
        *(
            ident(
                f"l{n}", f"The area of depth {n} that it lies in, or is (areas.area); empty: none.", f"a.l{n}"
            )
            for n in range(1, 9)
        ),
        day("valid_from", "It exists since; empty: ever.", "a.valid_from"),
        day("valid_to", "It existed until; empty: it does.", "a.valid_to"),
        ident("successor", "The area that followed it; empty: none.", "a.successor_id"),
    ),
    source="places_area a JOIN places_arealevel w ON w.id = a.level_id",
    key=("a.id",),
    split=Split.WHOLE,
)
SUBJECTS = Fact(
    "subjects",
    "One line of the two-level list of what feedback is about.",
    (
        ident("subject", "The subject.", "s.id"),
        code("key", "Its short name.", "s.key"),
        ident("parent", "The upper subject; empty: it is one.", "s.parent_id"),
        ident(
            "top",
            "The upper subject, or itself: figures by subject are by this one.",
            "COALESCE(s.parent_id, s.id)",
        ),
        flag(
            "sensitive", "Matters of it go to the focal point only, and are not in the lake.", "s.sensitive"
        ),
    ),
    source="programme_subject s",
    key=("s.id",),
    split=Split.WHOLE,
)
ROUNDS = Fact(
    "rounds",
    "One posting period of the programme.",
    (
        ident("round", "The round.", "s.id"),
        code("key", "Its short name.", "s.key"),
        day("starts_on", "First day.", "s.starts_on"),
        day("ends_on", "Last day.", "s.ends_on"),
    ),
    source="programme_round s",
    key=("s.id",),
    split=Split.WHOLE,
)
FUNDS = Fact(
    "funds",
    "One fund.",
    (
        ident("fund", "The fund.", "f.id"),
        code("key", "Its short name.", "f.key"),
        code("sponsor", "Short name of its sponsor; may be empty.", "n.key"),
        code("currency", "In which it is pledged, ISO 4217.", "f.currency"),
        day("starts_on", "First day.", "f.starts_on"),
        day("ends_on", "Last day on which it may be spent; empty: open.", "f.ends_on"),
        day("closed_on", "Closed; empty: not.", "f.closed_on"),
    ),
    source="money_fund f LEFT JOIN programme_sponsor n ON n.id = f.sponsor_id",
    key=("f.id",),
    split=Split.WHOLE,
)
#: In the order in which they are written: what others point at comes first.
FACTS = (
    AREAS, SUBJECTS, ROUNDS, FUNDS, PROJECTS, MILESTONES, ASSETS, CHECKS, PROMISES, RESULTS, POSTINGS, CASES, EVENTS,
)  # fmt: skip
#: What the folders say, beside the columns of each file.
FOLDERS = (
    Column("year", Type.NUMBER, "year", "Folder: the year of the day that the row is filed under. 0: an empty table.", ""),
    Column("county", Type.NUMBER, "id", "Folder: the area at the lake's level of counties that the row lies in "
           "(areas.area; lake.json names the level). 0: it lies above them.", ""),
)  # fmt: skip
LEFT_OUT = (
    "Sensitive cases are in no table and in no count here: whoever may see them reads them at the focal point's desk.",
    "Projects of sensitive subjects are left out; what was spent on them stands without project, line, area and payee.",
    "Nothing that anybody said or wrote, no tracking code, no contact, no picture, no coordinate and no post is here.",
)
PUBLISHING = (
    "For staff, inside their rights. Counts of people and cases are true here: below ten, or exact, they must not be "
    "published or passed on. What is public are the product's own releases (docs/reference/published-figures.md)."
)


def named(name: str) -> Fact | None:
    """The table of that name."""
    return next((fact for fact in FACTS if fact.name == name), None)
