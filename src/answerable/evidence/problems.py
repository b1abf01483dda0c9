"""What this room refuses."""

from answerable.kernel.problem import Problem, gettext_noop


class PictureFormatUnknown(Problem):
    """Bytes that are no JPEG, PNG or WebP, whatever the file is called."""

    code = "evidence-picture-format"
    status = 415
    sentence = gettext_noop(
        "This file is no JPEG, PNG or WebP picture. Take the picture as JPEG (on an iPhone: Settings, Camera, "
        "Formats, Most compatible), or send a screenshot of it."
    )


class PictureUnreadable(Problem):
    """Half a picture, or bytes that only begin like one."""

    code = "evidence-picture-unreadable"
    status = 422
    sentence = gettext_noop(
        "This picture can't be read to its end: the file is damaged or was cut off. Send it again, or take another one."
    )


class PictureTooHeavy(Problem):
    """More bytes than a picture may have on its way in."""

    code = "evidence-picture-too-heavy"
    status = 413
    sentence = gettext_noop("A picture may have {limit} MB at most. Send it in a smaller size.")


class PictureTooLarge(Problem):
    """More pixels than we decode."""

    code = "evidence-picture-too-large"
    status = 413
    sentence = gettext_noop(
        "This picture has {width} × {height} pixels; at most {limit} million are read. Send it in a smaller size."
    )


class AreaMissing(Problem):
    """Nothing said where it belongs."""

    code = "evidence-area-missing"
    status = 422
    sentence = gettext_noop("Say first in which village or area this was: search for it, then add it there.")


class PictureMissing(Problem):
    """No file came."""

    code = "evidence-picture-missing"
    status = 422
    sentence = gettext_noop("No file came with the form. Choose at least one and send it again.")


class FileEmpty(Problem):
    """A file came, with nothing in it."""

    code = "evidence-file-empty"
    status = 422
    sentence = gettext_noop("The file is empty: nothing is in it. Choose it again, or another one.")


class TooManyPictures(Problem):
    """More files in one form than it takes."""

    code = "evidence-too-many"
    status = 413
    sentence = gettext_noop(
        "At most {limit} pictures can be sent at once; these are {count}. Send the rest after them."
    )


class DayAhead(Problem):
    """Nothing was taken or drawn up tomorrow."""

    code = "evidence-day-ahead"
    status = 422
    sentence = gettext_noop("The day {day} is still to come. Give the day on which it was made.")


class DigestUnreadable(Problem):
    """No SHA-256 in hexadecimal digits."""

    code = "evidence-digest"
    status = 422
    sentence = gettext_noop(
        "A document is known by its SHA-256: 64 of the signs 0 to 9 and a to f. Copy it whole, or give the file itself."
    )


class TakenDown(Problem):
    """What was taken down stays down."""

    code = "evidence-taken-down"
    status = 409
    sentence = gettext_noop(
        "This picture was taken down on {day} and stays so. Send another picture of the same thing."
    )


class NotAPicture(Problem):
    """An act on pictures only."""

    code = "evidence-not-a-picture"
    status = 409
    sentence = gettext_noop(
        "Documents are kept by their owner; only their digest is here. Nothing can be shown or taken down."
    )


class NotTakenDown(Problem):
    """Bytes are erased after the picture was taken down, not before."""

    code = "evidence-not-taken-down"
    status = 409
    sentence = gettext_noop("Take the picture down first; then its file can be erased for good.")
