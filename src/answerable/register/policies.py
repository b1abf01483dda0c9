"""The policy that readers pin: which keys sign this log, which witnesses see it, how many of them are enough."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.db import transaction

from answerable.kernel.files import write_whole
from answerable.merkle.notes import Verifier

from . import receipts, selectors, signing
from .machinery import tell
from .models import Event
from .publishing import folder
from .signer.keys import KeyTrouble


class OriginDiffers(RuntimeError):
    """ANSWERABLE_REGISTER_ORIGIN is not the name of the log that is here: whatever were written would not fit it."""


@dataclass(frozen=True)
class Witness:
    """A witness of this log: its key, and where it is asked."""

    verifier: Verifier
    url: str


def witnesses() -> list[Witness]:
    """Those that ANSWERABLE_WITNESSES names."""
    return [Witness(Verifier.parse(vkey), url) for vkey, url in settings.REGISTER_WITNESSES]


def check_origin() -> None:
    """Raise OriginDiffers when the setting names another log than the newest checkpoint or the signer does.

    To be asked before anything is written or judged. A signer that does not answer says nothing here.
    """
    name, latest = settings.REGISTER_ORIGIN, selectors.latest_checkpoint()
    known = {}
    if latest is not None:
        known["the newest checkpoint"] = latest.note.partition("\n")[0]
    with suppress(signing.SignerAway, signing.SignerRefused, KeyTrouble):
        known["the signer"] = signing.state().origin
    for who, origin in known.items():
        if origin != name:
            raise OriginDiffers(
                f"ANSWERABLE_REGISTER_ORIGIN is {name} here, and {who} is of {origin}. Nothing was done: "
                f"set ANSWERABLE_REGISTER_ORIGIN={origin}"
            )


def forgotten() -> str:
    """A sentence when the log names witnesses and no setting does: perhaps a shell without the settings."""
    last = _last_body("register.witness-policy")
    if settings.REGISTER_WITNESSES or settings.REGISTER_NO_WITNESSES or last is None or not last.get("count"):
        return ""
    return (
        f"ANSWERABLE_WITNESSES is not set here, and the log names {last['count']}: none is asked, and the policy stays "
        "as it is. If the log is to have none any more: ANSWERABLE_WITNESSES=none"
    )


def enough(count: int) -> int:
    """How many of so many witnesses make a quorum: two thirds, so that some may be away and some may lie."""
    return -(-2 * count // 3)


def text(log: Sequence[str]) -> str:
    """The policy (C2SP tlog-policy). The intake's key stands in a comment: the standard has no line for it."""
    named = witnesses()
    lines = ["# Who signs this register, who watches it, and how many of those are enough."]
    lines += [f"log {vkey}" for vkey in log]
    lines += [f"#intake {receipts.intake_key().vkey}"]
    names = [f"w{number}" for number in range(1, len(named) + 1)]
    lines += [f"witness {name} {one.verifier.vkey} {one.url}" for name, one in zip(names, named, strict=True)]
    if names:
        lines += [f"group witnesses {enough(len(names))} {' '.join(names)}", "quorum witnesses"]
    else:
        lines += ["quorum none"]
    return "".join(f"{line}\n" for line in lines)


def write() -> None:
    """Put the policy beside the checkpoint when it changed. Raises signing.SignerAway, signing.SignerRefused."""
    path = folder() / "policy"
    if forgotten() and path.exists():
        return
    told = text([vkey for vkey, _ in signing.state().log]).encode()
    if not path.exists() or path.read_bytes() != told:
        folder().mkdir(parents=True, exist_ok=True)
        write_whole(path, told)


def tell_changes() -> str:
    """Record, in the open, that another key signs from now on, or that the witnesses are others; say the latter.

    Raises signing.SignerAway, signing.SignerRefused.
    """
    state = signing.state()
    _tell_keys(state.log)
    return forgotten() or _tell_witnesses()


def _tell_keys(log: Sequence[tuple[str, str]]) -> None:
    if len(log) < 2:
        return
    (old, until), (new, _) = log[-2], log[-1]
    new_key = _key_code(new)
    with transaction.atomic():
        last = _last_body("register.key-rotated")
        if last is None or last.get("new") != new_key:
            tell("register.key-rotated", old=_key_code(old), new=new_key, until=until)


def _tell_witnesses() -> str:
    named = witnesses()
    said = "".join(f"{one.verifier.vkey}\n" for one in named)
    digest = f"sha256:{sha256(said.encode()).hexdigest()}"
    with transaction.atomic():
        last = _last_body("register.witness-policy")
        if (last is None and named) or (last is not None and last.get("keys") != digest):
            tell("register.witness-policy", keys=digest, count=len(named), quorum=enough(len(named)))
            return f"from now on the log names {len(named)} witness{'' if len(named) == 1 else 'es'}"
    return ""


def _last_body(kind: str) -> dict[str, object] | None:
    event = Event.objects.filter(kind=kind).order_by("-pk").first()
    return event.body if event else None


def _key_code(vkey: str) -> str:
    """Key id and key without the name, which may be longer than an event's values."""
    return vkey.split("+", 1)[1]
