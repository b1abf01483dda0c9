"""Every setting that the environment may give, in one list. docs/reference/settings.md explains each; a test demands it."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

from answerable.merkle.notes import Verifier
from answerable.merkle.refused import Refused

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
        "ANSWERABLE_DATA",
        "var",
        "The folder for the SQLite file, the secret key, pictures and collected static files.",
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
        "ANSWERABLE_PROJECT_SILENCE_DAYS",
        "30",
        "Days without a public word after which a project under way is shown as silent.",
    ),
    Setting(
        "ANSWERABLE_RESIDENTS_WORD_DAYS",
        "30",
        "Days that residents have to say whether a project is done, before it is shown as unconfirmed.",
    ),
    Setting(
        "ANSWERABLE_SESSIONS_A_MONTH",
        "12",
        "Listening sessions a village may have in a month: visits are a burden.",
    ),
    Setting("ANSWERABLE_PICTURE_MB", "12", "Megabytes that a picture may have on its way in."),
    Setting(
        "ANSWERABLE_PICTURE_MEGAPIXELS",
        "50",
        "Millions of pixels that are decoded of a JPEG; of PNG and WebP half as many.",
    ),
    Setting(
        "ANSWERABLE_IATI_ORG",
        "",
        "The programme's IATI organisation identifier; without it no IATI file of its own is published.",
    ),
    Setting("ANSWERABLE_IATI_ORG_TYPE", "10", "Its type in IATI's list of organisation types."),
    Setting(
        "ANSWERABLE_IATI_COUNTRY", "", "The country that its money is spent in: two letters of ISO 3166-1."
    ),
    Setting(
        "ANSWERABLE_IATI_SECTOR",
        "43040",
        "The DAC purpose code of what names none itself: rural development.",
    ),
    Setting("ANSWERABLE_EMERGENCY", "", "The local emergency number, shown where needs are told."),
    Setting(
        "ANSWERABLE_KEYS",
        "",
        "The folder for the keys that wrap secrets and sign receipts; outside every backup. Default: the data folder.",
    ),
    Setting(
        "ANSWERABLE_SIGNER",
        "",
        "The socket of the register's signer. Default: signer/socket in the data folder.",
    ),
    Setting(
        "ANSWERABLE_REGISTER_ORIGIN",
        "localhost/register",
        "The name of the register for ever: this instance's host and a path, without https://.",
    ),
    Setting(
        "ANSWERABLE_REGISTER_HOUR", "21", "The hour (UTC) at which a day's sealed leaves enter the register."
    ),
    Setting(
        "ANSWERABLE_KEEP_WORDS_DAYS",
        "0",
        "Days after its closing on which a matter's words and secret are erased; 0: they are kept.",
    ),
    Setting(
        "ANSWERABLE_WITNESSES",
        "",
        "Other instances that watch this register: verifier key, space, address; by commas. `none`: nobody does any more.",
    ),
    Setting("ANSWERABLE_CLOCK", "", "Demo only: a file whose ISO date is today."),
)
#: What libpq may be told in DATABASE_URL's query, beside `host` and `port`.
LIBPQ = (
    "application_name",
    "connect_timeout",
    "options",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "target_session_attrs",
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


def number(name: str, *, least: int = 0, most: int | None = None) -> int:
    """A whole number. Raises SettingRefused below `least` and above `most`."""
    try:
        value = int(text(name))
    except ValueError:
        raise SettingRefused(f"{name} must be a whole number, not {text(name)!r}") from None
    if value < least:
        raise SettingRefused(f"{name} must be at least {least}, not {value}")
    if most is not None and value > most:
        raise SettingRefused(f"{name} must be at most {most}, not {value}")
    return value


def coded(name: str, pattern: str, example: str) -> str:
    """A code of a fixed form, or nothing. Raises SettingRefused for anything else."""
    value = text(name)
    if value and not re.fullmatch(pattern, value):
        raise SettingRefused(f"{name} must be like {example}, not {value!r}")
    return value


def no_witnesses() -> bool:
    """Whether the operator says that nobody watches the register; a setting that is missing does not say so."""
    return text("ANSWERABLE_WITNESSES").strip() == "none"


def witnesses() -> list[tuple[str, str]]:
    """Verifier key and address of each witness of the register. Raises SettingRefused."""
    found = []
    given = "" if no_witnesses() else text("ANSWERABLE_WITNESSES")
    for one in filter(None, (part.strip() for part in given.split(","))):
        vkey, _, url = one.partition(" ")
        try:
            known = Verifier.parse(vkey).kind == "cosignature"
        except Refused:
            known = False
        if not known or not re.fullmatch(r"https?://[^\s,]+", url.strip()):
            raise SettingRefused(
                "ANSWERABLE_WITNESSES must be like name+1234abcd+AAAA= https://host/witness, with commas "
                f"between several, not {one[:120]!r}"
            )
        found.append((vkey, url.strip()))
    return found


def time_zone() -> str:
    """The name of the time zone. Raises SettingRefused when this machine knows none of that name."""
    name = text("ANSWERABLE_TIME_ZONE")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise SettingRefused(
            f"ANSWERABLE_TIME_ZONE must be a time zone such as Asia/Dhaka, not {name!r}"
        ) from None
    return name


def data_folder() -> Path:
    """The data folder, made when missing. Raises SettingRefused when it can't be."""
    folder = Path(text("ANSWERABLE_DATA"))
    if not folder.is_absolute():
        folder = Path.cwd() / folder
    return _made(folder, mode=0o750)


