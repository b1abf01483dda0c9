"""Roles, rights, and where an actor holds them. Plain Python; the gate and every list ask here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from answerable.places.rules import PlacedArea

from .problems import RoleUnknown


class Right(StrEnum):
    """What may be done. Each is documented in docs/reference/rights.md; a test demands it."""

    OWN_ACCOUNT = "own-account"
    SET_UP = "set-up"
    SEE_PROGRAMME = "see-programme"
    SEE_CASES = "see-cases"
    SEE_SENSITIVE = "see-sensitive"
    SEE_FIGURES = "see-figures"
    RECORD_SESSION = "record-session"
    RECORD_FEEDBACK = "record-feedback"
    ISSUE_PADS = "issue-pads"
    IMPORT = "import"
    HANDLE = "handle"
    HANDLE_SENSITIVE = "handle-sensitive"
    ROUTE = "route"
    DECIDE_APPEAL = "decide-appeal"
    REASSIGN = "reassign"
    RECORD_PROJECTS = "record-projects"
    RUN_PROJECTS = "run-projects"
    SEE_BOOKS = "see-books"
    KEEP_BOOKS = "keep-books"
    CHECK_BOOKS = "check-books"
    RULE_FUNDS = "rule-funds"
    SET_RESULTS = "set-results"
    RECORD_RESULTS = "record-results"
    CHECK_RESULTS = "check-results"
    COLLECT_SURVEYS = "collect-surveys"
    HAND_OVER = "hand-over"
    DRAW_CHECKS = "draw-checks"
    VERIFY = "verify"
    SPEAK = "speak"
    FOLLOW = "follow"
    TICK = "tick"


class Role(StrEnum):
    """What a post is for."""

    TEAM_MEMBER = "team-member"
    CASE_HANDLER = "case-handler"
    COORDINATOR = "coordinator"
    DIRECTOR = "director"
    AUDITOR = "auditor"
    BOOKKEEPER = "bookkeeper"
    FOCAL_POINT = "focal-point"
    OPERATOR = "operator"


_SEES = frozenset({Right.OWN_ACCOUNT, Right.SEE_PROGRAMME, Right.SEE_CASES, Right.SEE_FIGURES})
_RECORDS = _SEES | {
    Right.RECORD_SESSION,
    Right.RECORD_FEEDBACK,
    Right.RECORD_PROJECTS,
    Right.RECORD_RESULTS,
    Right.COLLECT_SURVEYS,
    Right.HAND_OVER,
    Right.VERIFY,
}
_HANDLES = _RECORDS | {Right.HANDLE, Right.RUN_PROJECTS, Right.ROUTE, Right.DECIDE_APPEAL}
_LEADS = _HANDLES | {
    Right.REASSIGN,
    Right.SEE_BOOKS,
    Right.CHECK_BOOKS,
    Right.ISSUE_PADS,
    Right.SET_RESULTS,
    Right.CHECK_RESULTS,
    Right.DRAW_CHECKS,
}

ROLE_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.TEAM_MEMBER: _RECORDS,
    Role.CASE_HANDLER: _HANDLES,
    Role.COORDINATOR: _LEADS,
    Role.DIRECTOR: _LEADS | {Right.RULE_FUNDS},
    Role.AUDITOR: _SEES | {Right.SEE_BOOKS, Right.COLLECT_SURVEYS, Right.DRAW_CHECKS, Right.VERIFY},
    # Books hold no case: who keeps them sees none.
    Role.BOOKKEEPER: frozenset(
        {Right.OWN_ACCOUNT, Right.SEE_PROGRAMME, Right.SEE_BOOKS, Right.KEEP_BOOKS, Right.CHECK_BOOKS}
    ),
    Role.FOCAL_POINT: frozenset(
        {Right.OWN_ACCOUNT, Right.SEE_PROGRAMME, Right.SEE_SENSITIVE, Right.HANDLE_SENSITIVE}
    ),
    Role.OPERATOR: frozenset(
        {
            Right.OWN_ACCOUNT,
            Right.SEE_PROGRAMME,
            Right.SET_UP,
            Right.IMPORT,
            Right.RULE_FUNDS,
            Right.ISSUE_PADS,
        }
    ),
}

#: What a visitor without any account may do: speak, and follow what the tracking code opens.
PUBLIC_RIGHTS = frozenset({Right.SPEAK, Right.FOLLOW})


@dataclass(frozen=True)
class Holding:
    """A post that somebody fills today, and where its rights reach. `area` None is everywhere."""

    post_id: int
    role: Role
    area: PlacedArea | None


@dataclass(frozen=True)
class Actor:
    """Who acts: `staff` with the posts they fill, `public`, or `system`."""

    kind: str
    staff_id: int | None = None
    holdings: tuple[Holding, ...] = ()

    def holdings_with(self, right: Right) -> tuple[Holding, ...]:
        """The held posts that carry the right."""
        return tuple(h for h in self.holdings if right in ROLE_RIGHTS[h.role])

    def has(self, right: Right) -> bool:
        """True when the right is held somewhere."""
        if self.kind == "system":
            return True
        if self.kind == "public":
            return right in PUBLIC_RIGHTS
        return bool(self.holdings_with(right))

    @property
    def roles(self) -> frozenset[Role]:
        """The roles of all posts held."""
        return frozenset(h.role for h in self.holdings)


def known_role(role: Role | str) -> Role:
    """The role of that name. Raises RoleUnknown."""
    try:
        return Role(role)
    except ValueError:
        raise RoleUnknown(field="role", role=str(role)[:40], roles=", ".join(r.value for r in Role))


SYSTEM = Actor(kind="system")
PUBLIC = Actor(kind="public")
