"""One need told by the public form, end to end, against what the bare driver can durably insert."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from answerable.listening.models import Feedback
from answerable.listening.services import new_form_token
from answerable.safeguards import codes

from .bare import TEXT, Bare
from .pages import code_form
from .results import Measure, Results
from .rounds import interleaved, pinned, ratio
from .setting import FLOOR, USUAL, Setting, ask, codes_cost, environ


def run(setting: Setting) -> Results:
    """Submission with no, the least and the usual Argon2; the form itself; the driver beside it."""
    measure = partial(Measure, "intake", setting.database)
    bare = Bare(setting.folder)
    village = setting.ground.villages[7]
    path = f"/en/area/{village}/tell/"
    submit = submitter(path)
    rounds = setting.pick(9, 2)
    before = Feedback.objects.count()
    with pinned(), codes_cost(None):
        timed = interleaved(
            {
                "bare": (bare.one_row, setting.pick(300, 30)),
                "bare six": (bare.six_rows, setting.pick(100, 10)),
                "submission": (submit, setting.pick(40, 5)),
                "form": (partial(ask, environ(path)), setting.pick(40, 5)),
            },
            rounds,
        )
    expected = rounds * setting.pick(40, 5) + 1
    assert Feedback.objects.count() - before == expected, "a submission was not kept"
    submission = timed["submission"]
    found = [
        measure("bare driver, one row and commit", timed["bare"].a_second, "/s"),
        measure("bare driver, six rows and commit", timed["bare six"].a_second, "/s"),
        measure(
            "submission without Argon2",
            submission.a_second,
            "/s",
            ratio(submission, timed["bare"]),
            "bare, one row",
        ),
        measure(
            "submission without Argon2, same rows",
            submission.a_second,
            "/s",
            ratio(submission, timed["bare six"]),
            "bare, six rows",
        ),
        measure("submission without Argon2, one core's work", submission.a_cpu_second, "/s"),
        measure("its form", timed["form"].a_second, "/s"),
    ]
    for name, cost in (("at the floor", FLOOR), ("as usual", USUAL)):
        with pinned(), codes_cost(cost):
            hash_ = codes.Cost(*cost)
            timed = interleaved(
                {
                    "bare": (bare.one_row, setting.pick(200, 20)),
                    "submission": (submit, setting.pick(4, 1)),
                    "hash": (partial(codes.store, codes.new_code(), hash_), setting.pick(4, 1)),
                },
                setting.pick(5, 2),
            )
        found += [
            measure(
                f"submission, Argon2 {name} ({cost[0] // 1024} MiB, {cost[1]} passes)",
                timed["submission"].a_second,
                "/s",
                ratio(timed["submission"], timed["bare"]),
                "bare, one row",
            ),
            measure(
                f"Argon2 {name} alone",
                timed["hash"].milliseconds,
                "ms",
                timed["hash"].milliseconds / timed["submission"].milliseconds,
                "the submission's time",
            ),
        ]
    bare.close()
    if setting.database == "sqlite":
        found += _durability(setting, measure, submit)
    found.append(measure("submission", _queries(submit), "queries"))
    return Results(found, [])


def submitter(path: str) -> Callable[[], None]:
    """A need told by the form, each time with a fresh token; the receipt must come back."""
    cookie, csrf = code_form(path)

    def submit() -> None:
        form = {
            "csrfmiddlewaretoken": csrf,
            "token": new_form_token(),
            "kind": "need",
            "subject": "water",
            "finer": "water-broken",
            "text": TEXT,
        }
        reply = ask(environ(path, form, cookie))
        assert reply.status == 200, reply.status

    return submit


def _durability(setting: Setting, measure: partial[Measure], submit: Callable[[], None]) -> list[Measure]:
    """What waiting for the disk costs on SQLite: synchronous FULL, as the settings have it, against NORMAL."""
    from django.db import connection

    def at(mode: str, call: Callable[[], None]) -> Callable[[], None]:
        def switched() -> None:
            connection.cursor().execute(f"PRAGMA synchronous={mode}")
            for _ in range(each):
                call()

        return switched

    each = setting.pick(40, 5)
    full, normal = Bare(setting.folder), Bare(setting.folder, synchronous="NORMAL")
    with pinned(), codes_cost(None):
        timed = interleaved(
            {
                "bare full": (full.one_row, setting.pick(300, 30)),
                "bare normal": (normal.one_row, setting.pick(300, 30)),
                "full": (at("FULL", submit), 1),
                "normal": (at("NORMAL", submit), 1),
            },
            setting.pick(9, 2),
        )
    connection.cursor().execute("PRAGMA synchronous=FULL")
    full.close()
    normal.close()
    return [
        measure(
            "bare driver, one row, synchronous FULL",
            timed["bare full"].a_second,
            "/s",
            ratio(timed["bare full"], timed["bare normal"]),
            "NORMAL",
        ),
        measure(
            "submission without Argon2, synchronous FULL",
            timed["full"].a_second * each,
            "/s",
            ratio(timed["full"], timed["normal"]),
            "NORMAL",
        ),
    ]


def _queries(submit: Callable[[], None]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with codes_cost(None), CaptureQueriesContext(connection) as seen:
        submit()
    return len([q for q in seen.captured_queries if not q["sql"].startswith(("BEGIN", "COMMIT"))])
