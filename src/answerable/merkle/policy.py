"""Policies (C2SP tlog-policy): whose signature and how many witnesses make a checkpoint count."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from .checkpoints import Checkpoint
from .notes import Note, Verifier
from .refused import Refused, text_of

#: A quorum older than this may mean that somebody is shown an old log: eight days, in seconds.
STALE = 8 * 86_400
_AHEAD = 3_600
_BAD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class TooFewWitnesses(Refused):
    """The log signed it, and the quorum did not see it."""


@dataclass(frozen=True)
class Seen:
    """A checkpoint that counts: by which log, who saw it when, and what to be wary of."""

    checkpoint: Checkpoint
    log: Verifier
    #: The witnesses by their name in the policy, with the second of their cosignature.
    witnesses: Mapping[str, int]
    #: Up to when the quorum saw it: the latest time that enough witnesses reached.
    quorum_time: int | None
    #: A sentence when the quorum is old, or dated ahead of this computer's clock.
    warning: str = ""


@dataclass
class Policy:
    """The logs, the witnesses, their groups, and which of them is the quorum."""

    logs: list[Verifier] = field(default_factory=list)
    witnesses: dict[str, Verifier] = field(default_factory=dict)
    groups: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    quorum: str = ""

    @classmethod
    def parse(cls, text: bytes | str) -> Policy:
        """A policy from its file (C2SP tlog-policy, "Policy file syntax and structure")."""
        found = cls()
        whole = text_of(text, "policy")
        if _BAD.search(whole):
            raise Refused("The policy has control characters.")
        for number, line in enumerate(whole.split("\n"), 1):
            words = [word for word in re.split("[ \t]+", line) if word]
            if words and not words[0].startswith("#"):
                try:
                    found._take(words)
                except Refused as why:
                    raise Refused(f"Line {number} of the policy: {why}")
        if not found.quorum:
            raise Refused("The policy has no quorum line.")
        return found

    def _take(self, words: list[str]) -> None:
        match words:
            case ["log", vkey, *url] if len(url) < 2:
                self.logs.append(self._new_key(vkey, "ed25519", self.logs))
            case ["witness", name, vkey, *url] if len(url) < 2:
                key = self._new_key(vkey, "cosignature", list(self.witnesses.values()))
                self.witnesses[self._new_name(name)] = key
            case ["group", name, least, first, *more]:
                self._take_group(name, least, [first, *more])
            case ["quorum", name] if not self.quorum:
                if name != "none" and name not in self.witnesses and name not in self.groups:
                    raise Refused(f"{name} is not defined above.")
                self.quorum = name
            case _:
                raise Refused("it is not understood, or stands twice.")

    def _take_group(self, name: str, least: str, members: list[str]) -> None:
        taken = [member for _, group in self.groups.values() for member in group]
        for place, member in enumerate(members):
            if member not in self.witnesses and member not in self.groups:
                raise Refused(f"{member} is not defined above.")
            if member in taken or member in members[:place]:
                raise Refused(f"{member} is a member twice.")
        words = {"any": 1, "all": len(members)}
        if least not in words and not re.fullmatch("[1-9][0-9]{0,3}", least):
            raise Refused(f"{least} is no number of members.")
        number = words.get(least) or int(least)
        if number > len(members):
            raise Refused(f"a group of {len(members)} can't have {number} of them.")
        self.groups[self._new_name(name)] = (number, members)

    def _new_key(self, vkey: str, kind: str, known: list[Verifier]) -> Verifier:
        key = Verifier.parse(vkey)
        if key.kind != kind:
            raise Refused(f"the key of {key.name} is of the wrong kind for this line.")
        if any(key.public == other.public for other in known):
            raise Refused(f"the key of {key.name} stands twice.")
        return key

    def _new_name(self, name: str) -> str:
        if name == "none" or name in self.witnesses or name in self.groups:
            raise Refused(f"the name {name} is taken.")
        return name

    def check(self, note: Note | bytes | str, *, now: float | None = None) -> Seen:
        """The checkpoint of a note with who saw it; Refused when a log of the policy or the quorum is missing."""
        if not isinstance(note, Note):
            note = Note.parse(note)
        checkpoint = Checkpoint.parse(note.text)
        logs = [log for log in self.logs if log.name == checkpoint.origin]
        log = note.verified_by(logs)[0].verifier
        times = {
            found.verifier: found.time or 0 for found in note.verified_by(self.witnesses.values(), at_least=0)
        }
        seen = {name: times[key] for name, key in self.witnesses.items() if key in times}
        if self.quorum == "none":
            return Seen(checkpoint, log, seen, None)
        reached = self._reached(self.quorum, seen)
        if reached is None:
            raise TooFewWitnesses(f"Too few witnesses saw this checkpoint: {', '.join(seen) or 'none'}.")
        return Seen(checkpoint, log, seen, reached, _warning(reached, time.time() if now is None else now))

    def _reached(self, name: str, seen: Mapping[str, int]) -> int | None:
        """The latest time that enough of a group reached; None when too few saw it."""
        if name in self.witnesses:
            return seen.get(name)
        least, members = self.groups[name]
        times = [at for member in members if (at := self._reached(member, seen)) is not None]
        return sorted(times)[-least] if len(times) >= least else None


def _warning(reached: int, now: float) -> str:
    days = int((now - reached) // 86_400)
    if now - reached > STALE:
        return f"Enough witnesses last saw this log {days} days ago: it may be an old state."
    if reached - now > _AHEAD:
        return "The witnesses' times are ahead of this computer's clock: one of them is wrong."
    return ""
