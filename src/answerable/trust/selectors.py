"""Ask: the register as everybody may see it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from answerable.kernel import clock
from answerable.merkle.checkpoints import fingerprint
from answerable.merkle.notes import Note
from answerable.register import policies, selectors
from answerable.register.models import Audit, Checkpoint, Cosignature

#: A quorum older than this may mean that somebody is shown an old state (TRUST.md A6).
STALE_DAYS = 8
#: So many checkpoints are looked through for the newest that enough witnesses saw.
LOOKED_THROUGH = 500


@dataclass(frozen=True)
class Shown:
    """A checkpoint for reading and comparing: its size, day, 32 letters, and the note with all witnesses' lines."""

    size: int
    on: date
    letters: str
    note: str

    @property
    def groups(self) -> list[str]:
        """The letters in groups of four."""
        return self.letters.split(" ")


@dataclass(frozen=True)
class Watched:
    """Who watches the register: how many there are and have to be, who saw it last, and when enough of them did."""

    count: int
    enough: int
    seen: list[tuple[str, date, int]]
    quorum_on: date | None

    @property
    def stale(self) -> bool:
        """True when enough witnesses last saw it more than eight days ago, or never."""
        return self.quorum_on is None or clock.today() - self.quorum_on > timedelta(days=STALE_DAYS)


def shown(checkpoint: Checkpoint | None) -> Shown | None:
    """A checkpoint as pages and boards show it."""
    if checkpoint is None:
        return None
    body = Note.parse(checkpoint.note).text
    return Shown(checkpoint.size, checkpoint.on, fingerprint(body), selectors.cosigned(checkpoint))


def newest() -> Shown | None:
    """The newest checkpoint; None before the first."""
    return shown(selectors.latest_checkpoint())


def of_the_week() -> Shown | None:
    """The checkpoint of the week that all notice boards show; before the first, the newest."""
    return shown(selectors.board_checkpoint() or selectors.latest_checkpoint())


def watched() -> Watched:
    """What the witnesses saw. Two queries."""
    names = [one.verifier.name for one in policies.witnesses()]
    needed = policies.enough(len(names))
    by_size: dict[int, list[tuple[str, date]]] = defaultdict(list)
    sizes = list(Checkpoint.objects.order_by("-size").values_list("size", flat=True)[:LOOKED_THROUGH])
    rows = Cosignature.objects.filter(checkpoint__size__in=sizes, witness__in=names)
    for size, name, on in rows.values_list("checkpoint_id", "witness", "on"):
        by_size[size].append((name, on))
    seen: dict[str, tuple[date, int]] = {}
    quorum_on: date | None = None
    for size in sorted(by_size):
        for name, on in by_size[size]:
            seen[name] = (on, size)
        days = sorted(on for _, on in by_size[size])
        if 0 < needed <= len(days):
            quorum_on = max(quorum_on or days[needed - 1], days[needed - 1])
    told = [(name, *seen[name]) for name in names if name in seen]
    return Watched(len(names), needed, told, quorum_on)


def last_audit() -> Audit | None:
    """The newest audit; None before the first."""
    return Audit.objects.order_by("-on", "-pk").first()
