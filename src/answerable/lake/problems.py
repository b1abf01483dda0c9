"""What can be refused in this room."""

from __future__ import annotations

from answerable.kernel.problem import Problem, gettext_noop


class ExtraMissing(Problem):
    """Parquet files are written by a library that the product runs without."""

    code = "lake-extra-missing"
    status = 503
    sentence = gettext_noop(
        "Parquet files need the optional packages of requirements/lake.txt. Run scripts/lake, which installs them."
    )


class FolderRefused(Problem):
    """The folder can't be made, read or written."""

    code = "lake-folder-refused"
    sentence = gettext_noop("{folder}: {why}. Name a folder that you may write to; the one above must exist.")


class NotALake(Problem):
    """There is something else in that folder."""

    code = "lake-not-a-lake"
    sentence = gettext_noop(
        "{folder}: the folder holds other files and is no lake. Name an empty folder, a new one, or a lake."
    )


class LakeOfAnother(Problem):
    """The lake there is of another area, or of a newer version of the product."""

    code = "lake-of-another"
    status = 409
    sentence = gettext_noop("{folder}: the lake there is {what}. Name another folder.")


class LakeBusy(Problem):
    """Another run writes there now."""

    code = "lake-busy"
    status = 409
    sentence = gettext_noop("{folder}: another run writes this lake now. Wait until it has ended.")


class MonthUnknown(Problem):
    """No month."""

    code = "lake-month-unknown"
    sentence = gettext_noop("“{month}” is no month. Write it as 2026-03.")


class FactUnknown(Problem):
    """No table of that name."""

    code = "lake-fact-unknown"
    sentence = gettext_noop("“{fact}” is no table of the lake. There are: {known}.")


class FileRefused(Problem):
    """The file can't be written."""

    code = "lake-file-refused"
    sentence = gettext_noop("{file}: {why}. Name a file in a folder that you may write to.")
