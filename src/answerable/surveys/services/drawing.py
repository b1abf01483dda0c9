"""Drawing the places of a survey: once, with dice that were thrown after the office had committed itself."""

from __future__ import annotations

from datetime import timedelta

from answerable.access.gate import acting
from answerable.access.rules import Actor, Right
from answerable.kernel import clock
from answerable.surveys.models import Cluster, Survey, Tally
from answerable.surveys.problems import DrawNotAsCommitted, DrawTooSoon
from answerable.surveys.rules.drawing import dice_in, digest_of, draw, frame_text, seed_of
from answerable.surveys.rules.questions import BANK
from answerable.surveys.rules.sizes import allocate

from .core import locked, seen


def draw_survey(*, actor: Actor, survey: int, dice: str) -> Survey:
    """Draw the places and share out who is asked where. From the day after the design, once.

    Raises NotThere, Denied, SurveyState, DrawTooSoon, DiceTooFew, DrawNotAsCommitted.
    """
    found = seen(actor, survey)
    digits = dice_in(dice)
    with acting(actor, Right.SET_RESULTS, found.area) as act:
        row = locked(found, "designed")
        today = clock.today()
        if today <= row.designed_on:
            raise DrawTooSoon(field="dice", day=(row.designed_on + timedelta(days=1)).isoformat())
        strata = list(row.strata.order_by("area_id"))
        clusters: dict[int, dict[int, Cluster]] = {stratum.pk: {} for stratum in strata}
        for cluster in Cluster.objects.filter(stratum__survey=row):
            clusters[cluster.stratum_id][cluster.area_id] = cluster
        sizes = {key: {pk: one.size for pk, one in rows.items()} for key, rows in clusters.items()}
        listed = [(one.area_id, one.places, sizes[one.pk]) for one in strata]
        if digest_of(frame_text(listed)) != row.frame:
            raise DrawNotAsCommitted(field="seed")
        seed = seed_of(row.frame, bytes(row.secret), digits, commitment=row.commitment)
        chosen: list[Cluster] = []
        for stratum in strata:
            drawn = draw(seed, stratum.area_id, stratum.places, sizes[stratum.pk])
            rows = [clusters[stratum.pk][pk] for pk in (*drawn.certain, *drawn.by_chance)]
            rest = stratum.size - sum(row.size for row in rows[: len(drawn.certain)])
            share_out(stratum.sample, rows, len(drawn.certain), rest)
            for cluster in rows:
                cluster.drawn, cluster.certain = True, cluster.area_id in drawn.certain
                cluster.save(update_fields=["drawn", "certain", "take"])
            chosen += rows
        Tally.objects.bulk_create(
            [
                Tally(cluster=cluster, question=key, option=option)
                for cluster in chosen
                for key in row.questions
                for option in BANK[key].options
            ],
            batch_size=2_000,
        )
        row.state, row.dice, row.drawn_on = "drawn", digits, today
        row.save(update_fields=["state", "dice", "drawn_on"])
        act.record(
            "surveys.drawn",
            survey=row.pk,
            dice=digits,
            secret=bytes(row.secret).hex(),
            seed=seed.hex(),
            places=len(chosen),
            drawn=f"sha256:{digest_of(_listed(chosen))}",
        )
    return row


def _listed(chosen: list[Cluster]) -> str:
    """The places that were drawn, as the text that the record has the digest of: a number a line."""
    return "".join(f"{pk}\n" for pk in sorted(cluster.area_id for cluster in chosen))


def share_out(sample: int, rows: list[Cluster], certain: int, left_to_chance: int) -> None:
    """How many are asked in each place of a stratum: by size in those that were certain, and as many in each other one.

    `rows` begins with the certain ones. What chance drew stands for all that was left to chance, as far as it reaches.
    """
    sizes = [row.size for row in rows]
    parts = [*sizes[:certain], *([left_to_chance] if len(rows) > certain else [])]
    shares = allocate(min(max(sample, len(parts)), sum(parts)), parts, way="proportional")
    takes = shares[:certain]
    if len(rows) > certain:
        drawn = sizes[certain:]
        takes += allocate(min(max(shares[certain], len(drawn)), sum(drawn)), drawn, way="equal")
    for row, take in zip(rows, takes, strict=True):
        row.take = take
