"""Asking the signer, which is another process (register/signer): over its socket, with plain answers."""

from __future__ import annotations

import base64
import json
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from .signer.server import address, read_all

#: Seconds that the signer may take: it waits for the disk.
PATIENCE = 30


class SignerAway(RuntimeError):
    """The signer does not answer: nothing is lost, what waits is signed later."""


class SignerRefused(RuntimeError):
    """The signer will not sign this tree, and says why: an alarm."""


@dataclass(frozen=True)
class State:
    """What the signer says of itself."""

    origin: str
    size: int
    root: bytes
    #: Public keys of the log that sign now, the oldest first, with the last day of each that has one.
    log: tuple[tuple[str, str], ...]
    witness: str


def ask(do: str, **request: object) -> dict[str, Any]:
    """One question. Raises SignerAway, SignerRefused."""
    path = Path(settings.REGISTER_SIGNER)
    try:
        with socket.socket(socket.AF_UNIX) as asked:
            asked.settimeout(PATIENCE)
            with address(path) as name:
                asked.connect(name)
            asked.sendall(json.dumps({"do": do, **request}).encode())
            asked.shutdown(socket.SHUT_WR)
            answer = json.loads(read_all(asked))
    except (OSError, ValueError) as trouble:
        raise SignerAway(f"The signer does not answer at {path}: {trouble}") from None
    if "refused" in answer:
        raise SignerRefused(f"The signer refuses: {answer['refused']}")
    return dict(answer)


def state() -> State:
    """Keys and the last signed tree. Raises SignerAway, SignerRefused."""
    told = ask("state")
    return State(
        told["origin"],
        told["size"],
        base64.b64decode(told["root"]),
        tuple((key["vkey"], key["until"]) for key in told["log"]),
        told["witness"],
    )


def sign(size: int, root: bytes, proof: list[bytes]) -> str:
    """The signed note of a tree. Raises SignerAway, SignerRefused."""
    told = ask(
        "sign",
        size=size,
        root=base64.b64encode(root).decode(),
        proof=[base64.b64encode(one).decode() for one in proof],
    )
    return str(told["note"])
