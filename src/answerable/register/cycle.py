"""All that is due for the register, one thing after the other; cut off anywhere, the next run goes on from there."""

from __future__ import annotations

from datetime import datetime

from . import policies, witness
from .machinery import step
from .publishing import TileAlarm, publish
from .sequencing import sequence
from .signing import SignerAway, SignerRefused


def run(now: datetime | None = None) -> str:
    """Give places, publish, ask the witnesses; say in a sentence what was done, or what stood in the way.

    Without a signer places are given all the same, and everything is published once it is back.
    """
    try:
        policies.tell_changes()
        away = ""
    except (SignerAway, SignerRefused) as trouble:
        away = str(trouble)
    done = sequence(now)
    step("sequenced")
    if away:
        return away
    try:
        checkpoint = publish()
        policies.write()
        asked = witness.ask_all()
    except (SignerAway, SignerRefused, TileAlarm) as trouble:
        return str(trouble)
    if checkpoint is None or not (done.added or asked):
        return ""
    told = f"the register has {checkpoint.size:,} leaves, {done.added:,} of them new"
    return f"{told}; {asked}" if asked else told
