"""All that is due for the register, one thing after the other; cut off anywhere, the next run goes on from there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from answerable.merkle.refused import Refused

from . import erasing, policies, witness
from .machinery import step
from .publishing import TileAlarm, publish, was_lately
from .sequencing import sequence
from .signer.keys import KeyTrouble
from .signing import SignerAway, SignerRefused


@dataclass(frozen=True)
class Done:
    """What a run did, in words; and what stood in its way: a setting, a signer that is away, or an alarm."""

    told: str
    trouble: Literal["", "setting", "away", "alarm"] = ""


def run(now: datetime | None = None) -> str:
    """Give places, publish, ask the witnesses; say in a sentence what was done, or what stood in the way.

    Empty when nothing was due. Without a signer places are given all the same, and everything is published once it
    is back.
    """
    return work(now).told


def work(now: datetime | None = None, *, patient: bool = False, seal: bool | None = None) -> Done:
    """The same as `run`, with what kind of trouble there was. Patient, it publishes every ten minutes at most.

    `seal`: give places to sealed leaves now, or not now.
    """
    try:
        policies.check_origin()
    except policies.OriginDiffers as why:
        return Done(str(why), "setting")
    changes: list[str] = []
    before = _trying(lambda: changes.append(policies.tell_changes()))
    erasing.tell()
    done = sequence(now, seal=seal)
    step("sequenced")
    if before is not None:
        return before
    if patient and was_lately():
        return Done("")
    asked: list[str] = []
    trouble = _trying(lambda: asked.append(_publish()))
    if trouble is not None:
        return trouble
    if not (done.size and (done.added or asked[0])):
        return Done("")
    told = [f"the register has {done.size:,} leaves, {done.added:,} of them new", *changes, *asked]
    return Done("; ".join(filter(None, told)))


def _publish() -> str:
    publish()
    policies.write()
    return witness.ask_all()


def _trying(part: Callable[[], object]) -> Done | None:
    try:
        part()
    except (SignerAway, KeyTrouble) as why:
        return Done(str(why), "away")
    except (SignerRefused, TileAlarm, witness.WitnessConflict, Refused) as why:
        return Done(str(why), "alarm")
    except OSError as why:  # a full disk stops the register, not the clocks of cases
        return Done(f"The register can't be published: {why}", "alarm")
    return None
