"""The secrets of matters: 32 bytes each, wrapped under a key outside the database (TRUST.md A2, A3).

The wrapping keys are files of the data folder, `keys/wrapping-1` and so on; the newest wraps. Rotation wraps every
secret anew and destroys the old key, so that old dumps of the table stop opening.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connection

from .models import Secret

LENGTH = 32
_NONCE = 12
_FIRST = 1


class SecretLost(RuntimeError):
    """A secret can't be unwrapped: its key is gone or may not be used, or the row was changed."""


def folder() -> Path:
    """Where the wrapping keys lie."""
    return Path(settings.KEYS_FOLDER)


def newest() -> int:
    """The number of the key that wraps; the first one is made when there is none. Raises SecretLost.

    Where secrets are wrapped already, a first key is not made: it would hide that theirs is gone.
    """
    where = folder()
    try:
        return _newest(where, where.stat().st_mtime_ns)
    except (FileNotFoundError, NoKey):
        wrapping = Secret.objects.values_list("wrapping", flat=True).first()
        if wrapping is not None:
            raise SecretLost(_gone(where / f"wrapping-{wrapping}")) from None
        make_key(_FIRST)
        return _FIRST


def numbers() -> list[int]:
    """The numbers of the keys that are there, oldest first."""
    found = (path.name.rpartition("-")[2] for path in folder().glob("wrapping-*"))
    return sorted(int(number) for number in found if number.isdecimal())


def troubles() -> list[str]:
    """What is wrong with the wrapping keys, those included that a secret needs; a sentence each."""
    told = []
    for number in sorted({*numbers(), *Secret.objects.values_list("wrapping", flat=True).distinct()}):
        try:
            cipher(number)
        except SecretLost as why:
            told.append(str(why))
    return told


class NoKey(LookupError):
    """There is no wrapping key yet."""


@lru_cache(maxsize=2)
def _newest(where: Path, _stamp: int) -> int:
    found = numbers()
    if not found:
        raise NoKey
    return found[-1]


def make_key(number: int) -> None:
    """Make a wrapping key, readable by its owner only; one that is there stays."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder() / f"wrapping-{number}"
    made = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(LENGTH))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(made, path)
    except FileExistsError:
        pass
    finally:
        made.unlink()


@lru_cache(maxsize=8)
def _cipher(path: Path, _stamp: int) -> AESGCM:
    key = path.read_bytes()
    if len(key) != LENGTH:
        raise SecretLost(
            f"{path} has {len(key)} bytes, a wrapping key has {LENGTH}: bring it back from its copy"
        )
    return AESGCM(key)


def cipher(number: int) -> AESGCM:
    """The key of that number, ready to use. Raises SecretLost: its file is gone, damaged, or open to others."""
    path = folder() / f"wrapping-{number}"
    try:
        found = path.stat()
        rights = stat.S_IMODE(found.st_mode)
        if rights & 0o077:
            raise SecretLost(
                f"{path} can be read by others ({rights:o}): chmod 600, then answerable secrets rotate"
            )
        return _cipher(path, found.st_mtime_ns)
    except FileNotFoundError:
        raise SecretLost(_gone(path)) from None
    except PermissionError:
        raise SecretLost(f"{path} can't be read by this user") from None


def _gone(path: Path) -> str:
    return f"the wrapping key {path.name} is not in {path.parent}/: bring it back from its copy"


def _about(matter: int) -> bytes:
    return b"answerable/secret/v1\0" + str(matter).encode()


def wrap(matter: int, secret: bytes, number: int) -> bytes:
    """The secret under a wrapping key, bound to its matter: two rows can't be swapped."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + cipher(number).encrypt(nonce, secret, _about(matter))


def unwrap(row: Secret) -> bytes:
    """The secret of a row. Raises SecretLost."""
    try:
        wrapped = bytes(row.wrapped)
        return cipher(row.wrapping).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], _about(row.matter))
    except (InvalidTag, TypeError, ValueError):
        raise SecretLost(f"the secret of matter {row.matter} does not open with its key") from None


def secrets_of(matters: Iterable[int]) -> Mapping[int, bytes]:
    """The secrets that are there, by matter. One query for 500.

    Each act on a matter asks this: without the model's machinery it takes a quarter of the time.
    """
    wanted = sorted(set(matters))
    found: dict[int, bytes] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            places = ", ".join(["%s"] * len(some))
            cursor.execute(
                f"SELECT matter, wrapping, wrapped FROM register_secret WHERE matter IN ({places})",  # noqa: S608 - placeholders
                some,
            )
            for matter, wrapping, wrapped in cursor.fetchall():
                found[matter] = unwrap(Secret(matter=matter, wrapping=wrapping, wrapped=wrapped))
    return found


def make_secrets(matters: Iterable[int]) -> Mapping[int, bytes]:
    """New secrets for matters that have none, inside the caller's transaction."""
    number = newest()
    made = {matter: secrets.token_bytes(LENGTH) for matter in matters}
    Secret.objects.bulk_create(
        [Secret(matter=m, wrapping=number, wrapped=wrap(m, secret, number)) for m, secret in made.items()],
        batch_size=500,
    )
    return made
