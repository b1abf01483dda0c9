"""What can be refused, set or permitted is written down; what is written down exists."""

import importlib
import pkgutil
import re
from pathlib import Path
from string import Formatter

import pytest

import answerable
from answerable.access.rules import ROLE_RIGHTS, Right, Role
from answerable.config.env import SETTINGS
from answerable.kernel.problem import Problem, all_problems

REFERENCE = Path(__file__).resolve().parents[2] / "docs/reference"
STATUSES = {400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503}


def sections(name: str, mark: str = "##") -> dict[str, str]:
    """The headings of a document at one depth, with what stands below each."""
    text = (REFERENCE / name).read_text("utf-8")
    found = re.findall(rf"^{mark} ([^\n]+)\n(.*?)(?=^##? |^{mark} |\Z)", text, flags=re.MULTILINE | re.DOTALL)
    assert len(found) == len(dict(found)), f"{name}: a heading stands twice"
    return {heading.strip(): body.strip() for heading, body in found}


def problems() -> list[type[Problem]]:
    """Every Problem of the product, from every module of it."""
    for module in pkgutil.walk_packages(answerable.__path__, "answerable."):
        if not re.search(r"\.(tests|migrations|wsgi|__main__)\b", module.name):
            importlib.import_module(module.name)
    return [problem for problem in all_problems() if problem.__module__.startswith("answerable.")]


def test_every_problem_has_a_paragraph_in_order() -> None:
    written = sections("problems.md")
    codes = [problem.code for problem in problems()]
    assert sorted(set(codes) - set(written)) == [], "add a paragraph to docs/reference/problems.md"
    assert sorted(set(written) - set(codes)) == [], "no such problem any more"
    assert list(written) == sorted(written), "keep the headings sorted"
    assert [code for code, body in written.items() if len(body) < 40] == []


def test_every_problem_has_one_code_a_sensible_status_and_a_sentence() -> None:
    troubles = []
    found = problems()
    codes = [problem.code for problem in found]
    for problem in found:
        name = f"{problem.__module__}.{problem.__name__}"
        room = problem.__module__.split(".")[1]
        if codes.count(problem.code) > 1:
            troubles.append(f"{name}: another problem has the code {problem.code}")
        if not re.fullmatch(r"[a-z]+(-[a-z]+)+", problem.code):
            troubles.append(f"{name}: code {problem.code!r}")
        if room not in {"kernel", "safeguards", "config"} and not problem.code.startswith(f"{room}-"):
            troubles.append(f"{name}: the code begins with the room, {room}-")
        if problem.status not in STATUSES:
            troubles.append(f"{name}: status {problem.status}")
        if not problem.sentence or not problem.sentence.rstrip("”}").endswith((".", "?", "!")):
            if not problem.sentence.endswith("{why}"):
                troubles.append(f"{name}: no whole sentence")
        if not (problem.__doc__ or "").strip():
            troubles.append(f"{name}: no docstring")
        for _, field, spec, conversion in Formatter().parse(problem.sentence):
            if field is not None and (not field.isidentifier() or spec or conversion):
                troubles.append(f"{name}: placeholder {field!r}: translators get plain names")
    assert troubles == []


def test_every_setting_is_explained() -> None:
    written = sections("settings.md")
    assert sorted(written) == sorted(setting.name for setting in SETTINGS)
    assert [name for name, body in written.items() if len(body) < 40] == []
    for setting in SETTINGS:
        if setting.default.isalnum():
            assert setting.default in written[setting.name], f"{setting.name}: say the default"


def test_every_right_and_role_is_explained_and_the_table_is_true() -> None:
    written = sections("rights.md", "###")
    expected = [right.value for right in Right] + [role.value for role in Role]
    assert sorted(written) == sorted(expected)
    rows = re.findall(r"^\| ([\w-]+) \|(.+)\|$", (REFERENCE / "rights.md").read_text("utf-8"), re.MULTILINE)
    (head, columns), *lines = rows
    roles = [Role(name.strip()) for name in columns.split("|")]
    assert head == "right"
    assert set(roles) == set(Role)
    table = {name: [cell.strip() for cell in cells.split("|")] for name, cells in lines if name in expected}
    assert table == {
        right.value: ["yes" if right in ROLE_RIGHTS[role] else "" for role in roles] for right in Right
    }


@pytest.mark.parametrize("folder", ["decisions", "guides", "reference"])
def test_documents_name_files_that_exist(folder: str) -> None:
    root = REFERENCE.parents[1]
    missing = []
    for path in sorted((root / "docs" / folder).glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
            if not (path.parent / target).exists():
                missing.append(f"{path.name}: {target}")
        for target in re.findall(r"`((?:docs|src|tests|scripts)/[\w./-]+\.\w+)`", path.read_text("utf-8")):
            if not (root / target).exists():
                missing.append(f"{path.name}: {target}")
    assert missing == []


def test_decisions_are_numbered_once() -> None:
    names = [path.name for path in (REFERENCE.parent / "decisions").glob("*.md")]
    numbers = [name[:4] for name in names]
    assert sorted(set(numbers)) == sorted(numbers)
    assert [name for name in names if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name)] == []
