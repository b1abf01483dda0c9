"""The books of a province of 10,000 villages: made, proved, and added up by three other people's programs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from answerable.kernel import clock
from answerable.money.models import Book, Posting

from .databases import ROOT
from .ledgers import make_books, progress
from .results import Measure, Note, Results
from .setting import Setting

#: Some ten payments a village and more; Beancount keeps all of them in memory.
POSTINGS = 400_000
#: What each program is asked, and the form that it reads. They end with another code than 0 where a total differs.
PROGRAMS = {
    "bean-check": ("beancount", []),
    "hledger": ("ledger", ["check", "-s", "-f"]),
    "ledger": ("ledger", ["--pedantic", "balance", "-f"]),
}


def run(setting: Setting) -> Results:
    """Make the books, `answerable books check`, both exports, and each program's word."""
    measure, say = partial(Measure, "province", setting.database), progress()
    wanted = setting.postings or setting.pick(POSTINGS, 4_000)
    began = time.perf_counter()
    refusals = make_books(setting.ground, wanted, clock.today(), say)
    places = Posting.objects.filter(area__isnull=False).values("area").distinct().count()
    found = [
        measure("postings", Posting.objects.count(), ""),
        measure("books", Book.objects.count(), ""),
        measure("villages that were paid for", places, ""),
        measure("making the books", time.perf_counter() - began, "s"),
        measure("rows that the triggers would refuse", sum(refusals.values()), "", most=0),
    ]
    notes: list[Note] = []

    def command(label: str, arguments: list[str]) -> None:
        say(label)
        took, _, code, said = _timed(arguments)
        found.append(measure(label, took, "s"))
        found.append(measure(f"{label}: its code", code, "", most=0))
        if said.strip():
            notes.append(Note("province", setting.database, f"{label}: {said.strip().splitlines()[-1]}"))

    ours = str(Path(sys.executable).parent / "answerable")
    command("answerable books check", [ours, "books", "check"])
    files = {}
    for form in ("beancount", "ledger"):
        files[form] = setting.folder / f"books.{form}"
        command(f"answerable export {form}", [ours, "export", form, str(files[form])])
    for name, (form, arguments) in PROGRAMS.items():
        path = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
        if path is None:
            notes.append(
                Note("province", setting.database, f"{name} is not installed: scripts/system-packages")
            )
            continue
        say(name)
        took, memory, code, said = _timed([path, *arguments, str(files[form])])
        found.append(measure(f"{name} adds them up", took, "s"))
        found.append(measure(f"{name}, most memory", memory, "MiB"))
        found.append(measure(f"{name} disagrees", code, "", most=0))
        if code:
            notes.append(Note("province", setting.database, f"{name}: {said[-400:]}"))
    say("done")
    return Results(found, notes)


def _timed(arguments: list[str]) -> tuple[float, float, int, str]:
    """Seconds on the wall, the most memory in MiB, the code, and what was said."""
    with tempfile.TemporaryFile("w+") as said:
        began = time.perf_counter()
        process = subprocess.Popen(arguments, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        took = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return took, used.ru_maxrss / 1024, process.returncode, said.read()
