"""Fifty records in one transaction, without codes: rows a second against single durable rows of the bare driver."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable
from functools import partial

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from answerable.access.models import Staff
from answerable.access.selectors import actor_for
from answerable.kernel import clock
from answerable.kernel.ids import day_key
from answerable.listening.services import NewFeedback, receive_batch
from answerable.places.models import Area
from answerable.programme.models import Subject

from .bare import TEXT, Bare
from .pages import code_form
from .results import Measure, Results
from .rounds import interleaved, pinned, ratio
from .setting import FLOOR, Setting, ask, codes_cost, environ

SIZE = 50
#: The target of the study before the product: a record in a batch costs no more than the driver's single row.
LEAST = 1.0


def run(setting: Setting) -> Results:
    """A clerk's batch: slips of one township, in a few villages and subjects."""
    measure = partial(Measure, "batch", setting.database)
    bare = Bare(setting.folder)
    township = max(setting.ground.by_level[3], key=lambda pk: Area.objects.filter(l4=pk).count())
    clerk_staff = Staff.objects.get(username=f"desk-{township}")
    clerk = actor_for(clerk_staff)
    villages = list(Area.objects.select_related("level").filter(l4=township, level__is_village=True)[:5])
    subjects = list(Subject.objects.filter(parent__isnull=False).order_by("pk")[:10])
    counter = itertools.count()

    def items() -> list[NewFeedback]:
        return [
            NewFeedback(
                area=villages[n % len(villages)],
                kind="need",
                subject=subjects[n % len(subjects)],
                text=f"{TEXT} {next(counter)}",
                language="en",
                channel="paper",
            )
            for n in range(SIZE)
        ]

    def batch() -> None:
        receive_batch(actor=clerk, items=items())

    def one() -> None:
        receive_batch(actor=clerk, items=items()[:1])

    requested = _requester(clerk_staff, villages, [subject.key for subject in subjects])
    with pinned(), codes_cost(None):
        timed = interleaved(
            {
                "bare": (bare.one_row, setting.pick(300, 30)),
                "bare fifty": (partial(bare.many_rows, SIZE), setting.pick(20, 3)),
                "batch": (batch, setting.pick(4, 1)),
                "request": (requested, setting.pick(4, 1)),
                "one": (one, setting.pick(30, 3)),
            },
            setting.pick(9, 2),
        )
    with pinned(), codes_cost(FLOOR):
        hashed = interleaved(
            {"request": (requested, 1), "bare": (bare.one_row, setting.pick(100, 10))},
            setting.pick(3, 1),
            warm=False,
        )
    bare.close()
    return Results(
        [
            measure(
                "POST /desk/batch/ of fifty, without Argon2",
                timed["request"].a_second * SIZE,
                "records/s",
                ratio(timed["request"], timed["bare"]) * SIZE,
                "bare, one row",
            ),
            measure(
                "POST /desk/batch/ of fifty, Argon2 at the floor",
                hashed["request"].a_second * SIZE,
                "records/s",
                ratio(hashed["request"], hashed["bare"]) * SIZE,
                "bare, one row",
            ),
            measure(
                "POST /desk/batch/ of fifty, Argon2 at the floor", hashed["request"].milliseconds / 1000, "s"
            ),
            measure("bare driver, one row and commit", timed["bare"].a_second, "rows/s"),
            measure("bare driver, fifty rows and commit", timed["bare fifty"].a_second * SIZE, "rows/s"),
            measure(
                "records, fifty in a batch",
                timed["batch"].a_second * SIZE,
                "records/s",
                ratio(timed["batch"], timed["bare"]) * SIZE,
                "bare, one row",
                least=LEAST,
                bar_on_ratio=True,
            ),
            measure(
                "records, one by one",
                timed["one"].a_second,
                "records/s",
                ratio(timed["one"], timed["bare"]),
                "bare, one row",
            ),
            measure(
                "records, fifty in a batch, one core's work", timed["batch"].a_cpu_second * SIZE, "records/s"
            ),
            measure("a batch of fifty", timed["batch"].milliseconds, "ms"),
            measure("a batch of fifty", _queries(batch), "queries"),
        ],
        [],
    )


def _requester(staff: Staff, villages: list[Area], subjects: list[str]) -> Callable[[], None]:
    """A batch as a device sends it, each time another, by somebody who is signed in."""
    cookie, token = signed_in(staff)
    day = clock.today()

    def send() -> None:
        records = [
            {
                "key": str(day_key(day)),
                "village": villages[n % len(villages)].pk,
                "kind": "need",
                "subject": subjects[n % len(subjects)],
                "language": "en",
                "channel": "paper",
                "on": day.isoformat(),
                "text": TEXT,
            }
            for n in range(SIZE)
        ]
        sent = {"secret": secrets.token_hex(32), "records": records}
        reply = ask(environ("/desk/batch/", cookie=cookie, data=sent, token=token))
        assert reply.status == 200, reply.body[:500]

    return send


def signed_in(staff: Staff) -> tuple[str, str]:
    """The cookies and the form's token of somebody who is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(staff.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = staff.get_session_auth_hash()
    session.save()
    cookie, token = code_form()
    return f"{cookie}; desk={session.session_key}", token


def _queries(batch: Callable[[], None]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        batch()
    return len([q for q in seen.captured_queries if not q["sql"].startswith(("BEGIN", "COMMIT"))])
