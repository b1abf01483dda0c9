"""New models beside the others: the state is the one that Django's own way comes to."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.migrations.state import ModelState, ProjectState

from answerable.config.management.commands.migrate import Command, new_models_rendered_alone


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
        )
        for found in state.apps.get_models()
    }


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
    assert {found.__name__ for found in before.apps.get_models()} == {"Place"}
    state.add_field("places", "street", "width", models.IntegerField(default=1), preserve_default=True)
    state.add_model(model("Place", name=models.TextField(), height=models.IntegerField()))
    return state


def test_the_state_is_the_same() -> None:
    usual = told(grown())
    with new_models_rendered_alone():
        assert told(grown()) == usual
    assert all(all(true) for _, true in usual.values())
    assert len(usual) == 4


def test_it_is_the_command_that_everybody_runs() -> None:
    from django.core.management import get_commands, load_command_class

    assert isinstance(load_command_class(get_commands()["migrate"], "migrate"), Command)
    assert ProjectState.add_model.__module__ == "django.db.migrations.state"
