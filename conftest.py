"""What every test may use, in tests/ and in the rooms. The fixtures stand in tests/support, by theme."""

pytest_plugins = [
    "tests.support.databases",
    "tests.support.properties",
    "tests.support.real_data",
    "tests.support.browser",
    "tests.support.write_guard",
    "tests.support.world",
]
