"""Witnesses, both ways: others see this log, and this instance sees theirs (C2SP tlog-witness)."""

from __future__ import annotations

import base64
import logging
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from django.db import transaction

from answerable.kernel import clock
from answerable.kernel.files import write_whole
from answerable.merkle.cosigning import add_lines
from answerable.merkle.refused import Refused
from answerable.merkle.witnessing import SIZE_TYPE, TEXT_TYPE

from . import selectors, signing
from .machinery import step
from .models import Checkpoint, Cosignature
from .policies import Witness, witnesses
from .publishing import folder, write_checkpoint
from .signer.keys import origin_digest

logger = logging.getLogger(__name__)
#: Seconds that another instance may take.
PATIENCE = 15
_MOST = 10_000
CONFLICT = ".conflict-"


class WitnessConflict(RuntimeError):
    """A witness saw another tree than this one: one of the two is a fork. An alarm."""


class _Another(Exception):
    """The same, of one witness, before it was kept."""


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
    """Show the latest checkpoint to each witness that has not seen it; say how it went. Empty: nothing was to do.

    Before it, the one of the week, to those that were away when it was made: notice boards show it for days, and a
    witness cosigns nothing smaller than what it saw. Raises WitnessConflict, after all were asked.
    """
    latest = selectors.latest_checkpoint()
    board = selectors.board_checkpoint()
    if latest is None:
        return ""
    if board is not None and board.size < latest.size:
        saw_more = Cosignature.objects.filter(checkpoint__size__gte=board.size)
        _ask_each(board, set(saw_more.values_list("witness", flat=True)))
    return _ask_each(latest, set(latest.cosignatures.values_list("witness", flat=True)))


def _ask_each(checkpoint: Checkpoint, have: set[str]) -> str:
    asked = [one for one in witnesses() if one.verifier.name not in have]
    if not asked:
        return ""
    troubles, conflicts = [], []
    for one in asked:
        try:
            _store(checkpoint, one, _ask(checkpoint, one))
        except _Another as why:
            conflicts.append(_keep(checkpoint, one, str(why)))
        except (OSError, Refused, ValueError) as trouble:
            logger.warning("the witness %s did not cosign: %s", one.verifier.name, trouble)
            troubles.append(one.verifier.name)
    if checkpoint == selectors.latest_checkpoint():
        write_checkpoint(checkpoint)
    if conflicts:
        raise WitnessConflict("; ".join(conflicts))
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
        if status == 422:
            raise _Another(
                f"says that {checkpoint.size:,} leaves do not continue the tree of {old:,} leaves that it saw"
            )
        if status != 409 or kind.partition(";")[0] != SIZE_TYPE:
            raise ValueError(f"status {status}: {body[:200].strip()}")
        # It saw more, or less, than is known here: it says how much.
        before, old = old, int(body)
        if old == before == checkpoint.size:
            raise _Another(f"holds another tree of {old:,} leaves")
        if old > checkpoint.size and not Checkpoint.objects.filter(size__gte=old).exists():
            raise _Another(f"has seen a tree of {old:,} leaves, and this one has {checkpoint.size:,}")
        if not 0 <= old <= checkpoint.size:
            raise ValueError(f"it has seen a tree of {old} leaves, and this one has {checkpoint.size}")
    raise ValueError("it does not stay at one size")


def conflicts() -> list[str]:
    """What witnesses held against this log, a sentence each, until the operator takes the files away."""
    return [path.read_text().partition("\n")[0] for path in sorted(folder().glob(f"{CONFLICT}*"))]


def _keep(checkpoint: Checkpoint, one: Witness, why: str) -> str:
    """Keep this log's note and the witness's; the sentence. What was kept first stays."""
    path = folder() / f"{CONFLICT}{checkpoint.size}-{one.verifier.key_id.hex()}.txt"
    told = f"The witness {one.verifier.name} {why}: possibly a fork. Both notes are in {path}"
    logger.error("%s", told)
    if not path.exists():
        origin = checkpoint.note.partition("\n")[0]
        try:
            address = f"{one.url.rstrip('/')}/{origin_digest(origin)}/checkpoint"
            with urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310 - an http address from the settings
                theirs = answer.read(_MOST).decode(errors="replace")
        except (OSError, ValueError) as trouble:
            theirs = f"It could not be fetched: {trouble}. Ask the witness's operator.\n"
        text = f"{told}\n\n--- this log's note, which was refused ---\n\n{checkpoint.note}\n"
        write_whole(
            path, f"{text}--- the note that the witness cosigned last ---\n\n{theirs}".encode(), mode=0o600
        )
    return told


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
