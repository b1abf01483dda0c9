"""Witnesses, both ways: others see this log, and this instance sees theirs (C2SP tlog-witness)."""

from __future__ import annotations

import base64
import logging
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from django.db import transaction

from answerable.kernel import clock
from answerable.merkle.cosigning import add_lines
from answerable.merkle.refused import Refused
from answerable.merkle.witnessing import SIZE_TYPE, TEXT_TYPE

from . import selectors, signing
from .machinery import step
from .models import Checkpoint, Cosignature
from .policies import Witness, witnesses
from .publishing import write_checkpoint

logger = logging.getLogger(__name__)
#: Seconds that another instance may take.
PATIENCE = 15
_MOST = 10_000


def answer(body: bytes) -> tuple[int, str, bytes]:
    """The answer to `POST /witness/add-checkpoint`: status, content type, body. The signer decides and remembers."""
    try:
        told = signing.ask("cosign", request=base64.b64encode(body).decode())
    except (signing.SignerAway, signing.SignerRefused) as trouble:
        logger.warning("a witness's answer could not be given: %s", trouble)
        return 503, TEXT_TYPE, b"the witness's key is not at hand\n"
    return told["status"], told["type"], told["body"].encode()


def latest(digest: str) -> str:
    """The last checkpoint of a watched log that was cosigned here; `digest` is its origin's SHA-256, in hexadecimal.

    Empty when there is none. Raises signing.SignerAway, signing.SignerRefused.
    """
    return str(signing.ask("latest", digest=digest)["note"])


def ask_all() -> str:
    """Show the latest checkpoint to each witness that has not seen it; say how it went. Empty: nothing was to do."""
    checkpoint = selectors.latest_checkpoint()
    if checkpoint is None:
        return ""
    have = set(checkpoint.cosignatures.values_list("witness", flat=True))
    asked = [one for one in witnesses() if one.verifier.name not in have]
    if not asked:
        return ""
    troubles = []
    for one in asked:
        try:
            _store(checkpoint, one, _ask(checkpoint, one))
        except (OSError, Refused, ValueError) as trouble:
            logger.warning("the witness %s did not cosign: %s", one.verifier.name, trouble)
            troubles.append(one.verifier.name)
    write_checkpoint(checkpoint)
    told = f"{len(asked) - len(troubles)} of {len(asked)} witnesses cosigned"
    return f"{told}, not: {', '.join(troubles)}" if troubles else told


def _ask(checkpoint: Checkpoint, one: Witness) -> str:
    """The witness's line on the checkpoint. Raises OSError, ValueError, Refused."""
    newest = (
        Cosignature.objects.filter(witness=one.verifier.name, checkpoint__size__lt=checkpoint.size)
        .order_by("-checkpoint__size")
        .first()
    )
    old = newest.checkpoint_id if newest else 0
    for _ in range(2):
        status, kind, body = _post(one.url, _request(old, checkpoint))
        if status == 200:
            return body
        if status != 409 or kind.partition(";")[0] != SIZE_TYPE:
            raise ValueError(f"status {status}: {body[:200].strip()}")
        # It saw more, or less, than is known here: it says how much.
        old = int(body)
        if not 0 <= old <= checkpoint.size:
            raise ValueError(f"it has seen a tree of {old} leaves, and this one has {checkpoint.size}")
    raise ValueError("it does not stay at one size")


def _request(old: int, checkpoint: Checkpoint) -> bytes:
    proof = selectors.consistency(old, checkpoint.size) if 0 < old < checkpoint.size else []
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof)]
    return ("\n".join(lines) + f"\n\n{checkpoint.note}").encode()


def _post(url: str, body: bytes) -> tuple[int, str, str]:
    request = Request(  # noqa: S310 - an http address from the settings
        f"{url.rstrip('/')}/add-checkpoint", data=body, headers={"Content-Type": TEXT_TYPE}
    )
    try:
        with urlopen(request, timeout=PATIENCE) as told:  # noqa: S310
            return told.status, told.headers.get("Content-Type", ""), told.read(_MOST).decode()
    except HTTPError as told:
        with told:
            return told.code, told.headers.get("Content-Type", ""), told.read(_MOST).decode(errors="replace")


def _store(checkpoint: Checkpoint, one: Witness, lines: str) -> None:
    """Keep the line when it is right. Raises Refused."""
    whole = add_lines(checkpoint.note, lines, [one.verifier])
    line = whole.removeprefix(checkpoint.note)
    if not line:
        raise Refused("The witness's answer has no line of its key.")
    with transaction.atomic():
        Cosignature.objects.get_or_create(
            checkpoint=checkpoint,
            witness=one.verifier.name,
            defaults={"line": line, "on": clock.today()},
        )
    step("cosigned")
