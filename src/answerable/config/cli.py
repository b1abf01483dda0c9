"""The `answerable` command: Django's commands and the product's own, under one name."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run one command; `answerable help` lists them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "answerable.config.settings")
    from answerable.config.demo.environment import prepare
    from answerable.config.env import SettingRefused

    if sys.argv[1:2] == ["demo"] and "--here" not in sys.argv:
        prepare()
    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(["answerable", *sys.argv[1:]])
    except SettingRefused as refusal:
        # `doctor` can't come further either, so it says this one finding.
        sys.exit(
            f"fail  settings        {refusal}" if sys.argv[1:2] == ["doctor"] else f"answerable: {refusal}"
        )
