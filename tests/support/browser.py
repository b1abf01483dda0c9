"""Chromium for tests of whole pages: Debian's own, one process a worker, no way out of this machine."""

import asyncio
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

MISSING = (
    "Chromium is missing: tests in a browser need it. As root on Debian: apt-get install chromium. "
    "Elsewhere set ANSWERABLE_CHROMIUM to the program's path."
)
NO_DRIVER = "The program that drives Chromium can't start: {why}. Run: scripts/system-packages"
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
TIMEOUT = 10_000  # milliseconds
#: For sweeps over many pages, languages and widths; what people do on them is tried on every database.
looks_alike = pytest.mark.only_on("sqlite", "how a page looks does not depend on the database")
_without_script: WeakSet[BrowserContext] = WeakSet()


def chromium_path() -> str | None:
    """Where the browser is, if there is one."""
    return (
        os.environ.get("ANSWERABLE_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )


def driver_trouble() -> str:
    """Why Playwright's own program does not start, such as for want of a library; else nothing."""
    try:
        program = [compute_driver_executable()[0], "--version"]
        tried = subprocess.run(program, capture_output=True, text=True, check=False, timeout=60)
    except OSError as error:
        return NO_DRIVER.format(why=error.strerror)
    if not tried.returncode:
        return ""
    return NO_DRIVER.format(why=(tried.stderr.strip() or f"it ends with {tried.returncode}").splitlines()[-1])


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser and close it at the end. Scripts may use it, too."""
    path = chromium_path()
    if path is None:
        raise FileNotFoundError(MISSING)
    if trouble := driver_trouble():
        raise FileNotFoundError(trouble)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield running
        finally:
            running.close()


@pytest.fixture(scope="session")
def _started() -> Iterator[tuple[Browser, asyncio.AbstractEventLoop]]:
    if chromium_path() is None:
        pytest.fail(MISSING, pytrace=False)
    if trouble := driver_trouble():
        pytest.fail(trouble, pytrace=False)
    with chromium() as running:
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        try:
            yield running, loop
        finally:
            asyncio._set_running_loop(loop)


@pytest.fixture
def browser(
    _started: tuple[Browser, asyncio.AbstractEventLoop], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Browser]:
    """The one Chromium of this worker. Tests of pages ask for `page_for`.

    Playwright's synchronous calls keep an event loop marked as running in this thread. Django takes that for
    asynchronous code and refuses queries, but the test only waits for the browser: queries are allowed as long
    as the mark is there. Tests without a browser, in the same worker, see neither the mark nor the permission.

    Under the mark Django keeps another connection than without it, which is closed here at the end.
    """
    from django.db import connections

    running, loop = _started
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    asyncio._set_running_loop(loop)
    yield running
    connections.close_all()
    asyncio._set_running_loop(None)


@pytest.fixture
def live(live_server: Any) -> Iterator[str]:
    """The product, served to a browser on this machine: its address, without a slash at the end.

    Its threads read committed rows, so the test's own writes are committed too; all tables are emptied
    afterwards.
    """
    yield str(live_server.url)
    # The readers are gone, but what they asked last may still be under way, with a database connection open.
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=5)


@pytest.fixture
def page_for(browser: Browser, live: str) -> Iterator[Callable[..., Page]]:
    """Open pages as a reader has them: page_for(width, height, js=True, locale="en", **context_options).

    Each call is another reader, with an empty cookie jar, whose relative addresses lead to `live`. At the end
    the test fails if a page had a script error, broke its own content policy or asked another machine.
    """
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_page(
        width: int = 1280, height: int = 800, *, js: bool = True, locale: str = "en", **options: Any
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=js,
            locale=locale,
            base_url=live,
            service_workers="block",
            **options,
        )
        contexts.append(context)
        if not js:
            _without_script.add(context)
        context.set_default_timeout(TIMEOUT)
        page = patient(context.new_page())
        _listen(page, live, troubles)
        return page

    try:
        yield open_page
    finally:
        for context in contexts:
            context.close()
    if troubles:
        pytest.fail("In the browser:\n" + "\n".join(troubles), pytrace=False)


#: Whether a click on this element leads to another page.
_LEADS_AWAY = """element => {
  const link = element.closest('a[href]');
  if (link) {
    const to = new URL(link.href);
    return to.pathname + to.search !== location.pathname + location.search || !to.hash;
  }
  const button = element.closest('button, input[type=submit]');
  return Boolean(button && button.form);
}"""


def patient(page: Page) -> Page:
    """The page, whose `click` ends when the page it led to is there.

    Playwright's own returns as soon as the button is pressed: on a busy machine the test would look at the old page.
    """
    press = page.click

    def click(selector: str, **options: Any) -> None:
        if page.locator(selector).first.evaluate(_LEADS_AWAY):
            with page.expect_navigation(wait_until="load"):
                press(selector, **options)
        else:
            press(selector, **options)

    page.click = click  # type: ignore[method-assign]
    return page


def _listen(page: Page, live: str, troubles: list[str]) -> None:
    def on_console(message: ConsoleMessage) -> None:
        # A refused request (404, 422) is what many tests are about; Chromium writes a line for each.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            troubles.append(f"console: {message.text}")

    def on_request(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != urlsplit(live).netloc:
            troubles.append(f"asked another machine: {request.url}")

    page.on("console", on_console)
    page.on("request", on_request)
    page.on("pageerror", lambda error: troubles.append(f"script error: {error}"))


def barriers(page: Page) -> list[str]:
    """What keeps people with disabilities from using this page, as axe-core finds it (WCAG 2.2 A and AA)."""
    with _examinable(page) as copy:
        copy.evaluate(AXE_SCRIPT)
        found: dict[str, Any] = copy.evaluate(
            """() => axe.run({
                resultTypes: ["violations"],
                runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
            })"""
        )
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}: {node['html'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


@contextmanager
def _examinable(page: Page) -> Iterator[Page]:
    """Where a script of ours runs: the page, or a copy of it whose own scripts stay off, if the reader has none.

    (In a page without script a promise is never kept, and waiting for it never ends.)
    """
    if page.context not in _without_script:
        yield page
        return
    browser = page.context.browser
    assert browser is not None
    content = page.content()
    context = browser.new_context(viewport=page.viewport_size, service_workers="block")
    try:
        copy = context.new_page()
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "script-src 'none'"}
        copy.route(page.url, lambda route: route.fulfill(body=content, headers=headers), times=1)
        copy.goto(page.url)
        yield copy
    finally:
        context.close()


def sideways_scroll(page: Page) -> int:
    """By how many pixels the page is wider than its window; 0 is right."""
    width: int = page.evaluate(
        "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width


@pytest.fixture
def usable() -> Callable[[Page], None]:
    """Assert that a page has no barriers and does not scroll sideways."""

    def check(page: Page) -> None:
        assert barriers(page) == []
        assert sideways_scroll(page) == 0

    return check
