"""Which tables the record binds, which not and why, and which rows belong to a matter."""

from __future__ import annotations

from functools import cache

from django.apps import apps
from django.db import models

from answerable.register.binding import Bound

#: Tables whose rows no event binds, and why.
UNBOUND_TABLES = {
    "auth_group": "the framework's, empty",
    "auth_group_permissions": "the framework's, empty",
    "auth_permission": "the framework's",
    "django_content_type": "the framework's",
    "django_session": "sign-ins of staff, which end by themselves",
    "following_spokencode": "marks alone: an event that named one would tell on which day a code spoke",
    "money_accountsum": "a sum kept by triggers; `answerable books check` proves it from the postings",
    "money_fundsum": "a sum kept by triggers; `answerable books check` proves it from the postings",
    "money_neverhere": "has no rows, ever: it holds a constraint",
    "money_openentry": "has no rows once a transaction ends: it holds a constraint",
    "money_worksum": "a sum kept by triggers; `answerable books check` proves it from the postings",
    "places_area": "the official list of places, imported by the ten thousand; anyone can compare it",
    "places_areacode": "the official list of places",
    "places_arealevel": "the official list of places",
    "places_boundary": "outlines of the official list of places",
    "places_calendar": "an official list",
    "places_holiday": "an official list",
    "register_audit": "what audits found; each finds it again",
    "register_checkpoint": "signed: it proves itself",
    "register_cosignature": "signed: it proves itself",
    "register_erasure": "held against the secrets, and told in the log",
    "register_event": "the record itself: each event has a leaf",
    "register_leaf": "the log itself: under the signed root",
    "register_node": "computed from the leaves, and held against them",
    "register_pending": "what waits; held against the events",
    "register_secret": "opens the leaves it belongs to, or the audit says so",
    "register_tree": "computed from the leaves, and held against them",
    "rollups_caseday": "derived from cases and areas; recomputed and compared each night",
    "rollups_casemonth": "derived from cases and areas; recomputed and compared each night",
    "rollups_change": "derived from cases and areas; recomputed and compared each night",
    "rollups_daystaken": "derived from cases and areas; recomputed and compared each night",
    "rollups_difference": "derived from cases and areas; recomputed and compared each night",
    "rollups_moved": "derived from cases and areas; recomputed and compared each night",
    "rollups_place": "derived from cases and areas; recomputed and compared each night",
    "rollups_state": "derived from cases and areas; recomputed and compared each night",
    "surveys_cardmark": "cards that wait for an answer: an event that named one would tell that it was used, and when",
    "surveys_tally": "sums of answers: an event would tell which ones an answer raised; closing settles their digest",
}


def bound_models() -> list[type[Bound]]:
    """The tables that the record binds, in the order of their names."""
    found = [model for model in apps.get_models() if issubclass(model, Bound)]
    return sorted(found, key=lambda model: model._meta.db_table)


@cache
def is_of_a_matter(table: str) -> bool:
    """Whether the rows of a table belong to a matter: their numbers are not shown to the public."""
    return any(
        model._meta.db_table == table
        and (model._meta.model_name == "case" or any(f.name == "case" for f in model._meta.concrete_fields))
        for model in apps.get_models()
    )


def matter_of_row(row: models.Model) -> int | None:
    """The matter that a row belongs to, by the names of its table and columns; None: to none."""
    matter = row.pk if row._meta.model_name == "case" else getattr(row, "case_id", None)
    return matter if isinstance(matter, int) else None
