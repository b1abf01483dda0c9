"""New models beside the others, with their constraints: the state is the one that Django's own way comes to."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management.commands import migrate
from django.db import models
from django.db.migrations.state import ModelState, ProjectState

from answerable.config.management.commands.migrate import Command, rendered_once


def model(name: str, /, **fields: Any) -> ModelState:
    return ModelState("places", name, [("id", models.BigAutoField(primary_key=True)), *fields.items()])


def told(state: ProjectState) -> dict[str, Any]:
    """What each model knows of itself and of those that lead to it."""
    return {
        found.__name__: (
            sorted((field.name, type(field).__name__) for field in found._meta.get_fields()),
            [
                field.related_model
                is state.apps.get_model("places", getattr(field.related_model, "__name__", ""))
                for field in found._meta.get_fields()
                if field.is_relation
            ],
            sorted(one.name for one in (*found._meta.constraints, *found._meta.indexes)),
            {name: sorted(one.name for one in kept) for name, kept in _kept(state, found).items()},
        )
        for found in state.apps.get_models()
    }


def _kept(state: ProjectState, found: type[models.Model]) -> dict[str, Any]:
    options = state.models["places", found.__name__.lower()].options
    return {name: options[name] for name in ("constraints", "indexes")}


def grown() -> ProjectState:
    state = ProjectState()
    state.add_model(model("Place", name=models.TextField()))
    assert state.apps.get_model("places", "Place")  # from here on the state has classes
    before = state.clone()
    state.add_model(model("Street", place=models.ForeignKey("places.Place", models.PROTECT)))
    state.add_model(
        model("Pump", street=models.ForeignKey("places.Street", models.PROTECT, related_name="pumps"))
    )
    state.add_model(
        model(
            "Sign", of=models.ManyToManyField("places.Pump"), above=models.ForeignKey("self", models.CASCADE)
        )
    )
    state.add_constraint(
        "places", "pump", models.CheckConstraint(name="pump_is_first", condition=models.Q(id__gt=0))
    )
    state.add_index("places", "pump", models.Index(name="by_street", fields=["street"]))
    assert {found.__name__ for found in before.apps.get_models()} == {"Place"}
    state.add_field("places", "street", "width", models.IntegerField(default=1), preserve_default=True)
    state.add_model(model("Place", name=models.TextField(), height=models.IntegerField()))
    return state


def test_the_state_is_the_same() -> None:
    usual = told(grown())
    with rendered_once():
        assert told(grown()) == usual
    assert all(all(true) for _, true, *_ in usual.values())
    assert usual["Pump"][2] == ["by_street", "pump_is_first"]
    assert len(usual) == 4


def test_it_is_the_command_that_everybody_runs() -> None:
    from django.core.management import get_commands, load_command_class

    assert isinstance(load_command_class(get_commands()["migrate"], "migrate"), Command)
    for way in (ProjectState.add_model, ProjectState._append_option):  # type: ignore[attr-defined]
        assert way.__module__ == "django.db.migrations.state"


def test_the_way_back_is_django_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(
        migrate.Command,
        "handle",
        lambda self, **given: seen.append(ProjectState.add_model.__module__.rpartition(".")[2]),
    )
    Command().handle()
    Command().handle(app_label="places", migration_name="zero")
    assert seen == ["migrate", "state"]
