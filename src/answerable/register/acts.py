"""The kinds of acts that the register records of itself, in the open. They write no bound rows."""

from .kinds import declare


def declare_acts() -> None:
    """Say it, once, at start. The kinds of slip pads are declared where pads are (listening)."""
    declare(
        "register.begun",
        "register.erasure-batch",
        "register.key-rotated",
        "register.witness-policy",
        public=True,
    )
