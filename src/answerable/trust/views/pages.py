"""The register in plain words, the notice board's sheet, the numbers of slips, and the page that verifies a receipt."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from answerable.listening.rules.slips import shown as serial_shown
from answerable.listening.selectors import slip_with
from answerable.safeguards.limits import TokenBucket
from answerable.trust.findings import findings_said, was_undone
from answerable.trust.problems import TooManySerials
from answerable.trust.selectors import STALE_DAYS, Shown, last_audit, newest, of_the_week, watched
from answerable.web.qr import qr_svg

_VERIFY = Path(__file__).resolve().parents[1] / "data" / "verify.html"
#: Against reading them all out: who holds a slip finds it, and a number that is found gives its token back, so only
#: misses count. At 20 misses a second, shared by everybody, the hundred million numbers take eight weeks, and a hit
#: says a state and a month. Tighter, one machine's guesses would keep whole villages from looking.
_serials = TokenBucket(rate=1_200, burst=2_400)


@require_safe
def register(request: HttpRequest, lang: str) -> HttpResponse:
    """What the register proves and what it does not, its newest checkpoint, who saw it, and the last audit."""
    context = {
        **_checkpoint(newest()),
        "stale_days": STALE_DAYS,
        "audit": last_audit(),
        "findings": findings_said(),
        "undone": was_undone(),
        "address": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "trust/register.html", context)


@require_safe
def board(request: HttpRequest, lang: str) -> HttpResponse:
    """The sheet of the week for every notice board: the same for all villages."""
    context = {**_checkpoint(of_the_week()), "origin": settings.REGISTER_ORIGIN}
    return render(request, "trust/board.html", context)


def _checkpoint(found: Shown | None) -> dict[str, object]:
    """What a page needs to show a checkpoint, and who saw it."""
    return {
        "found": found,
        "qr": qr_svg(found.note, gettext("The checkpoint as a QR code")) if found else "",
        "watched": watched(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def pads(request: HttpRequest, lang: str) -> HttpResponse:
    """Whether a slip was entered, by its number. Raises TooManySerials."""
    request.page_path = f"/{lang}/register/pads/"  # type: ignore[attr-defined]
    sent = request.POST if request.method == "POST" else request.GET
    typed = "".join(char for char in sent.get("serial", "")[:40] if char.isprintable())
    slip = None
    if typed.strip():
        if not _serials.take():
            raise TooManySerials(seconds=_serials.wait_seconds())
        slip = slip_with(typed)
        if slip is not None:
            _serials.give_back()
    context = {
        "typed": typed,
        "asked": bool(typed.strip()),
        "slip": slip,
        "serial": serial_shown(slip.serial) if slip else "",
    }
    status = 404 if typed.strip() and slip is None else 200
    return render(request, "trust/pads.html", context, status=status)


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """The one-file page that verifies receipts without any network; to keep and to pass on."""
    page, policy = _verify_page()
    return HttpResponse(
        page, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": policy}
    )


@cache
def _verify_page() -> tuple[bytes, str]:
    """The file, and the content policy that lets its own script and style run and nothing else."""
    text = _VERIFY.read_text("utf-8")
    return text.encode(), content_policy(text) + "; frame-ancestors 'none'"


def content_policy(page: str) -> str:
    """The policy of a page whose script and style are inside: their hashes, and no network at all."""
    hashes = {
        name: base64.b64encode(hashlib.sha256(match[1].encode()).digest()).decode()
        for name in ("script", "style")
        if (match := re.search(rf"<{name}>(.*?)</{name}>", page, re.S))
    }
    return (
        f"default-src 'none'; script-src 'sha256-{hashes['script']}'; style-src 'sha256-{hashes['style']}'; "
        "base-uri 'none'; form-action 'none'"
    )
