"""A writer in a process of its own: Django stands before anything else is imported."""

from __future__ import annotations

import os
from typing import Any

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "answerable.config.settings")
if not apps.ready:
    django.setup()


def write(township: int, n: int, rounds: int, hashed: bool, start: Any, gathered: Any) -> None:
    """Write, and hand over what was seen."""
    from . import writers

    gathered.append(writers.write(township, n, rounds, hashed, start))
