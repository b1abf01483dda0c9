"""What this room refuses."""

from answerable.kernel.problem import Problem, gettext_noop


class AreaInItself(Problem):
    """The new parent is the area itself or lies below it."""

    code = "places-area-in-itself"
    status = 409
    sentence = gettext_noop("{area} can't be moved into {parent}, which is the area itself or lies below it.")


class LevelOrder(Problem):
    """An area's level must stand below its parent's."""

    code = "places-level-order"
    status = 409
    sentence = gettext_noop(
        "An area of the level {level} can't lie in one of the level {parent_level}: choose a parent of a higher level."
    )


class TreeTooDeep(Problem):
    """More levels than a path has room for."""

    code = "places-too-deep"
    status = 409
    sentence = gettext_noop(
        "The tree would be more than {limit} areas deep here. Choose a parent further up."
    )


class KeyTaken(Problem):
    """A level or calendar of that key is there."""

    code = "places-key-taken"
    status = 409
    sentence = gettext_noop("The key {key} is in use already. Choose another one.")


class CodeTaken(Problem):
    """A code names one area in its scheme, for ever."""

    code = "places-code-taken"
    status = 409
    sentence = gettext_noop("The code {code} of the scheme {scheme} belongs to another area already.")


class PointRefused(Problem):
    """No place on earth."""

    code = "places-point-refused"
    sentence = gettext_noop(
        "A point needs both a latitude from -90 to 90 and a longitude from -180 to 180, in degrees."
    )


class AreaClosed(Problem):
    """The area is closed from a day on."""

    code = "places-area-closed"
    status = 409
    sentence = gettext_noop("{area} is closed since {on}. Choose an area that is in use.")


class SuccessorRefused(Problem):
    """Somebody has to take over, and that can't be the closed area or what lies in it."""

    code = "places-successor-refused"
    status = 409
    sentence = gettext_noop(
        "{area} can't take over here: choose an area in use that lies outside of the closed one."
    )


class StillHoldsAreas(Problem):
    """Areas in use lie below."""

    code = "places-still-holds-areas"
    status = 409
    sentence = gettext_noop("{count} areas in use lie in {area}. Move or close them first.")


class WeekendRefused(Problem):
    """A week needs a working day."""

    code = "places-weekend-refused"
    sentence = gettext_noop(
        "Days off are numbers from 0 (Monday) to 6 (Sunday), and one day at least must be worked."
    )


class BoundaryRefused(Problem):
    """Not an outline by RFC 7946."""

    code = "places-boundary-refused"
    sentence = gettext_noop("The outline can't be used: {why}")
