"""What can be refused in this room."""

from __future__ import annotations

from answerable.kernel.labels import DayUnreadable
from answerable.kernel.problem import Problem, gettext_noop


class NeedLinked(Problem):
    """Said to answer nobody's need, and linked to one."""

    code = "projects-need-linked"
    status = 409
    sentence = gettext_noop(
        "A need is linked to this project, so “no linked need” would not be true. If the link is wrong, unlink it first."
    )


class MoveRefused(Problem):
    """A phase that no move leads to."""

    code = "projects-move-refused"
    status = 409
    sentence = gettext_noop(
        "A project does not go from “{phase}” to “{to}”. Choose one of the steps that its page offers."
    )


class SectorUnknown(Problem):
    """A code that its vocabulary has not."""

    code = "projects-sector-unknown"
    sentence = gettext_noop("“{code}” is no sector of the list “{vocabulary}”.")


class SharesNotWhole(Problem):
    """Shares that add up to another sum than the whole."""

    code = "projects-shares-not-whole"
    sentence = gettext_noop("The shares in the list “{vocabulary}” add up to {total} percent, not to 100.")


class KeyTaken(Problem):
    """Another project or choice has the key."""

    code = "projects-key-taken"
    status = 409
    sentence = gettext_noop("The key “{key}” is in use. Take another one.")


class ProjectChanged(Problem):
    """Somebody acted on the project since the page was opened."""

    code = "projects-changed"
    status = 409
    sentence = gettext_noop(
        "Since you opened this page the project has changed: {changes}. Nothing of yours was sent; "
        "it is still in the form below."
    )


class ReasonNeeded(Problem):
    """A step that needs a reason came without one, or with another."""

    code = "projects-reason-needed"
    status = 422
    sentence = gettext_noop("Please give one of these reasons: {allowed}.")


class DayNotPast(Problem):
    """A day to come where only a past one can be, or one too long ago."""

    code = "projects-day-not-past"
    status = 422
    sentence = gettext_noop("Please give a day that is today or before, and not before {earliest}.")


class NumberUnreadable(Problem):
    """No whole number, or one out of range."""

    code = "projects-number-unreadable"
    status = 422
    sentence = gettext_noop("Please give a whole number from {least} to {most}.")


class PartRefused(Problem):
    """A project that can't be a part of another."""

    code = "projects-part-refused"
    status = 409
    sentence = gettext_noop(
        "The project can't be made a part of that one: a project is no part of itself or of its own parts, "
        "and parts go at most {most} deep."
    )


class MilestoneOver(Problem):
    """A milestone that was reached or dropped already."""

    code = "projects-milestone-over"
    status = 409
    sentence = gettext_noop("This milestone was reached or given up already. Add another one instead.")


class ClaimRefused(Problem):
    """Not in a phase in which anything can be claimed."""

    code = "projects-claim-refused"
    status = 409
    sentence = gettext_noop(
        "Only a project under way, without an open snag or an unfinished part, can be called done."
    )


class NothingClaimed(Problem):
    """Residents confirm a claim, and there is none."""

    code = "projects-nothing-claimed"
    status = 409
    sentence = gettext_noop(
        "The office has not said that this project is done, or it was opened again since. "
        "Residents are heard after it says so."
    )


class VerdictAgainstCounts(Problem):
    """The verdict is not what most of them said."""

    code = "projects-verdict-against-counts"
    status = 422
    sentence = gettext_noop(
        "The verdict has to be what most of those heard said: “done” needs more than all others together, "
        "half of them saying “not done” make it “not done”. Please correct the counts or the verdict."
    )


class CloseRefused(Problem):
    """Residents were not heard, nor waited for."""

    code = "projects-close-refused"
    status = 409
    sentence = gettext_noop(
        "It can't be closed yet: residents have {days} days to say whether it is done, and open snags come first."
    )


class SnagOver(Problem):
    """A snag that was repaired already."""

    code = "projects-snag-over"
    status = 409
    sentence = gettext_noop("This snag was repaired already.")


