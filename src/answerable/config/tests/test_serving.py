"""`answerable serve` in a terminal: it ends when it is told to."""

import os
import signal
import subprocess
import sys
import time

from tests.support.demo_server import _answers, free_port, run


def test_ctrl_c_ends_the_server_and_its_workers(own_database: dict[str, str]) -> None:
    done = run(own_database, "migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    port = free_port()
    command = [sys.executable, "-c", "from answerable.config.cli import main; main()", "serve"]
    server = subprocess.Popen(
        [*command, "--port", str(port)],
        env=own_database,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + 60
        while not _answers(f"http://127.0.0.1:{port}/en/"):
            assert server.poll() is None
            assert time.monotonic() < until
        os.killpg(server.pid, signal.SIGINT)
        assert server.wait(timeout=20) == 0
    finally:
        if server.poll() is None:
            server.kill()
            server.wait(timeout=20)
