"""check-receipt and check-promise: what somebody with a slip can prove, offline."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from answerable.kernel import clock
from answerable.kernel.files import write_whole
from answerable.merkle import commitments
from answerable.merkle.canonical import canonical, parse
from answerable.merkle.copies import Copy
from answerable.merkle.hashing import leaf_hash
from answerable.merkle.notes import Verifier
from answerable.merkle.policy import Policy, TooFewWitnesses
from answerable.merkle.promises import is_promise, parse_promise
from answerable.merkle.proof_files import ProofFile
from answerable.merkle.proofs import inclusion_proof, verify_inclusion
from answerable.merkle.refused import Refused
from answerable.merkle.tiles import TileNodes

from .common import (
    CANNOT_SAY,
    WELL,
    WRONG,
    CannotSay,
    checkpoint_note,
    checkpoint_of,
    intake_key,
    key_options,
    policy_for,
    say,
)
from .copies import hash_of, index_of


def add_to(commands: Any) -> None:
    """Their words."""
    made = commands.add_parser(
        "check-receipt", help="whether a proof file shows that a leaf stands in the log"
    )
    made.add_argument("files", nargs="+", type=Path, metavar="FILE")
    made.add_argument("--leaf", metavar="HASH", help="the leaf's hash, where the file does not open it")
    made.add_argument("--log", metavar="URL|FOLDER", help="a log or copy whose policy counts")
    key_options(made)
    made.set_defaults(work=_check_receipts)
    made = commands.add_parser("check-promise", help="whether what a slip promised was kept")
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument("log", metavar="LOG", help="the log's address, or a copy's folder")
    made.add_argument(
        "--intake-key", metavar="VKEY", help="the key that signs promises (default: the log's policy)"
    )
    made.add_argument(
        "--evidence", type=Path, default=Path("promise-evidence.txt"), help="where a broken one is written"
    )
    key_options(made)
    made.set_defaults(work=_check_promise)


def _check_receipts(given: argparse.Namespace) -> int:
    if given.leaf is not None:
        hash_of(given.leaf)
    policy, worst = policy_for(given, given.log), WELL
    for path in given.files:
        try:
            data = path.read_bytes()
            if is_promise(data):
                raise CannotSay(
                    "This is a promise, not a proof. Whether it was kept: answerable register check-promise "
                    f"{path} LOG (the log's address, or a copy's folder)."
                )
            for line in _receipt(data, given.leaf, policy):
                say(f"{path}: {line}")
        except Refused as why:
            say(f"{path}: INVALID: {why}")
            worst = WRONG
        except (OSError, CannotSay) as why:
            say(f"{path}: {why}")
            worst = worst or CANNOT_SAY
    return worst


def _receipt(data: bytes, leaf: str | None, policy: Policy) -> list[str]:
    proof = ProofFile.parse(data)
    opened: dict[str, Any] = {}
    if leaf is not None:
        digest = hash_of(leaf)
    elif proof.extra is not None:
        digest, opened = _opened(proof.extra)
    else:
        raise CannotSay("The file does not open its leaf. Give the leaf's hash: --leaf HASH.")
    try:
        seen = proof.verify(digest, policy)
    except TooFewWitnesses as why:
        proof.verify(digest, replace(policy, quorum="none"))  # Refused when it is more than that
        raise CannotSay(
            f"Leaf {proof.index} is included in a tree that the log signed, but enough of the policy's witnesses did "
            f"not cosign that checkpoint: perhaps it is from before they were asked. Get a newer proof. ({why})"
        ) from None
    by = f", seen by {', '.join(seen.witnesses)}" if seen.witnesses else ""
    told = [f"VALID: leaf {proof.index} of {seen.checkpoint.size:,} of {seen.checkpoint.origin}{by}."]
    if opened:
        shown = "; ".join(f"{name} {value}" for name, value in opened.items())
        told.append(f"It says: {shown}.")
    return told + ([seen.warning] if seen.warning else [])


def _opened(extra: bytes) -> tuple[bytes, dict[str, Any]]:
    """The hash of the leaf that was made from what the file opens, and what that says."""
    told = parse(extra)
    try:
        record, salt = told["record"], bytes.fromhex(told["leaf_salt"])
        entry = commitments.sealed_entry(commitments.commit(salt, canonical(record)))
        said = {"day": record["at"], "kind": record["kind"]}
        for name, opening in told.get("fields", {}).items():
            commitments.check_field(canonical(record), name, opening["value"], bytes.fromhex(opening["salt"]))
            said[name] = opening["value"]
    except (KeyError, TypeError, AttributeError, ValueError) as why:
        if isinstance(why, Refused):
            raise
        raise Refused("What should open the leaf can't be read.") from None
    return leaf_hash(entry), said


def _check_promise(given: argparse.Namespace) -> int:
    note = checkpoint_note(given.log)
    keys = policy_for(given, given.log).logs
    checkpoint = checkpoint_of(note, keys)
    key = Verifier.parse(given.intake_key) if given.intake_key else intake_key(given.policy or given.log)
    text = given.file.read_bytes().decode(errors="replace")
    try:
        told = parse_promise(given.file.read_bytes(), key)
        if told.origin != checkpoint.origin:
            raise Refused(f"The promise is of {told.origin}, and this log is {checkpoint.origin}.")
    except Refused as why:
        say(f"INVALID: {why}")
        return WRONG
    copy = Copy.at(given.log)
    nodes = TileNodes(lambda name: copy.full_or(name, name.partition(".p/")[0]), checkpoint.size)
    index = index_of(nodes, told.leaf_hash)
    if index is not None:
        proof = inclusion_proof(index, checkpoint.size, nodes)
        verify_inclusion(index, checkpoint.size, told.leaf_hash, proof, checkpoint.root)
        say(f"KEPT: it is leaf {index} of {checkpoint.size:,} of {checkpoint.origin}.")
        return WELL
    until = told.deadline.strftime("%Y-%m-%d %H:%M UTC")
    if clock.now() <= told.deadline:
        say(f"NOT YET DUE: it is not in the log; that was promised by {until}.")
        return WELL
    if (taken := _taken(given.log)) is not None and taken <= told.deadline:
        raise CannotSay(f"The copy is older than the promise's deadline, {until}: mirror it again first.")
    evidence = f"{text.rstrip()}\n\n--- the log after the deadline, without that leaf ---\n\n{note}"
    write_whole(given.evidence, evidence.encode())
    say(
        f"BROKEN: by {until} the leaf had to be in the log, and none of its {checkpoint.size:,} leaves is it."
    )
    say(
        f"The signed promise and the signed log are in {given.evidence}: evidence of misconduct, for whoever it is shown."
    )
    return WRONG


def _taken(source: str) -> datetime | None:
    """When a copy in a folder was taken, by its file; None for an address."""
    if source.startswith(("http://", "https://")):
        return None
    return datetime.fromtimestamp((Path(source) / "checkpoint").stat().st_mtime, UTC)
