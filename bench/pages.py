"""The village page and the code page: how many a second on one core, how many bytes, how many queries."""

from __future__ import annotations

import gzip
import re
from functools import partial

import brotli

from answerable.access.rules import PUBLIC
from answerable.listening import services
from answerable.listening.models import PublicAnswer
from answerable.listening.services.releasing import release_due
from answerable.places.models import Area
from answerable.programme.models import Subject

from .results import Measure, Results
from .rounds import Timed, interleaved, pinned, ratio
from .server import served
from .setting import FLOOR, USUAL, Reply, Setting, ask, codes_cost, environ, get, queries_of

#: Issue 2, "Speed".
BAR_A_SECOND, BAR_QUERIES = 400, 8
COSTS = {"without Argon2": None, "Argon2 at the floor": FLOOR, "Argon2 as usual": USUAL}


def run(setting: Setting) -> Results:
    """Both pages, in this process and over HTTP."""
    measure = partial(Measure, "pages", setting.database)
    release_due()
    village = _village()
    page = environ(f"/en/area/{village}/")
    plain = environ("/en/promise/")
    found: list[Measure] = []
    with pinned():
        timed = interleaved(
            {
                "village": (partial(get, page), setting.pick(40, 20)),
                "arabic": (partial(get, environ(f"/ar/area/{village}/")), setting.pick(40, 20)),
                "packed": (partial(get, environ(f"/en/area/{village}/", packed=True)), setting.pick(40, 20)),
                "plain": (partial(get, plain), setting.pick(40, 20)),
            },
            setting.pick(30, 3),
        )
    queries = queries_of(page)
    least = BAR_A_SECOND if setting.database == "sqlite" else None
    found += [
        measure(
            "village page, one core's work",
            timed["village"].a_cpu_second,
            "/s",
            ratio(timed["village"], timed["plain"]),
            "a page without queries",
            least=least,
        ),
        measure("village page, on the wall, median round", timed["village"].a_second, "/s"),
        measure("village page in Arabic, one core's work", timed["arabic"].a_cpu_second, "/s", least=least),
        measure("village page, packed for the way, one core's work", timed["packed"].a_cpu_second, "/s"),
        measure("page without queries, one core's work", timed["plain"].a_cpu_second, "/s"),
        measure("village page", queries, "queries", most=BAR_QUERIES),
        *_bytes(measure, "village page", ask(page)),
        measure("village page, packed, as sent", len(ask(environ(page["PATH_INFO"], packed=True)).body), "B"),
    ]
    found += _code_pages(setting, measure, village, timed["village"])
    found += _over_http(setting, measure, f"/en/area/{village}/")
    return Results(found, [])


def _village() -> int:
    """The village with the most to show: ten answers, and counts that are not hidden."""
    first = PublicAnswer.objects.order_by("-pk").values_list("area_id", flat=True)
    seen: dict[int, int] = {}
    for area in first[:2_000]:
        seen[area] = seen.get(area, 0) + 1
    return max(seen, key=lambda area: (seen[area], -area))


def _bytes(measure: partial[Measure], what: str, reply: Reply) -> list[Measure]:
    as_sent = len(reply.body)
    return [
        measure(f"{what}, as sent ({reply.headers.get('Content-Encoding', 'not compressed')})", as_sent, "B"),
        measure(f"{what}, gzip -6", len(gzip.compress(reply.body, 6)), "B"),
        measure(f"{what}, brotli 5", len(brotli.compress(reply.body, quality=5)), "B"),
    ]


def code_form(path: str = "/en/code/") -> tuple[str, str]:
    """The CSRF cookie and field that a form needs."""
    reply = ask(environ(path))
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', reply.body)
    assert token, path
    return f"form={reply.cookie('form')}", token[1].decode()


def _code_pages(setting: Setting, measure: partial[Measure], village: int, page: Timed) -> list[Measure]:
    found = []
    cookie, token = code_form()
    rounds = setting.pick(5, 2)
    for name, cost in COSTS.items():
        with codes_cost(cost), pinned():
            heard = services.receive_feedback(
                actor=PUBLIC,
                area=Area.objects.select_related("level").get(pk=village),
                kind="need",
                subject=Subject.objects.get(key="water-broken"),
                text="The pump gives no water.",
                language="en",
                channel="web",
            )
            form = {"code": heard.code or "", "csrfmiddlewaretoken": token}
            asked = environ("/en/code/", form, cookie)
            each = setting.pick(60, 5) if cost is None else setting.pick(4, 1)
            timed = interleaved({"code": (partial(get, asked), each)}, rounds)["code"]
            found.append(measure(f"code page, {name}", timed.a_cpu_second, "/s"))
            if cost is None:
                found.append(measure("code page", queries_of(asked), "queries"))
                found += _bytes(measure, "code page", ask(asked))
    return found


def _over_http(setting: Setting, measure: partial[Measure], path: str) -> list[Measure]:
    seconds, connections = setting.pick(4, 1), 4
    found = []
    with served(setting.folder) as server:
        for round_ in range(setting.pick(3, 1)):
            found.append(server.load(path, seconds=seconds, connections=connections))
            del round_
    found.sort()
    return [measure("village page over HTTP, one worker, one thread", found[len(found) // 2], "/s")]
