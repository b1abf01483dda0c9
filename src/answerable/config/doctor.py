"""What runs here and whether it can be trusted: one finding a line, each with what to do."""

from __future__ import annotations

import difflib
import os
import platform
import stat
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError
from django.utils.translation import to_locale

from answerable.kernel import clock
from answerable.safeguards import codes

from . import doctor_register, env
from .swap_sqlite import FIXED

Level = Literal["ok", "warn", "fail"]
#: OWASP's floor for Argon2id: 19 MiB and two passes.
FLOOR = (19_456, 2)
OLDEST_POSTGRESQL = 13
#: Up to so many postings the books are proved at once; more are left to the nightly check.
FEW_POSTINGS = 20_000
NIGHTLY = "Run `answerable books check` each night: docs/guides/operate.md."


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, what was found, and what to do where it is not well."""

    level: Level
    about: str
    found: str
    todo: str = ""


def examine() -> Iterator[Finding]:
    """Everything, in the order in which it should be mended."""
    for look in (
        _python,
        _settings,
        _secret_key,
        _data_folder,
        _exposure,
        _database,
        _migrations,
        _operator,
        _zone,
        _day,
        _code_cost,
        _static,
        _pictures,
        _books,
        _rollups,
        _register,
        _languages,
    ):
        try:
            yield from look()
        except Exception as error:
            yield Finding(
                "fail", _name(look), f"{type(error).__name__}: {error}", "Mend what is above first."
            )


def _name(look: Callable[[], object]) -> str:
    return look.__name__.strip("_").replace("_", " ")


def _python() -> Iterator[Finding]:
    yield Finding("ok", "Python", f"{platform.python_version()} ({sys.executable})")
    yield Finding("ok", "Django", django.get_version())


def _settings() -> Iterator[Finding]:
    given = [setting.name for setting in env.SETTINGS if os.environ.get(setting.name)]
    yield Finding("ok", "settings", f"{len(given)} given: {', '.join(given) or 'none, all defaults'}")
    for name in sorted(os.environ):
        if name.startswith("ANSWERABLE_") and name not in env.BY_NAME and name != "ANSWERABLE_CHROMIUM":
            near = difflib.get_close_matches(name, env.BY_NAME, n=1)
            todo = f"Did you mean {near[0]}?" if near else "See docs/reference/settings.md."
            yield Finding("warn", "settings", f"{name} is no setting, nothing reads it", todo)


def _secret_key() -> Iterator[Finding]:
    if os.environ.get("ANSWERABLE_SECRET_KEY"):
        if len(settings.SECRET_KEY) < 32:
            yield Finding(
                "fail", "secret key", f"only {len(settings.SECRET_KEY)} characters", "Give 50 random ones."
            )
        else:
            yield Finding("ok", "secret key", "given by the environment")
        return
    path = env.data_folder() / "secret-key"
    rights = stat.S_IMODE(path.stat().st_mode)
    if rights & 0o077:
        yield Finding("fail", "secret key", f"{path} can be read by others ({rights:o})", f"chmod 600 {path}")
    elif path.stat().st_size < 32:
        yield Finding(
            "fail",
            "secret key",
            f"{path} is too short",
            f"Remove {path}: a new one is made at the next start.",
        )
    else:
        yield Finding("ok", "secret key", f"{path}, readable by its owner only")


def _data_folder() -> Iterator[Finding]:
    folder = env.data_folder()
    if not os.access(folder, os.W_OK):
        yield Finding(
            "fail", "data folder", f"{folder} can't be written", "Give it to the user who runs this."
        )
    elif _database_file() and stat.S_IMODE(folder.stat().st_mode) & 0o007:
        yield Finding(
            "warn", "data folder", f"{folder} is open to every user of this machine", f"chmod o= {folder}"
        )
    else:
        yield Finding("ok", "data folder", str(folder))


def _database_file() -> Path | None:
    name = str(connection.settings_dict["NAME"])
    return Path(name) if connection.vendor == "sqlite" and not name.startswith(":") else None


def _exposure() -> Iterator[Finding]:
    beyond = [host for host in settings.ALLOWED_HOSTS if host not in {"127.0.0.1", "localhost", "[::1]"}]
    if settings.DEBUG:
        yield Finding(
            "fail" if beyond else "warn", "debug", "tracebacks are shown in pages", "Set ANSWERABLE_DEBUG=no."
        )
    if "*" in beyond:
        yield Finding("fail", "hosts", "every host name is answered", "Name the hosts in ANSWERABLE_HOSTS.")
    elif beyond and not settings.HTTPS:
        yield Finding(
            "warn",
            "hosts",
            f"{', '.join(beyond)} without TLS: passwords travel in clear",
            "Put TLS before it and set ANSWERABLE_HTTPS=yes.",
        )
    else:
        yield Finding("ok", "hosts", ", ".join(settings.ALLOWED_HOSTS))


def _database() -> Iterator[Finding]:
    if connection.vendor == "sqlite":
        yield from _sqlite()
    else:
        yield from _postgresql()


def _sqlite() -> Iterator[Finding]:
    from django.db.backends.sqlite3.base import Database  # type: ignore[attr-defined]

    module = Database.__name__.partition(".")[0]
    said = f"SQLite {Database.sqlite_version} (from {module})"
    if Database.sqlite_version_info < FIXED:
        wanted = ".".join(map(str, FIXED))
        yield Finding(
            "fail",
            "database",
            f"{said} can corrupt a WAL database; fixed in {wanted}",
            "Install requirements/runtime.txt.",
        )
        return
    yield Finding("ok", "database", f"{said}, with the fix of WAL databases")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
        cursor.execute("PRAGMA synchronous")
        level = cursor.fetchone()[0]
    where = connection.settings_dict["NAME"]
    if str(mode) != "wal" or level != 2:
        yield Finding(
            "warn",
            "database",
            f"{where} runs in mode {mode}, synchronous {level}",
            "Keep it on a local disk: WAL needs one.",
        )
    else:
        yield Finding("ok", "database", f"{where} opens; WAL, every commit reaches the disk")


def _postgresql() -> Iterator[Finding]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int, current_setting('synchronous_commit'), "
                "current_setting('server_encoding')"
            )
            number, commit, encoding = cursor.fetchone()
    except DatabaseError as error:
        first = str(error).strip().splitlines()[0]
        yield Finding(
            "fail", "database", f"PostgreSQL does not answer: {first}", "Start it, or correct DATABASE_URL."
        )
        return
    version = f"PostgreSQL {number // 10_000}.{number % 10_000}"
    if number // 10_000 < OLDEST_POSTGRESQL:
        yield Finding("fail", "database", f"{version} is too old", f"Use {OLDEST_POSTGRESQL} or later.")
    elif encoding != "UTF8":
        yield Finding(
            "fail", "database", f"{version} stores {encoding}", "Make the database with encoding UTF8."
        )
    elif commit not in {"on", "remote_apply", "remote_write"}:
        yield Finding(
            "warn",
            "database",
            f"{version} with synchronous_commit {commit}: a power cut loses what was shown as received",
            "Set it on.",
        )
    else:
        yield Finding("ok", "database", f"{version}, every commit reaches the disk")


def _migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        missing = ", ".join(sorted({migration.app_label for migration, _ in plan}))
        yield Finding("fail", "tables", f"{len(plan)} migrations wait ({missing})", "answerable migrate")
    else:
        yield Finding("ok", "tables", "up to date")


def _operator() -> Iterator[Finding]:
    from django.db.models import Q

    from answerable.access.models import Holding

    day = clock.today()
    filled = Holding.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)
    for role, todo in (
        ("operator", "answerable import posts; answerable password USERNAME"),
        ("focal-point", "Without one, sensitive matters can't be taken: answerable import posts."),
    ):
        count = filled.filter(post__role=role, staff__is_active=True).count()
        if count:
            yield Finding("ok", role, f"{count} filled today")
        else:
            yield Finding("warn", role, "nobody fills such a post today", todo)


def _zone() -> Iterator[Finding]:
    zone = settings.TIME_ZONE
    local = datetime.fromtimestamp(clock.now().timestamp(), ZoneInfo(zone)).strftime("%H:%M")
    if not os.environ.get("ANSWERABLE_TIME_ZONE"):
        yield Finding(
            "warn",
            "time zone",
            f"{zone}, where it is {local}",
            "Set ANSWERABLE_TIME_ZONE to the programme's.",
        )
    else:
        yield Finding("ok", "time zone", f"{zone}, where it is {local}")


def _day() -> Iterator[Finding]:
    today = clock.today()
    if settings.CLOCK_FILE:
        yield Finding(
            "warn", "day", f"{today}, from {settings.CLOCK_FILE}", "For a demo only: unset ANSWERABLE_CLOCK."
        )
    else:
        yield Finding("ok", "day", str(today))


def _code_cost() -> Iterator[Finding]:
    memory, passes = settings.CODE_MEMORY_KIB, settings.CODE_PASSES
    said = f"{memory // 1024} MiB, {passes} passes"
    if memory < FLOOR[0] or passes < FLOOR[1]:
        yield Finding(
            "fail",
            "tracking codes",
            f"{said}: below OWASP's floor",
            "Raise ANSWERABLE_CODE_MEMORY_KIB to 19456 and ANSWERABLE_CODE_PASSES to 2 at least.",
        )
        return
    start = time.perf_counter()
    codes.waste_time(codes.new_code(), codes.Cost(memory, passes))
    took = round((time.perf_counter() - start) * 1000)
    yield Finding(
        "ok", "tracking codes", f"Argon2id, {said}, {took} ms a try; OWASP's floor is 19 MiB, 2 passes"
    )


def _static() -> Iterator[Finding]:
    from django.contrib.staticfiles import finders

    wanted = {
        name
        for finder in finders.get_finders()
        for name, _ in finder.list(["*.po"])
        if not name.endswith("~")
    }
    missing = sorted(name for name in wanted if not (Path(settings.STATIC_ROOT) / name).exists())
    if missing:
        yield Finding(
            "fail",
            "static files",
            f"{len(missing)} of {len(wanted)} are not collected, such as {missing[0]}",
            "answerable collectstatic --noinput",
        )
    else:
        yield Finding("ok", "static files", f"{len(wanted)} in {settings.STATIC_ROOT}")


def _pictures() -> Iterator[Finding]:
    from answerable.evidence.models import Item
    from answerable.evidence.selectors import missing_files

    kept = Item.objects.filter(kind="picture", erased_on__isnull=True).count()
    missing = [item.digest for item in missing_files()]
    if missing:
        yield Finding(
            "fail",
            "pictures",
            f"{len(missing)} of {kept} are not whole in {settings.EVIDENCE_FOLDER}, such as {missing[0]}",
            "Restore the folder evidence/ from the backup of the same day as the database.",
        )
    else:
        yield Finding("ok", "pictures", f"{kept}, each whole, in {settings.EVIDENCE_FOLDER}")


def _books() -> Iterator[Finding]:
    from answerable.money.models import Entry, Posting
    from answerable.money.services import prove_books

    from .proof_kept import kept

    if not Entry.objects.exists():
        yield Finding("ok", "books", "nothing is entered yet")
        return
    last, differences, checked = kept(), 0, "not checked now: too many"
    if Posting.objects.order_by("pk")[FEW_POSTINGS : FEW_POSTINGS + 1].first() is None:
        differences, checked = len(prove_books().differences), "checked now"
    elif last is not None:
        differences, checked = last.differences, f"checked on {last.on}"
    if differences:
        yield Finding(
            "fail",
            "books",
            f"{differences} figures are not what the postings say ({checked})",
            "answerable books check names them.",
        )
    elif last is None:
        yield Finding("warn", "books", f"never checked at night ({checked})", NIGHTLY)
    elif (clock.today() - last.on).days > 2:
        yield Finding("warn", "books", f"checked last on {last.on}", NIGHTLY)
    else:
        yield Finding("ok", "books", f"every figure is what the postings say ({checked})")


def _rollups() -> Iterator[Finding]:
    from answerable.rollups.checking import open_differences
    from answerable.rollups.models import State

    state, todo = (
        State.objects.filter(pk=1).first(),
        "Run `answerable tick` each minute: docs/guides/operate.md.",
    )
    if state is None or not state.built:
        yield Finding("warn", "figures", "there are no sums: every figure is counted from the cases", todo)
    elif state.differing:
        found = open_differences()
        first = f", such as {found[0]} (kept {found[0].kept}, counted {found[0].counted})" if found else ""
        yield Finding(
            "fail",
            "figures",
            f"{state.differing} sums differ from the cases{first}; every figure is counted from the cases",
            "answerable rollups check names them, answerable rollups rebuild makes them anew.",
        )
    elif state.checked_on is None or (clock.today() - state.checked_on).days > 2:
        yield Finding("warn", "figures", f"the sums were proved last on {state.checked_on or 'no day'}", todo)
    else:
        yield Finding("ok", "figures", f"sums as of {state.day}, proved on {state.checked_on}")


def _register() -> Iterator[Finding]:
    for level, found, todo in doctor_register.examine():
        yield Finding(level, "register", found, todo)


def _languages() -> Iterator[Finding]:
    for code, name in settings.LANGUAGES:
        if code == settings.LANGUAGE_CODE:
            continue
        folder = Path(settings.LOCALE_PATHS[0]) / to_locale(code) / "LC_MESSAGES"
        compiled, source = folder / "django.mo", folder / "django.po"
        if not compiled.exists():
            yield Finding("fail", "languages", f"{name} ({code}) is not compiled", "scripts/compile-messages")
        elif source.exists() and source.stat().st_mtime > compiled.stat().st_mtime + 1:
            yield Finding(
                "warn",
                "languages",
                f"{name} ({code}) changed since it was compiled",
                "scripts/compile-messages",
            )
        else:
            yield Finding("ok", "languages", f"{name} ({code})")
