"""What the doctor says of the register: its signer, its files, what waits too long, who watches it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

from answerable.kernel import clock
from answerable.register import policies, publishing, receipts, selectors, signing, vault, witness
from answerable.register.models import Cosignature, Tree
from answerable.register.signer.keys import KeyTrouble

#: Level, what was found, what to do.
Told = tuple[Literal["ok", "warn", "fail"], str, str]
GUIDE = "docs/guides/register-operate.md"
#: A sealed leaf waits for the day's hour; one that was missed is made up for. Longer than that, nobody sequences.
LONGEST = timedelta(days=2)
#: A log that nobody saw for longer may be shown differently to different people (TRUST.md A6).
UNSEEN = timedelta(days=8)


def examine() -> Iterator[Told]:
    """All that is to be said."""
    try:
        policies.check_origin()
    except policies.OriginDiffers as why:
        yield "fail", str(why), "The same settings for the web, the tick and every shell: answerable.env."
    yield from _files()
    yield from _signer()
    yield from _waiting()
    yield from _witnesses()
    for told in vault.troubles():
        yield "fail", told, f"What matters' leaves open with depends on it: {GUIDE}, A key."
    try:
        receipts.intake_key()
    except KeyTrouble as why:
        yield "fail", str(why), "Make it the web user's own: chmod 600."


def _files() -> Iterator[Told]:
    if told := publishing.alarm():
        yield "fail", told, f"Somebody changed the database or a published file: {GUIDE}, An alarm."
        return
    latest = selectors.latest_checkpoint()
    path = publishing.folder() / "checkpoint"
    if latest is not None and not path.exists():
        yield "fail", f"{path} is gone", "answerable register run makes it again from the database."
    elif latest is not None:
        yield "ok", f"{latest.size:,} leaves published, the last on {latest.on}", ""


def _signer() -> Iterator[Told]:
    try:
        state = signing.state()
    except signing.SignerAway as why:
        todo = f"answerable register keys, once; then keep `answerable register signer` running: {GUIDE}"
        if selectors.latest_checkpoint() is not None:
            todo = f"Start `answerable register signer`; it says what hinders it. Make no new keys: {GUIDE}, An alarm."
        yield "warn", f"{why}; nothing is lost, and nothing is published", todo
        return
    except signing.SignerRefused as why:
        yield "fail", str(why), f"See refusals.log in the signer's folder: {GUIDE}"
        return
    tree = Tree.objects.filter(pk=1).first()
    if state.size > (tree.size if tree else 0):
        yield (
            "fail",
            f"the signer signed {state.size:,} leaves, the database has {tree.size if tree else 0:,}",
            f"The database is an older one: bring back the newest backup. {GUIDE}, An alarm.",
        )
    else:
        yield "ok", f"the signer of {state.origin} answers; it signed {state.size:,} leaves", ""


def _waiting() -> Iterator[Told]:
    count, since = selectors.waiting()
    if not count:
        yield "ok", "no event waits for its place", ""
    elif since is None or clock.today() - since > LONGEST:
        todo = f"Let `answerable tick` run every minute. It does? Then: {GUIDE}, An event that waits."
        yield (
            "fail",
            f"{count:,} events wait for their place, the first since {since or 'an unknown day'}",
            todo,
        )
    else:
        yield "ok", f"{count:,} events wait for the day's hour", ""


def _witnesses() -> Iterator[Told]:
    for told in witness.conflicts():
        yield "fail", told, f"Compare the two notes, ask the witness's operator: {GUIDE}, An alarm."
    named = policies.witnesses()
    if why := policies.forgotten():
        yield "fail", why, "The same settings for the web, the tick and every shell: answerable.env."
        return
    if not named:
        yield (
            "warn",
            "no other instance watches this register",
            f"Ask two or more, then set ANSWERABLE_WITNESSES: {GUIDE}",
        )
        return
    since = clock.today() - UNSEEN
    names = {one.verifier.name for one in named}
    lately = set(
        Cosignature.objects.filter(on__gte=since, witness__in=names).values_list("witness", flat=True)
    )
    if len(lately) < policies.enough(len(named)):
        away = ", ".join(sorted(names - lately))
        yield "warn", f"not seen for {UNSEEN.days} days by {away}", "answerable register witness says why."
    else:
        yield "ok", f"seen by {len(lately)} of {len(named)} witnesses in {UNSEEN.days} days", ""
