"""The fixed words of this room's logs and forms."""

from __future__ import annotations

#: What can happen to a project: the words of its log.
STEPS = (
    "made",
    "imported",
    "moved",
    "changed",
    "part-of",
    "word",
    "milestone",
    "revised",
    "reached",
    "dropped",
    "evidence",
    "contribution",
    "claimed",
    "heard",
    "confirmed",
    "reopened",
    "snag",
    "repaired",
)
#: What a word to the public is about.
WORD_KINDS = ("start", "progress", "delay", "money", "done", "answer", "stopped")
#: Why a milestone's day moved, or was dropped.
REVISION_REASONS = (
    "weather",
    "money-late",
    "supplies-late",
    "contractor",
    "permission",
    "residents-asked",
    "plan-changed",
    "plan-was-wrong",
    "unsafe",
    "other",
)
#: Why a project moves back, stops or ends without being built.
MOVE_REASONS = (
    "as-planned",
    "money-missing",
    "not-wanted",
    "another-answer",
    "not-possible",
    "contractor",
    "weather",
    "unsafe",
    "other",
)
#: What is wrong with what was built.
SNAG_KINDS = ("broken", "unfinished", "not-as-agreed", "unsafe", "other")
