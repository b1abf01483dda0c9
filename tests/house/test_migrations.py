"""Migrations of each room stand in one line: numbered, named, one last one."""

import re

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader

ROOMS = sorted(config.label for config in apps.get_app_configs() if config.name.startswith("answerable."))


@pytest.mark.parametrize("room", ROOMS)
def test_migrations_are_linear_numbered_and_named(room: str) -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    own = sorted(name for app, name in loader.disk_migrations if app == room)
    if not own:
        return
    assert loader.graph.leaf_nodes(room) == [(room, own[-1])]
    for place, name in enumerate(own, 1):
        assert re.fullmatch(rf"{place:04d}_[a-z][a-z0-9_]+", name), name
        assert "auto" not in name.split("_"), f"{name}: say what it does"
        before = [dep for dep in loader.disk_migrations[room, name].dependencies if dep[0] == room]
        assert before == ([(room, own[place - 2])] if place > 1 else [])
