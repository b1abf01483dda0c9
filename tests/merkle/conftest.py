"""What the tests of the log's mathematics share: other people's vectors, Go's checker, a log in a folder."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.merkle.logs import entry, write_log

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def theirs(shared: Path) -> Path:
    """The folder with other people's vectors."""
    return shared / "data" / "merkle"


@pytest.fixture(scope="session")
def go_checker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checker in Go, built once: Debian's golang-go and golang-golang-x-mod-dev, no network."""
    if not shutil.which("go"):
        pytest.skip("needs Go: apt-get install golang-go golang-golang-x-mod-dev")
    folder = tmp_path_factory.mktemp("go")
    checker = folder / "checker"
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": ""}
    environment |= {"GOCACHE": str(folder / "cache"), "GOTOOLCHAIN": "local"}
    subprocess.run(
        ["go", "build", "-o", checker, "main.go"], cwd=HERE / "go", env=environment, check=True, timeout=300
    )
    return checker


@pytest.fixture(scope="session")
def large_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of 70,000 leaves; read it, or copy what you change."""
    folder = tmp_path_factory.mktemp("log")
    write_log(folder, [entry(n) for n in range(70_000)])
    return folder
