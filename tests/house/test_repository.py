"""The repository itself: pins, licence, and nothing in it of one machine or one person."""

import hashlib
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]


def asked_for(path: Path) -> dict[str, Requirement]:
    found: dict[str, Requirement] = {}
    for line in path.read_text().splitlines():
        line = re.split(r"(?:^|\s+)#", line)[0].strip()
        if line.startswith("-r "):
            found |= asked_for(path.parent / line[3:])
        elif line and not line.startswith("-c "):
            requirement = Requirement(line)
            found[str(canonicalize_name(requirement.name))] = requirement
    return found


class Pin(NamedTuple):
    version: Version
    hashes: int
    direct: bool


def pinned(path: Path) -> dict[str, Pin]:
    found: dict[str, Pin] = {}
    for block in re.split(r"^(?=\w)", path.read_text(), flags=re.MULTILINE):
        if match := re.match(r"([\w.-]+)(?:\[[\w,-]+\])?==(\S+)", block):
            found[str(canonicalize_name(match[1]))] = Pin(
                version=Version(match[2]),
                hashes=len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", block)),
                direct=bool(re.search(r"#.*-r \w+\.in", block)),
            )
    return found


@pytest.mark.parametrize("name", ["runtime", "dev", "lake"])
def test_compiled_requirements_are_what_was_asked_for(name: str) -> None:
    wanted = asked_for(ROOT / "requirements" / f"{name}.in")
    pins = pinned(ROOT / "requirements" / f"{name}.txt")

    assert {key for key, pin in pins.items() if pin.direct} == set(wanted), "run scripts/requirements"
    for key, requirement in wanted.items():
        assert pins[key].version in requirement.specifier, f"{key}: run scripts/requirements"
    assert [key for key, pin in pins.items() if not pin.hashes] == []


def test_development_runs_on_what_production_runs_on() -> None:
    development = pinned(ROOT / "requirements/dev.txt")
    for key, pin in pinned(ROOT / "requirements/runtime.txt").items():
        assert development[key].version == pin.version, key


def test_each_runtime_requirement_says_why() -> None:
    lines = (ROOT / "requirements/runtime.in").read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("#") and " # " not in line] == []


def test_the_licence_is_the_whole_agpl() -> None:
    text = (ROOT / "LICENSE").read_bytes()
    assert hashlib.sha256(text).hexdigest() == (
        "8486a10c4393cee1c25392769ddd3b2d6c242d6ec7928e1414efff7dfb2f07ef"
    )


def committed_files() -> list[tuple[str, str]]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout: nobody can say which files belong to it")
    found = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and not path.is_symlink():
            found.append((name, path.read_bytes().decode("utf-8", "replace")))
    return found


FORBIDDEN = {
    "a package registry": re.compile(
        r"^--(?:extra-)?index-url|^--find-links|\"resolved\": *\"http|^\s*(?:index|registry)[-_]?url\s*=|"
        r"\b(?:pypi|npmjs)\.(?:org|com)\b|\b(?:deb|security|snapshot)\.debian\.org\b",
        re.MULTILINE,
    ),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "an access key": re.compile(r"\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bglpat-[\w-]{20}\b"),
    "a password in an address": re.compile(r"\b[a-z+]+://[\w.-]+:[^\s@/{$<:]{3,}@[\w.-]+\.\w+"),
}


def test_no_file_names_a_registry_a_secret_or_a_folder_of_this_machine() -> None:
    here = {f"{ROOT}/", f"{Path.home()}/", f"{ROOT.parent}/"} - {"//", "/tmp/", "/home/", "/srv/", "/opt/"}
    rules = FORBIDDEN | {
        "a folder of this machine": re.compile(
            "|".join(rf"(?<![\w.-]){re.escape(folder)}" for folder in here)
        )
    }
    troubles = [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {what}"
        for name, text in committed_files()
        for what, rule in rules.items()
        for match in rule.finditer(text)
    ]
    assert troubles == []
