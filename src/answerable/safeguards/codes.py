"""Tracking codes: what a resident keeps instead of an account (TRUST.md A4).

Twenty digits, shown five by four: six that find the row, thirteen that only the holder knows, one
check digit (Damm, which finds every single wrong digit and every swap of neighbours). Digits work
in every script and on every keypad. What is stored: the first six in clear, and per row a random
salt with the Argon2id of the whole code; so a stolen table has to be attacked row by row.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from answerable.kernel.problem import Problem, gettext_noop

LOCATOR_DIGITS = 6
SECRET_DIGITS = 13
CODE_DIGITS = LOCATOR_DIGITS + SECRET_DIGITS + 1
#: OWASP Password Storage Cheat Sheet: Argon2id with at least 19 MiB and two passes.
FLOOR_MEMORY_KIB = 19 * 1024
FLOOR_PASSES = 2

#: A totally anti-symmetric quasigroup of order 10 (H. Michael Damm, 2004, table in chapter 7).
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


class CodeIncomplete(Problem):
    """Not twenty digits."""

    code = "code-incomplete"
    status = 422
    sentence = gettext_noop("A code has {wanted} digits; you gave {given}. Please look at your slip again.")


class CodeMistyped(Problem):
    """The check digit does not fit."""

    code = "code-mistyped"
    status = 422
    sentence = gettext_noop(
        "One digit of the code is wrong, or two are swapped. Please compare it with your slip."
    )


@dataclass(frozen=True)
class Cost:
    """What one Argon2id costs: memory in KiB and passes, one lane."""

    memory_kib: int
    passes: int

    def __post_init__(self) -> None:
        if self.memory_kib < FLOOR_MEMORY_KIB or self.passes < FLOOR_PASSES:
            raise ValueError("a tracking code must not be hashed below 19 MiB and two passes")

    def __str__(self) -> str:
        return f"{self.memory_kib}:{self.passes}"

    @classmethod
    def read(cls, text: str) -> Cost:
        """The cost that a stored row names."""
        memory, _, passes = text.partition(":")
        return cls(int(memory), int(passes))


@dataclass(frozen=True)
class StoredCode:
    """What is kept of a code."""

    locator: str
    salt: bytes
    hash: bytes
    cost: Cost


def check_digit(digits: str) -> str:
    """The Damm check digit of a string of digits."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return str(interim)


def new_code() -> str:
    """A fresh code of twenty digits, from the system's random source."""
    body = "".join(str(secrets.randbelow(10)) for _ in range(LOCATOR_DIGITS + SECRET_DIGITS))
    return body + check_digit(body)


def shown(code: str) -> str:
    """The code in groups of four."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))


def read_code(typed: str) -> str:
    """The twenty digits in what was typed: any script's digits, any spaces or dashes between.

    Raises CodeIncomplete, CodeMistyped.
    """
    digits = "".join(str(unicodedata.digit(char)) for char in typed[:200] if char.isdigit())
    if len(digits) != CODE_DIGITS:
        raise CodeIncomplete(field="code", wanted=CODE_DIGITS, given=len(digits))
    if check_digit(digits[:-1]) != digits[-1]:
        raise CodeMistyped(field="code")
    return digits


def locator_of(code: str) -> str:
    """The part that finds the row."""
    return code[:LOCATOR_DIGITS]


_ahead: dict[tuple[str, Cost], Future[StoredCode]] = {}


@contextmanager
def hashed_ahead(wanted: Iterable[str], cost: Cost, *, threads: int = 2) -> Iterator[None]:
    """Hash codes beforehand, in threads beside the work; inside the block `store` and `fits` need not again.

    For bulk work that makes its own codes and opens them at once (the demo). At the end all is forgotten.
    """
    with ThreadPoolExecutor(threads) as pool:
        try:
            _ahead.update({(code, cost): pool.submit(_store, code, cost) for code in wanted})
            yield
        finally:
            _ahead.clear()
            pool.shutdown(cancel_futures=True)


def store(code: str, cost: Cost) -> StoredCode:
    """What to keep of a code. Takes as long as the cost says, on purpose (about 0.2 s by default)."""
    waiting = _ahead.get((code, cost))
    return waiting.result() if waiting else _store(code, cost)


def _store(code: str, cost: Cost) -> StoredCode:
    salt = secrets.token_bytes(16)
    return StoredCode(locator=locator_of(code), salt=salt, hash=_hash(code, salt, cost), cost=cost)


def fits(code: str, kept: StoredCode) -> bool:
    """True when the code is the kept one; takes as long as `store`."""
    if waiting := _ahead.get((code, kept.cost)):
        return waiting.result() == kept
    return hmac.compare_digest(_hash(code, kept.salt, kept.cost), kept.hash)


def waste_time(code: str, cost: Cost) -> None:
    """Spend what a comparison costs, so that an unknown locator answers no faster than a wrong secret."""
    _hash(code, b"\0" * 16, cost)


def _hash(code: str, salt: bytes, cost: Cost) -> bytes:
    derive = Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=1, memory_cost=cost.memory_kib)
    return derive.derive(code.encode())
