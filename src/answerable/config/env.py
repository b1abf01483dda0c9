"""Every setting that the environment may give, in one list. docs/reference/settings.md explains each; a test demands it."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from .swap_sqlite import FIXED


@dataclass(frozen=True)
class Setting:
    """One environment variable, its default and what it is for."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting(
        "DATABASE_URL",
        "",
        "The database: postgresql://... or sqlite:///PATH. Default: SQLite in the data folder.",
    ),
    Setting(
        "ANSWERABLE_DATA", "var", "The folder for the SQLite file, the secret key and collected static files."
    ),
    Setting(
        "ANSWERABLE_SECRET_KEY",
        "",
        "Signs sessions and seals form tokens. Default: made once, kept in the data folder.",
    ),
    Setting(
        "ANSWERABLE_HOSTS", "127.0.0.1,localhost,[::1]", "Host names this instance answers to, by commas."
    ),
    Setting("ANSWERABLE_HTTPS", "no", "yes behind TLS: secure cookies and strict transport security."),
    Setting("ANSWERABLE_DEBUG", "no", "yes shows tracebacks in pages; never on a public server."),
    Setting("ANSWERABLE_TIME_ZONE", "UTC", "The programme's time zone: it decides what day it is."),
    Setting("ANSWERABLE_NAME", "Answerable", "The programme's name in the page head."),
    Setting(
        "ANSWERABLE_CODE_MEMORY_KIB",
        "65536",
        "Memory of one Argon2id of a tracking code; not below 19456 (OWASP).",
    ),
    Setting("ANSWERABLE_CODE_PASSES", "3", "Passes of one Argon2id of a tracking code; not below 2 (OWASP)."),
    Setting(
        "ANSWERABLE_TRIES_A_MINUTE",
        "120",
        "Tracking codes tried in a minute, by everybody together, before new tries must wait.",
    ),
    Setting(
        "ANSWERABLE_SESSIONS_A_MONTH",
        "12",
        "Listening sessions a village may have in a month: visits are a burden.",
    ),
    Setting("ANSWERABLE_EMERGENCY", "", "The local emergency number, shown where needs are told."),
    Setting("ANSWERABLE_CLOCK", "", "Demo only: a file whose ISO date is today."),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}
PROJECT = Path(__file__).resolve().parents[3]


class SettingRefused(ValueError):
    """An environment variable that can't be used, with what to write instead."""


def text(name: str) -> str:
    """The variable's value, or its default."""
    return os.environ.get(name) or BY_NAME[name].default


def flag(name: str) -> bool:
    """Yes or no. Raises SettingRefused for anything else."""
    value = text(name).lower()
    if value not in {"yes", "no"}:
        raise SettingRefused(f"{name} must be yes or no, not {value!r}")
    return value == "yes"


def number(name: str, *, least: int = 0) -> int:
    """A whole number. Raises SettingRefused below `least`."""
    try:
        value = int(text(name))
    except ValueError:
        raise SettingRefused(f"{name} must be a whole number, not {text(name)!r}") from None
    if value < least:
        raise SettingRefused(f"{name} must be at least {least}, not {value}")
    return value


def data_folder() -> Path:
    """The data folder, made when missing."""
    folder = Path(text("ANSWERABLE_DATA"))
    if not folder.is_absolute():
        folder = Path.cwd() / folder
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    return folder


def secret_key() -> str:
    """The secret key: given, or made once and kept in the data folder, readable by its owner only."""
    if given := text("ANSWERABLE_SECRET_KEY"):
        return given
    path = data_folder() / "secret-key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        key = secrets.token_urlsafe(48)
        file.write(key)
    return key


def database() -> dict[str, Any]:
    """Django's DATABASES entry for DATABASE_URL. Raises SettingRefused for an unknown form."""
    url = text("DATABASE_URL") or f"sqlite:///{data_folder() / 'answerable.sqlite3'}"
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path[1:]) or ":memory:")
    if parts.scheme in {"postgresql", "postgres"}:
        query = parse_qs(parts.query)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.get("host", [parts.hostname or ""])[0],
            "PORT": str(parts.port or ""),
            # Reconnecting on each request costs a factor of four to six (SCALE.md 2, lesson 3).
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {},
        }
    raise SettingRefused(f"DATABASE_URL must begin with postgresql:// or sqlite:///, not {parts.scheme}://")


def _sqlite(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "answerable.config.sqlite",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # A deferred transaction that turns into a write ignores the timeout (SCALE.md 2, lesson 4).
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # FULL: a receipt that was shown survives a power cut.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000; "
            "PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;",
        },
    }


SQLITE_AT_LEAST = FIXED
