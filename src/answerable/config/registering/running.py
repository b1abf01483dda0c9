"""run and witness: what `answerable tick` does for the register as well, with the database."""

from __future__ import annotations

import argparse
import os
from typing import Any

from .common import CANNOT_SAY, WELL, WRONG, CannotSay, say


def add_to(commands: Any) -> None:
    """Their words."""
    made = commands.add_parser("run", help="give places, publish, ask the witnesses (tick does so as well)")
    made.add_argument("--seal", action="store_true", help="do not wait for the hour of the sealed leaves")
    made.set_defaults(work=_run)
    made = commands.add_parser("witness", help="ask the witnesses now; say who saw the newest checkpoint")
    made.set_defaults(work=_witness)


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "answerable.config.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


def _run(given: argparse.Namespace) -> int:
    _django()
    from answerable.register import cycle

    done = cycle.work(seal=True if given.seal else None)
    say(done.told or "Nothing was due.")
    return {"": WELL, "setting": CANNOT_SAY, "away": CANNOT_SAY, "alarm": WRONG}[done.trouble]


def _witness(_given: argparse.Namespace) -> int:
    _django()
    from answerable.register import policies, selectors, witness

    try:
        policies.check_origin()
    except policies.OriginDiffers as why:
        raise CannotSay(str(why)) from None
    try:
        witness.ask_all()
    except witness.WitnessConflict as why:
        say(str(why))
        return WRONG
    checkpoint = selectors.latest_checkpoint()
    if checkpoint is None:
        say("The register has no checkpoint yet.")
        return CANNOT_SAY
    seen = set(checkpoint.cosignatures.values_list("witness", flat=True))
    named = policies.witnesses()
    if forgotten := policies.forgotten():
        raise CannotSay(forgotten)
    if not named:
        say("No witness is named: ANSWERABLE_WITNESSES (docs/guides/register-operate.md).")
    for one in named:
        say(f"{'seen' if one.verifier.name in seen else 'NOT YET SEEN'}  {one.verifier.name}  {one.url}")
    wanted, count = policies.enough(len(named)), sum(one.verifier.name in seen for one in named)
    say(f"{checkpoint.size:,} leaves; {count} of {len(named)} witnesses, {wanted} are enough.")
    return WELL if count >= wanted else WRONG
