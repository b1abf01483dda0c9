"""There is one way in: the gate writes the record, services go through the gate, and each says who acts."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ROOT / "src/answerable"
#: Reads that are no acts, or parts of an act that another service has opened: `room/file.py:function` and why.
WITHOUT_ACTOR = {
    "following/services.py:let_go": "a part of the act that seals a case",
    "promises/services/clockwork.py:tick": "the machinery; settle_promise opens the acts",
    "register/services.py:append_events": "called by the gate only",
    "listening/services/clockwork.py:tick": "the machinery; settle_case opens the acts",
    "listening/services/intake.py:new_form_token": "writes nothing",
    "listening/services/slips.py:slip_for": "writes nothing",
    "listening/services/intake.py:open_form_token": "writes nothing",
    "money/services/drafting.py:at_till": "opens the act",
    "money/services/drafting.py:enter": "a part of acts",
    "money/services/proof.py:prove_books": "writes nothing",
    "programme/services.py:ask_before_ending": "wiring at start",
    "projects/services/making.py:ask_for_needs": "wiring at start",
    "projects/services/making.py:need_is_linked": "a part of the act that links a case",
    "projects/services/proof.py:said_of_evidence": "writes nothing",
    "places/services.py:check_in_use": "a part of acts",
    "places/services.py:check_point": "a part of acts",
    "places/services.py:level_columns": "a part of acts",
    "places/services.py:lock_tree": "a part of acts",
    "places/services.py:move_subtree": "a part of acts",
}


def product_files() -> list[Path]:
    """Every Python file of the product, without tests and migrations."""
    return [
        path
        for path in sorted(ROOMS.rglob("*.py"))
        if not {"tests", "migrations"} & set(path.relative_to(ROOMS).parts)
    ]


@cache
def parsed() -> list[tuple[str, ast.Module]]:
    """Their names below src/answerable, and their trees."""
    return [(str(path.relative_to(ROOMS)), ast.parse(path.read_text("utf-8"))) for path in product_files()]


def services() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every public function of services.py, and what a package of that name lets out by its door."""
    for name, tree in parsed():
        room, _, rest = name.partition("/")
        if rest == "services.py":
            door = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        elif rest.startswith("services/"):
            init = ast.parse((ROOMS / room / "services/__init__.py").read_text("utf-8"))
            door = {
                alias.name for node in init.body if isinstance(node, ast.ImportFrom) for alias in node.names
            }
        else:
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.name in door:
                yield f"{name}:{node.name}", node


def test_only_the_gate_writes_the_record() -> None:
    troubles = []
    for name, tree in parsed():
        if name.startswith("register/"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and name != "access/gate.py":
                if any(alias.name == "append_events" for alias in node.names):
                    troubles.append(f"{name}:{node.lineno} imports append_events")
                if node.module == "answerable.register" and any(a.name == "services" for a in node.names):
                    troubles.append(f"{name}:{node.lineno} imports register.services")
            if isinstance(node, ast.Attribute) and node.attr == "objects":
                if isinstance(node.value, ast.Name) and node.value.id == "Event":
                    troubles.append(f"{name}:{node.lineno} reads events behind the register's back")
    assert troubles == []


def test_nobody_writes_sql_that_changes_rows_but_the_rooms_that_own_them() -> None:
    troubles = []
    for name, tree in parsed():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words = node.value.lstrip().split(None, 2)[:2]
                sql = " ".join(words).upper()
                if sql.startswith(("INSERT INTO", "DELETE FROM")) and name.split("/")[0] in {"config", "web"}:
                    troubles.append(f"{name}:{node.lineno} {sql}")
    assert troubles == []


def test_services_name_their_actor_take_keywords_only_and_say_what_they_do() -> None:
    troubles = []
    for where, node in services():
        arguments = node.args
        keywords = {argument.arg for argument in arguments.kwonlyargs}
        if not ast.get_docstring(node):
            troubles.append(f"{where}: no docstring")
        if where in WITHOUT_ACTOR:
            continue
        if arguments.args or arguments.posonlyargs or arguments.vararg:
            troubles.append(f"{where}: keyword arguments only")
        if arguments.kwarg:
            troubles.append(f"{where}: **{arguments.kwarg.arg} hides what it takes")
        if not keywords & {"actor", "code"} and not _acts_as_system(node):
            troubles.append(f"{where}: who acts? `actor`, or a resident's `code`")
    assert troubles == []


def _acts_as_system(node: ast.FunctionDef) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id == "SYSTEM" for inner in ast.walk(node))


def test_raised_problems_are_named_in_the_docstring() -> None:
    """A service that raises a Problem by name says so, so that its callers know what to catch."""
    troubles = []
    for where, node in services():
        text = ast.get_docstring(node) or ""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Raise) and isinstance(inner.exc, ast.Call):
                name = inner.exc.func
                said = name.id if isinstance(name, ast.Name) else getattr(name, "attr", "")
                if said and said[0].isupper() and said not in text:
                    troubles.append(f"{where}: raises {said}, its docstring does not say so")
    assert troubles == []


def test_no_signals_no_admin_and_no_save_of_its_own() -> None:
    troubles = []
    for name, tree in parsed():
        for node in ast.walk(tree):
            module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
            if module in {"django.dispatch", "django.db.models.signals"} or module.startswith(
                "django.contrib.admin"
            ):
                troubles.append(f"{name} imports {module}")
            if isinstance(node, ast.ClassDef) and name.endswith("models.py"):
                own = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
                if own & {"save", "delete", "full_clean"}:
                    troubles.append(f"{name}:{node.lineno} {node.name} overrides {own}")
    assert troubles == []


def test_the_clock_is_asked_and_not_the_machine() -> None:
    """`date.today()` and `timezone.now()` don't know the programme's zone, nor the demo's day."""
    troubles = []
    for name, tree in parsed():
        if name == "kernel/clock.py":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called = ast.unparse(node.func)
                if called in {
                    "date.today",
                    "datetime.now",
                    "timezone.now",
                    "timezone.localdate",
                    "datetime.today",
                }:
                    troubles.append(f"{name}:{node.lineno} {called}()")
    assert troubles == []


@pytest.mark.django_db
def test_the_guard_of_the_tests_sees_a_write_outside_the_gate(world) -> None:
    from answerable.access import services as access_services
    from tests.support.write_guard import WroteOutsideTheGate, outside_the_gate

    source = "def bare(staff):\n    staff.language = 'ar'\n    staff.save()\n"
    scope: dict[str, Any] = {}
    exec(compile(source, str(access_services.__file__), "exec"), scope)
    bare = scope["bare"]
    with (
        pytest.raises(WroteOutsideTheGate, match=r"access/services.py:3 writes to access_staff"),
        transaction.atomic(),
    ):
        bare(world.staff["hana"])
    with outside_the_gate():
        bare(world.staff["hana"])
