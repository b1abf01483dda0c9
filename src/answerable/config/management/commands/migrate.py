"""`answerable migrate`: Django's own, which makes new tables without looking at all others anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.state import ModelState, ProjectState


class Command(migrate.Command):
    """Makes the database's tables, or brings them up to date."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        with new_models_rendered_alone():
            super().handle(*args, **options)


@contextmanager
def new_models_rendered_alone() -> Iterator[None]:
    """A model that a migration adds is built beside the others, as when the product starts.

    Django builds every model that is related to the new one anew, over any number of steps: here that is all of them,
    each time, and half of the time that an empty database needs. What the others must know of it (the way back along
    its foreign keys) they learn as it is built, as they do when the product starts.
    """
    usual = ProjectState.add_model

    def add_model(state: ProjectState, model: ModelState) -> None:
        key = model.app_label, model.name_lower
        if "apps" not in vars(state) or key in state.models:
            usual(state, model)
            return
        state.models[key] = model
        if state._relations is not None:  # type: ignore[attr-defined] # as Django's own does
            state.resolve_model_relations(key)
        state.apps.render_multiple([model])

    ProjectState.add_model = add_model  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        ProjectState.add_model = usual  # type: ignore[method-assign]
