"""A village's choice between projects: what adds up, and in which order the options come."""

from __future__ import annotations

HOW_HELD = ("hands", "paper")
