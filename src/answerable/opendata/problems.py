"""What can be refused in this room."""

from __future__ import annotations

from answerable.kernel.problem import Problem, gettext_noop


class IatiBroken(Problem):
    """No XML, or XML that a careful parser refuses: bombs, endless texts, files that were cut."""

    code = "opendata-iati-broken"
    sentence = gettext_noop("{file}, line {line}: this can't be read as XML: {why}. Fetch the file again.")


class IatiEmpty(Problem):
    """Nothing in it, also after unpacking."""

    code = "opendata-iati-empty"
    sentence = gettext_noop("{file}: the file is empty. Fetch it again.")


class IatiIsFolder(Problem):
    """A folder was named where a file is needed."""

    code = "opendata-iati-is-folder"
    sentence = gettext_noop("{file}: this is a folder, no file. Name the files in it.")


class IatiHasEntities(Problem):
    """A document type or entities: IATI needs neither, and bombs are made of them."""

    code = "opendata-iati-has-entities"
    sentence = gettext_noop(
        "{file}: the file declares a document type. IATI files have none; it was not read. "
        "Remove the lines from <!DOCTYPE on."
    )


class IatiNotActivities(Problem):
    """XML, but of another kind."""

    code = "opendata-iati-not-activities"
    sentence = gettext_noop(
        "{file}: the file holds <{tag}>, no <iati-activities>. Organisation files and IATI 1 are not read."
    )


class IatiVersionUnknown(Problem):
    """A version that we don't know how to read."""

    code = "opendata-iati-version-unknown"
    sentence = gettext_noop(
        "{file}: IATI version {version} is not read; 2.01, 2.02 and 2.03 are. Ask the publisher for one of these."
    )


class AreaUnknown(Problem):
    """No area of that code."""

    code = "opendata-area-unknown"
    status = 404
    sentence = gettext_noop(
        "No area is known as “{area}”. Write it as SCHEME:CODE, as the file of areas has it."
    )


class AreaUnclear(Problem):
    """Several areas at the top, or none: nobody said where projects belong."""

    code = "opendata-area-unclear"
    sentence = gettext_noop(
        "There are {count} areas at the top of the programme. Say with --area SCHEME:CODE where the projects belong."
    )


class NotSetUp(Problem):
    """Nobody said who reports, and for which country."""

    code = "opendata-iati-not-set-up"
    status = 404
    sentence = gettext_noop(
        "This programme publishes no IATI file yet: ANSWERABLE_IATI_ORG and ANSWERABLE_IATI_COUNTRY are not set."
    )


class NothingToPublish(Problem):
    """No activity at all, or none that keeps the rules: the standard knows no empty file."""

    code = "opendata-nothing-to-publish"
    status = 404
    sentence = gettext_noop(
        "There is no project and no money to publish yet. Left out because they break a rule: {count}."
    )


class TargetRefused(Problem):
    """A file or folder that can't be written."""

    code = "opendata-target-refused"
    sentence = gettext_noop("{file}: this can't be written: {why}. Name another file or folder.")


class FormUnknown(Problem):
    """No such file of open data."""

    code = "opendata-file-unknown"
    status = 404
    sentence = gettext_noop("There is no open data of that name. There are: {files}.")
