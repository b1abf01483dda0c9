"""The browser's driver says what it lacks: without this, a missing library ends in a traceback of many screens."""

from pathlib import Path

import pytest

from tests.support.browser import driver_trouble


def test_a_driver_that_does_not_start_names_the_script_that_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert driver_trouble() == ""
    program = tmp_path / "node"
    program.write_text(
        "#!/bin/sh\necho 'node: libatomic.so.1: cannot open shared object file' >&2\nexit 127\n"
    )
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(program))
    assert "Run: scripts/system-packages" in driver_trouble()  # it may not be run
    program.chmod(0o755)
    assert "libatomic.so.1" in driver_trouble()
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(tmp_path / "none"))
    assert "Run: scripts/system-packages" in driver_trouble()