class SnagTooEarly(Problem):
    """Nothing was claimed that could be found wanting."""

    code = "projects-snag-too-early"
    status = 409
    sentence = gettext_noop("Snags are recorded once the office has said that the project is done.")


class ChoiceCountsWrong(Problem):
    """Counts of a choice that don't add up."""

    code = "projects-choice-counts-wrong"
    status = 422
    sentence = gettext_noop(
        "The counts don't add up: they come to {total}, and {present} were present. "
        "Hands, spoiled papers and those who chose nothing have to be all who were present."
    )


class ChoiceHandsSpoiled(ChoiceCountsWrong):
    """Spoiled hands."""

    code = "projects-choice-hands-spoiled"
    sentence = gettext_noop(
        "Only papers can be unreadable: by show of hands there are none. Please leave that field empty."
    )


class ChoiceTooFew(ChoiceCountsWrong):
    """Fewer than two options, or too many."""

    code = "projects-choice-options-few"
    sentence = gettext_noop(
        "A choice is between two options at least and {most} at most; here are {total}. “None of these” is one of them."
    )


class ChoiceEachWrong(ChoiceCountsWrong):
    """Everybody could choose everything."""

    code = "projects-choice-each-wrong"
    sentence = gettext_noop(
        "For how many options each could choose has to be less than the number of options, {total}, and at least 1."
    )


class ChoiceReplaced(Problem):
    """A record that a later one put right already."""

    code = "projects-choice-replaced"
    status = 409
    sentence = gettext_noop(
        "This record was put right already by a later one, of {day}. Open that one to correct it; nothing was recorded now."
    )


class MeasureUnfit(Problem):
    """Land in meals."""

    code = "projects-measure-unfit"
    status = 422
    sentence = gettext_noop("“{kind}” is not counted in “{measure}”. Please choose one of: {allowed}.")


class DayTooFar(Problem):
    """A year that was mistyped."""

    code = "projects-day-too-far"
    status = 422
    sentence = gettext_noop("{day} is more than {years} years from today. Please check the year.")


class DayMissing(DayUnreadable):
    """A day that was left empty."""

    code = "projects-day-missing"
    sentence = gettext_noop("The day is missing. Please write it as year-month-day, for example {example}.")


class KeyMissing(Problem):
    """A new project without its key."""

    code = "projects-key-missing"
    status = 422
    sentence = gettext_noop(
        "The short name in addresses is missing: small letters, digits and hyphens, such as ford-school-pump."
    )


class CurrencyMissing(Problem):
    """An amount of no currency."""

    code = "projects-currency-missing"
    status = 422
    sentence = gettext_noop("The currency is missing: three letters, such as USD.")


class ChoiceOptionWrong(Problem):
    """Options that are no proposals for the area."""

    code = "projects-choice-option-wrong"
    status = 422
    sentence = gettext_noop(
        "“{project}” can't be chosen here: an option is a proposal for this area that is not under way yet, "
        "and stands there once."
    )


class EvidenceThere(Problem):
    """The item stands in the project already."""

    code = "projects-evidence-there"
    status = 409
    sentence = gettext_noop("This picture or document is part of the project already.")


class EvidenceNeeded(Problem):
    """Neither a file nor an item."""

    code = "projects-evidence-needed"
    status = 422
    sentence = gettext_noop("Choose at least one picture, or something that was brought in before.")


class EvidenceGrade(Problem):
    """A grade that the item can't have."""

    code = "projects-evidence-grade"
    status = 422
    sentence = gettext_noop("A picture can't be graded as a document, nor a document as a picture.")


class PlaceUnknown(Problem):
    """The area that a mapping names is not there."""

    code = "projects-place-unknown"
    status = 404
    sentence = gettext_noop("No area has the code {code} in the scheme {scheme}. Import it first.")


class AreaNeeded(Problem):
    """No area, or one that is not there."""

    code = "projects-area-needed"
    status = 422
    sentence = gettext_noop("Please choose an area that your post covers.")