def keys_folder() -> Path:
    """The folder above that of the keys."""
    given = text("ANSWERABLE_KEYS")
    return Path(given).absolute() if given else data_folder()


def signer_socket(prefix: str = "") -> Path:
    """Where the register's signer listens."""
    given = text("ANSWERABLE_SIGNER")
    return Path(given).absolute() if given else data_folder() / f"{prefix}signer" / "socket"


def static_folder() -> Path:
    """Where static files are collected, made when missing: WhiteNoise warns of a folder that is not there."""
    return _made(data_folder() / "static")


def _made(folder: Path, mode: int = 0o777) -> Path:
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(folder, error) from None
    return folder


def _unusable(path: Path, error: OSError) -> SettingRefused:
    return SettingRefused(
        f"ANSWERABLE_DATA must be a folder that this user may write to; {path}: {error.strerror}"
    )


def secret_key() -> str:
    """The secret key: given, or made once and kept in the data folder, readable by its owner only."""
    if given := text("ANSWERABLE_SECRET_KEY"):
        return given
    path = data_folder() / "secret-key"
    try:
        if not path.exists():
            _make_key(path)
        key = path.read_text().strip()
    except OSError as error:
        raise _unusable(path, error) from None
    if not key:
        raise SettingRefused(f"{path} is empty. Remove it: a new key is made at the next start")
    return key


def _make_key(path: Path) -> None:
    """Write the key beside its place first: who finds the file finds it whole, and the first one made stays."""
    draft = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def database() -> dict[str, Any]:
    """Django's DATABASES entry for DATABASE_URL. Raises SettingRefused for one that can't be used."""
    url = text("DATABASE_URL")
    if not url:
        return _sqlite(str(data_folder() / "answerable.sqlite3"))
    try:
        parts = urlsplit(url)
        port = str(parts.port or "")
    except ValueError:  # its words may quote a password
        raise SettingRefused(
            "DATABASE_URL can't be read: postgresql://USER:PASSWORD@HOST:PORT/NAME, "
            "with signs such as @ : / ? # % in a name or password in percent form"
        ) from None
    if parts.scheme == "sqlite":
        path = unquote(parts.path[1:])
        if parts.netloc or parts.query or parts.fragment or not path or path.endswith("/"):
            raise SettingRefused(
                "DATABASE_URL must name a file: sqlite:////folder/file.sqlite3 (%23 and %3F stand for # and ?)"
            )
        return _sqlite(path)
    if parts.scheme in {"postgresql", "postgres"}:
        return _postgresql(parts, port)
    raise SettingRefused("DATABASE_URL must begin with postgresql:// or sqlite:///")


def _postgresql(parts: SplitResult, port: str) -> dict[str, Any]:
    name, query = unquote(parts.path[1:]), dict(parse_qsl(parts.query))
    if not name or parts.fragment:
        raise SettingRefused("DATABASE_URL must name a database: postgresql://USER@HOST:PORT/NAME")
    host, port = query.pop("host", unquote(parts.hostname or "")), query.pop("port", port)
    for key in query:
        if key not in LIBPQ:
            raise SettingRefused(
                f"DATABASE_URL: {key!r} is not known after the ?; known are host, port, {', '.join(LIBPQ)}"
            )
    if not query.get("connect_timeout", "0").isdecimal():
        raise SettingRefused("DATABASE_URL: connect_timeout must be a whole number of seconds")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        # Reconnecting on each request costs a factor of four to six (SCALE.md 2, lesson 3).
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


def _sqlite(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "answerable.config.sqlite",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # A deferred transaction that turns into a write ignores the timeout (SCALE.md 2, lesson 4).
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # The product asks some hundreds of different questions; those beyond the driver's 128 are prepared anew each time.
            "cached_statements": 512,
            # FULL: a receipt that was shown survives a power cut. secure_delete: what was erased is not in the file.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000; "
            "PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON; PRAGMA journal_size_limit=67108864;",
        },
    }


SQLITE_AT_LEAST = FIXED
