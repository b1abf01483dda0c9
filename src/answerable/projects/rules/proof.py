"""How evidence stands to a project: which stage it shows, and how far it can be trusted."""

from __future__ import annotations

STAGES = ("before", "during", "after")
#: From the least to the most: what somebody says, a paper, a picture, somebody who went and looked.
GRADES = ("statement", "document", "picture", "visit")


def fits(kind: str, grade: str) -> bool:
    """Whether a picture or a document can have this grade; a visit may bring either."""
    return grade == "visit" or (kind == "document") == (grade in {"document", "statement"})
