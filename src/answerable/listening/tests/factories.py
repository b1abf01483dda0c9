"""Cases to begin a test with, made through the room's own services."""

from __future__ import annotations

from answerable.access.rules import PUBLIC, Actor
from answerable.listening.services import Heard, receive_feedback
from tests.support.world import World

WORDS = "The pump at the school has been dry for two weeks."


def hear(
    world: World,
    *,
    actor: Actor = PUBLIC,
    village: str = "Ford",
    subject: str = "water-supply",
    kind: str = "need",
    text: str = WORDS,
    language: str = "en",
    channel: str = "web",
    sensitive: bool = False,
    with_code: bool = True,
) -> Heard:
    """One thing said in the small world."""
    return receive_feedback(
        actor=actor,
        area=world.areas[village],
        kind=kind,
        subject=world.subjects[subject],
        text=text,
        language=language,
        channel=channel,
        sensitive=sensitive,
        with_code=with_code,
    )
