"""The demo's register: keys and signer of its own, built beside the old ones, and signed week by week."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path

from django.conf import settings

from answerable.register import cycle, signing
from answerable.register.signer import keys

#: In the demo a day is told as a whole: late enough for its sealed leaves.
LATE = time(23, 30)


def day_is_over(day: date) -> cycle.Done:
    """What the machinery does for the register at the end of a day."""
    return cycle.work(datetime.combine(day, LATE, UTC))


@contextmanager
def signer() -> Iterator[None]:
    """Run the signer beside the block, unless one answers already. It ends with the block."""
    try:
        signing.state()
    except (signing.SignerAway, signing.SignerRefused):
        pass
    else:
        yield
        return
    path = Path(settings.REGISTER_SIGNER)
    keys.make_keys(path.parent, settings.REGISTER_ORIGIN)
    process = subprocess.Popen(  # noqa: S603 - a program of our own
        [sys.executable, "-m", "answerable.register.signer", "--with-parent", "--socket", str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # A Ctrl-C is for the server; the signer is ended after it.
        start_new_session=True,
    )
    try:
        if process.stdout is not None:
            process.stdout.readline()  # it listens, or has ended with a sentence
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)
        for end in (process.stdin, process.stdout):
            if end is not None:
                end.close()


@contextmanager
def anew() -> Iterator[None]:
    """Build a register from nothing in folders beside the old ones, which they replace when the block ends well."""
    published, socket = Path(settings.REGISTER_FOLDER), Path(settings.REGISTER_SIGNER)
    fresh = published.with_name(f"{published.name}.building")
    office = socket.parent.with_name(f"{socket.parent.name}.building")
    for folder in (fresh, office):
        shutil.rmtree(folder, ignore_errors=True)
    settings.REGISTER_FOLDER, settings.REGISTER_SIGNER = fresh, office / socket.name
    try:
        with signer():
            yield
        for new, old in ((fresh, published), (office, socket.parent)):
            shutil.rmtree(old, ignore_errors=True)
            if new.exists():
                os.replace(new, old)
    finally:
        settings.REGISTER_FOLDER, settings.REGISTER_SIGNER = published, socket
        for folder in (fresh, office):
            shutil.rmtree(folder, ignore_errors=True)
