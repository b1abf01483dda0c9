"""The `answerable` command: the product's commands, and Django's where they don't go round its rules."""

from __future__ import annotations

import os
import sys

#: What one reads without arguments. It needs no settings: they may be what hinders.
COMMANDS = {
    "migrate": "make the database's tables, or bring them up to date",
    "import": "take in files: areas, staff, posts, subjects, feedback ...",
    "export": "write projects, books and facts for others' programs: IATI, Beancount, ledger, CSV, Parquet",
    "password": "give a member of staff a password",
    "serve": "serve the pages until Ctrl-C",
    "tick": "do what is due: nudges, going up a level, windows that close",
    "books": "prove the books' sums from their postings, each night",
    "simulate": "fill an empty database with a generated province, for measuring",
    "handover": "verify the signed file of a dossier",
    "report": "write the report of a year of places, as PDF",
    "rollups": "fold, prove and remake the sums behind figures",
    "audit": "hold every row against the register and the register against its signature, each night",
    "draw": "verify a draw of what is checked, from its published file",
    "register": "copy, check, compare and prove the public record; run it and its signer",
    "erase": "erase a matter's words and what opens its leaves: by a court's order, or because it was no matter",
    "secrets": "dump, load and rotate what opens the leaves of matters",
    "backup": "copy SQLite's database without those secrets",
    "doctor": "say what runs here, what is wrong with it, and what to do",
    "demo": "make a fictional programme and serve it on this machine",
    "collectstatic": "collect styles and icons for a proxy; serve does so itself",
    "dbshell": "the database's own shell",
}
#: Django's commands that write past the rules, with no right and no event, or that only seem to serve.
INSTEAD = {
    "changepassword": "answerable password USERNAME",
    "createsuperuser": "answerable import staff, then answerable import posts and answerable password USERNAME",
    "flush": "an empty database: the record of this one stays",
    "loaddata": "answerable import",
    "runserver": "answerable serve",
    "testserver": "answerable demo",
}
TABLES_MISSING = "The tables are missing or old: run `answerable migrate`."
#: What SQLite says when the file, not the question, is the trouble.
FILE_TROUBLES = ("unable to open database file", "database is locked", "readonly database", "disk")


def main() -> None:
    """Run one command; what hinders it is said in one sentence."""
    try:
        try:
            _run(sys.argv[1:])
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _run(words: list[str]) -> None:
    first = words[0] if words else "help"
    if first in {"help", "-h", "--help"} and len(words) < 2:
        sys.stdout.write(_overview())
        return
    if first in INSTEAD:
        sys.exit(f"answerable: {first} goes round the rules of this product. Use instead: {INSTEAD[first]}.")
    if first == "register":
        # A stranger's commands need no settings and no database, and the signer must not have them.
        sys.exit(_register(words[1:]))
    if first == "draw":
        # Whoever draws again needs neither.
        from answerable.config.drawing import main as draw

        sys.exit(draw(words[1:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "answerable.config.settings")
    from answerable.config.demo.environment import prepare
    from answerable.config.env import SettingRefused

    if first == "demo" and "--here" not in words:
        prepare()
    try:
        from django.core.management import execute_from_command_line
        from django.db.utils import DatabaseError

        try:
            execute_from_command_line(["answerable", *words])
        except DatabaseError as error:
            if "--traceback" in words or not (why := _why(error)):
                raise
            sys.exit(f"answerable: {why}")
    except SettingRefused as refusal:
        # `doctor` can't come further either, so it says this one finding.
        sys.exit(f"fail  settings        {refusal}" if first == "doctor" else f"answerable: {refusal}")


def _register(words: list[str]) -> int:
    from answerable.config.env import SettingRefused
    from answerable.config.registering import main

    try:
        return main(words)
    except SettingRefused as refusal:
        sys.stderr.write(f"answerable: {refusal}\n")
    except Exception as error:
        if "django.db" not in sys.modules or not (why := _database_trouble(error)):
            raise
        sys.stderr.write(f"answerable: {why}\n")
    return 1


def _database_trouble(error: Exception) -> str:
    from django.db.utils import DatabaseError

    return _why(error) if isinstance(error, DatabaseError) else ""


def _overview() -> str:
    lines = ["answerable COMMAND ...", ""]
    lines += [f"  {name:14} {what}" for name, what in COMMANDS.items()]
    lines += ["", "answerable help COMMAND says what it takes. Settings: docs/reference/settings.md", ""]
    return "\n".join(lines)


def _why(error: Exception) -> str:
    """The sentence for a database that is not there or has no tables; empty for a fault of ours."""
    from django.db.utils import OperationalError

    said = str(error)
    state = getattr(error.__cause__, "sqlstate", None)
    if state in {"42P01", "42703"} or said.startswith(("no such table", "no such column")):
        return TABLES_MISSING
    postgresql = type(error.__cause__).__module__.startswith("psycopg")
    if said.startswith(("file is not a database", "database disk image is malformed")):
        return f"The database can't be used: {said}. See: answerable doctor"
    if isinstance(error, OperationalError) and (postgresql or any(text in said for text in FILE_TROUBLES)):
        return f"The database can't be used: {said.strip().splitlines()[0]}. See: answerable doctor"
    return ""
