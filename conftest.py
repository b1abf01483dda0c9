"""What every test may use, in tests/ and in the rooms. The fixtures stand in tests/support, by theme."""

import os

# A tracking code costs 0.2 s by default; tests make thousands. OWASP's floor is the least that settings take.
os.environ.setdefault("ANSWERABLE_CODE_MEMORY_KIB", "19456")
os.environ.setdefault("ANSWERABLE_CODE_PASSES", "2")

pytest_plugins = [
    "tests.support.databases",
    "tests.support.registers",
    "tests.support.demo_server",
    "tests.support.properties",
    "tests.support.real_data",
    "tests.support.browser",
    "tests.support.write_guard",
    "tests.support.bound_guard",
    "tests.support.world",
    "tests.support.village",
    "tests.support.pictures",
    "tests.support.open_data",
]
