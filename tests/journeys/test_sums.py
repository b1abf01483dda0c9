"""The sums behind figures, over all that the demo does to its cases."""

from tests.support.demo_server import DemoServer


def test_the_demos_sums_are_what_its_cases_come_to(demo_server: DemoServer) -> None:
    done = demo_server.run("rollups", "check")
    assert done.returncode == 0, (done.stdout, done.stderr)
    assert "all sums are equal" in done.stdout
