"""The promises of a post, for the act that moves its work: config hands this to listening, its neighbour.

`work_of` says what would move, with the versions that were reviewed; `move` moves it inside the open act.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.utils.translation import ngettext

from answerable.access.gate import Act
from answerable.access.models import Post
from answerable.kernel import clock
from answerable.places.models import Area
from answerable.places.selectors import below, placed
from answerable.promises.models import Promise
from answerable.promises.rules import Step
from answerable.promises.selectors import FOLLOWED
from answerable.web.figures import number

from .acts import check_can_promise
from .core import catch_up, opened


def held_by(*, posts: Any) -> dict[int, int]:
    """How many promises each of these posts (ids, or a query for them) still owes or follows. One query."""
    rows = Promise.objects.filter(owner__in=posts, state__in=FOLLOWED).values_list("owner_id")
    return dict(rows.annotate(n=Count("pk")).order_by())


def said(count: int) -> str:
    """So many promises, in words."""
    return ngettext("%(n)s promise", "%(n)s promises", count) % {"n": number(count)}


def work_of(*, from_post: Post, to_post: Post, area: Area | None = None) -> list[tuple[int, int]]:
    """The promises of a post that would move, each with its version. Raises PostCanNotPromise."""
    rows = Promise.objects.filter(owner=from_post, state__in=FOLLOWED)
    if area is not None:
        rows = rows.filter(below(placed(area), "area__"))
    found = list(rows.select_related("area__level").order_by("pk"))
    for promise in found:
        check_can_promise(to_post, promise.area, clock.today())
    return [(promise.pk, promise.version) for promise in found]


def move(act: Act, *, pk: int, to_post: Post, reason: str) -> None:
    """Move one promise in the open act. Its clocks run on."""
    promise = Promise.objects.select_related("area__level").get(pk=pk)
    under = opened(pk, act, promise.area, clock.today())
    catch_up(under)
    under.take(Step.MOVED, reason=reason, to_post=to_post)
    under.save()
