"""The kinds of acts of this room. They bind no rows: anybody can compare the official list with its publisher's."""

from answerable.register.kinds import declare


def declare_acts() -> None:
    """Say it to the register, once, at start."""
    declare(
        "places.area-added",
        "places.area-closed",
        "places.area-moved",
        "places.area-renamed",
        "places.areas-imported",
        "places.boundaries-imported",
        "places.boundary-set",
        "places.calendar-added",
        "places.calendar-set",
        "places.holiday-added",
        "places.level-added",
        "places.point-set",
    )
