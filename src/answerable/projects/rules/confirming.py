"""What residents say of a project that the office claimed to be done, and what follows."""

from __future__ import annotations

WAYS = ("codes", "meeting", "visit")
VERDICTS = ("done", "partly", "not")
