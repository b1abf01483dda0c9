"""`answerable migrate`: Django's own, which makes new tables without looking at all others anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.state import ModelState, ProjectState


class Command(migrate.Command):
    """Makes the database's tables, or brings them up to date."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        with nullcontext() if options.get("app_label") else rendered_once():
            super().handle(*args, **options)


@contextmanager
def rendered_once() -> Iterator[None]:
    """A model that a migration adds is built beside the others, and its constraints and indexes are put on it.

    Django builds every model that is related to it anew, over any number of steps: here that is all of them, each time,
    and most of the time that an empty database needs. What the others must know of a new model (the way back along its
    foreign keys) they learn as it is built, as they do when the product starts; of its constraints they know nothing.

    Only for the way forward: states on the way back share their models, so what is put on one would stand in all.
    """
    add_usually, append_usually = ProjectState.add_model, ProjectState._append_option  # type: ignore[attr-defined]

    def add_model(state: ProjectState, model: ModelState) -> None:
        key = model.app_label, model.name_lower
        if "apps" not in vars(state) or key in state.models:
            add_usually(state, model)
            return
        state.models[key] = model
        if state._relations is not None:  # type: ignore[attr-defined] # as Django's own does
            state.resolve_model_relations(key)
        state.apps.render_multiple([model])

    def append_option(state: ProjectState, app: str, model: str, option: str, added: Any) -> None:
        if "apps" not in vars(state):
            append_usually(state, app, model, option, added)
            return
        options = state.models[app, model].options
        options[option] = [*options[option], added]
        built = state.apps.get_model(app, model)._meta
        setattr(built, option, [*getattr(built, option), added])

    ProjectState.add_model = add_model  # type: ignore[method-assign, assignment]
    ProjectState._append_option = append_option  # type: ignore[attr-defined]
    try:
        yield
    finally:
        ProjectState.add_model = add_usually  # type: ignore[method-assign]
        ProjectState._append_option = append_usually  # type: ignore[attr-defined]
