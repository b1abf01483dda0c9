"""What the database holds is known to the last column, and none of it is what we promised never to hold."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from answerable.safeguards.meanings import FOLDER, TABLE, meanings

MODELS = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
#: The framework's own bookkeeping, made before any model.
UNTOLD = {"django_migrations", "sqlite_sequence"}

#: What no column may be about. Whole words of a column's name; residents have no record, so most need no exception.
FORBIDDEN = re.compile(
    r"(?:^|_)(?:"
    r"resident|reporter|complainant|citizen|person|people|patient|student|villager|beneficiary|contact|"
    r"phone|tel|telephone|mobile|msisdn|imei|email|mail|address|street|ip|host|device|browser|agent|fingerprint|cookie|"
    r"religion|religious|belief|faith|church|mosque|ethnic\w*|race|tribe|caste|nationality|citizenship|nation|"
    r"household|hh|family|kin|relative|spouse|children_count|marital|"
    r"identity|idcard|passport|national|ssn|nid|card|biometric|face|photo|iris|"
    r"birth|born|birthday|dob|age|gender|sex|sexual|orientation|"
    r"political|politics|party|vote|opinion|union|detention|detained|criminal|police|watch|watchlist|risk|threat|stability|"
    r"migration|migrant|visa|abroad|travel|visited|visits|location|latlng|gps|login|seen|"
    r"first_name|last_name|surname|nickname|fullname"
    r")(?:_|$)"
)
#: Words above in another meaning. Each says which.
ALLOWED = {
    "programme_outsidebody.names": "an office",
}
#: Columns called `name` or `names` belong to places, offices, things, and staff in their public role.
NAMED = {
    "access_staff.name": "staff in their public role",
    "access_post.names": "a seat",
    "auth_group.name": "the framework's, empty",
    "auth_permission.name": "the framework's",
    "money_account.names": "an account of the books",
    "money_book.names": "the books of an office",
    "money_budgetline.names": "a thing to be paid for",
    "money_fund.names": "a fund",
    "places_area.name": "a place",
    "places_area.names": "a place",
    "places_arealevel.names": "a level",
    "places_calendar.names": "a calendar",
    "places_holiday.names": "a day",
    "programme_organisation.names": "an organisation",
    "programme_outsidebody.names": "an office",
    "programme_round.names": "a round",
    "programme_sponsor.names": "an organisation",
    "programme_subject.names": "a subject",
    "programme_team.names": "a team",
    "projects_choice.names": "what is chosen between",
    "projects_milestone.names": "a milestone",
    "projects_project.names": "a project",
    "results_framework.names": "what is wanted",
    "results_goal.names": "what is wanted",
    "results_indicator.names": "what is measured",
    "results_scorecard.names": "a scorecard",
    "listening_replytemplate.names": "a template",
    "assets_asset.names": "a thing",
    "assets_task.names": "what is done to a thing",
}
#: JSON takes anything, so each such column says what it is held to.
FREE_FORM = {
    "access_post.names": "clean_names",
    "disclosure_releaseline.shown": "rounded counts by measure of the catalogue",
    "disclosure_releaseline.withheld": "measures of the catalogue",
    "money_account.names": "clean_names",
    "money_book.names": "clean_names",
    "money_budgetline.names": "clean_names",
    "money_fund.names": "clean_names",
    "places_area.names": "clean_names",
    "places_arealevel.names": "clean_names",
    "places_boundary.geometry": "a checked GeoJSON geometry",
    "places_calendar.names": "clean_names",
    "places_calendar.weekend": "weekday numbers",
    "places_holiday.names": "clean_names",
    "programme_organisation.names": "clean_names",
    "programme_outsidebody.names": "clean_names",
    "programme_round.names": "clean_names",
    "programme_sponsor.names": "clean_names",
    "programme_subject.names": "clean_names",
    "programme_team.names": "clean_names",
    "projects_choice.how": "fixed words",
    "projects_choice.names": "clean_names",
    "projects_choice.texts": "clean_names",
    "projects_contribution.texts": "clean_names",
    "projects_milestone.names": "clean_names",
    "projects_project.descriptions": "clean_names",
    "projects_project.names": "clean_names",
    "projects_projectevidence.texts": "clean_names",
    "projects_projectword.texts": "clean_names",
    "projects_snag.texts": "clean_names",
    "listening_replytemplate.names": "clean_names",
    "assets_asset.names": "clean_names",
    "assets_task.names": "clean_names",
    "listening_replytemplate.texts": "clean_names",
    "promises_promise.texts": "clean_names",
    "results_framework.names": "clean_names",
    "results_goal.names": "clean_names",
    "results_indicator.names": "clean_names",
    "results_indicator.unit_words": "clean_names",
    "results_scorecard.names": "clean_names",
    "surveys_survey.questions": "keys of the fixed bank",
    "verification_draw.kinds": "keys of the fixed kinds",
    "verification_visit.answers": "answers of the fixed checklists",
    "listening_session.languages": "language tags",
    "register_audit.findings": "codes, tables and numbers",
    "register_event.body": "register.rules.plain_body: codes, numbers and days",
    "register_event.rows": "register.binding.bound: a table, a number and a digest each",
}
#: Rows about cases and feedback know the day and nothing finer.
MOMENTS = {"django_session.expire_date": "when a sign-in of staff ends"}


def columns() -> dict[str, models.Field[Any, Any]]:
    """Every column by `table.column`."""
    return {
        f"{table}.{field.column}": field
        for table, model in MODELS.items()
        for field in model._meta.concrete_fields
    }


def test_every_table_and_column_has_its_meaning_and_nothing_else_has() -> None:
    written = meanings()
    told = {f"{table}.{column}" for table, own in written.items() for column in own if column != TABLE}
    assert sorted(set(MODELS) - set(written)) == [], f"tell what the table is in {FOLDER.name}"
    assert sorted(set(written) - set(MODELS)) == [], "no such table any more"
    assert sorted(set(columns()) - told) == [], f"tell what the column is in {FOLDER.name}"
    assert sorted(told - set(columns())) == [], "no such column any more"
    silent = [table for table, own in written.items() if len(own.get(TABLE, "")) < 15]
    silent += [
        f"{t}.{c}" for t, own in written.items() for c, meaning in own.items() if not meaning.endswith(".")
    ]
    assert silent == [], "a sentence each, please"


@pytest.mark.django_db
def test_the_database_has_the_tables_and_columns_of_the_models_only() -> None:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - UNTOLD
        assert tables == set(MODELS)
        for table, model in MODELS.items():
            real = {c.name for c in connection.introspection.get_table_description(cursor, table)}
            assert real == {field.column for field in model._meta.concrete_fields}, table


def test_no_column_is_about_what_we_never_hold() -> None:
    found = {name for name in columns() if FORBIDDEN.search(name.split(".")[1])}
    assert sorted(found - set(ALLOWED)) == [], "PRODUCT: what it will never do"


@pytest.mark.parametrize(
    "name",
    ["phone", "reporter_id", "contact_phone", "ip", "ip_address", "ethnicity", "household_id", "religion",
     "birth_date", "id_card", "email", "last_login", "gender", "user_agent", "political_view"],
)  # fmt: skip
def test_the_list_of_forbidden_names_catches_them(name: str) -> None:
    assert FORBIDDEN.search(name)


def test_a_name_is_the_name_of_a_place_an_office_or_of_staff() -> None:
    found = {key for key in columns() if re.fullmatch(r"(?:\w+_)?names?", key.split(".")[1])}
    assert found - set(NAMED) - {"access_staff.username"} == set()


def test_no_column_takes_whatever_it_is_given() -> None:
    open_ended = {
        name
        for name, field in columns().items()
        if isinstance(field, models.JSONField | models.FileField | models.GenericIPAddressField)
        or "HStore" in type(field).__name__
    }
    assert open_ended - set(FREE_FORM) == set()
    assert [n for n, field in columns().items() if isinstance(field, models.FileField)] == []


def test_nothing_is_dated_finer_than_the_day() -> None:
    moments = {
        name
        for name, field in columns().items()
        if isinstance(field, models.DateTimeField | models.TimeField | models.DurationField)
    }
    assert moments - set(MOMENTS) == set()


def test_staff_are_the_only_people_with_rows() -> None:
    """Nothing but posts' holdings and the framework points at a person."""
    staff = apps.get_model("access", "Staff")
    pointing = {relation.related_model._meta.db_table for relation in staff._meta.related_objects}
    assert pointing == {"access_holding"}
