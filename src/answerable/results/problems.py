"""What the results room refuses."""

from answerable.kernel.problem import Problem, gettext_noop


class NumberUnreadable(Problem):
    """Text where a number was expected."""

    code = "results-number-unreadable"
    status = 422
    sentence = gettext_noop(
        "“{given}” is no number. Write digits, with a point before decimals and nothing else, such as 1250 or 12.5; "
        "where there is no number, leave it empty and give the reason."
    )


class TooManyDecimals(Problem):
    """Finer than the indicator is measured."""

    code = "results-too-fine"
    status = 422
    sentence = gettext_noop("{given} has more than {decimals} decimals, which is all that is measured here.")


class NumberNegative(Problem):
    """Below zero where nothing can be."""

    code = "results-number-negative"
    status = 422
    sentence = gettext_noop("{given} is below zero: a share, a step or a count can't be.")


class ShareOverWhole(Problem):
    """More than all of them."""

    code = "results-share-over-whole"
    status = 422
    sentence = gettext_noop(
        "{given} is more than the whole. A percentage is at most 100, a part at most its whole."
    )


class DenominatorZero(Problem):
    """A share of nothing."""

    code = "results-denominator-zero"
    status = 422
    sentence = gettext_noop(
        "The whole is zero: a share of nothing is no number. Leave both empty and give the reason why there is no data."
    )


class PartsMissing(Problem):
    """A percentage without what it is computed from."""

    code = "results-parts-missing"
    status = 422
    sentence = gettext_noop(
        "A percentage needs the part and the whole that it is computed from, such as 45 of 60; please give both."
    )


class StepUnknown(Problem):
    """A step that the scale has not."""

    code = "results-step-unknown"
    status = 422
    sentence = gettext_noop("{given} is no step of this scale. Please give a whole number from 1 to {steps}.")


class ReadingMissing(Problem):
    """Neither a number nor a reason."""

    code = "results-reading-missing"
    status = 422
    sentence = gettext_noop("There is neither a number nor a reason. Please give one of them: {allowed}.")


class ReadingTwice(Problem):
    """A number and a reason why there is none."""

    code = "results-reading-twice"
    status = 422
    sentence = gettext_noop("There is a number and a reason why there is none. Please leave one of them out.")


class SampleMissing(Problem):
    """A margin without the answers it comes from, or from none."""

    code = "results-sample-missing"
    status = 422
    sentence = gettext_noop(
        "A value with a margin rests on a sample: please give how many answered, 1 or more."
    )


class SampleTooSmall(Problem):
    """A share of more than answered."""

    code = "results-sample-too-small"
    status = 422
    sentence = gettext_noop(
        "The whole is {whole}, but only {given} answered. A share of a sample is one of those who answered."
    )


class BaselineMissing(Problem):
    """A target without the point it is counted from."""

    code = "results-baseline-missing"
    status = 422
    sentence = gettext_noop(
        "There is no baseline for “{indicator}” here. Give it first, or the reason why there is none: "
        "a target says nothing without what it is counted from."
    )


class TargetAgainst(Problem):
    """A target on the wrong side of its baseline."""

    code = "results-target-against"
    status = 422
    sentence = gettext_noop(
        "The target {target} lies on the wrong side of the baseline {baseline}, by the way this indicator is to go."
    )


class PeriodOverlaps(Problem):
    """Two periods share a day."""

    code = "results-period-overlaps"
    status = 422
    sentence = gettext_noop(
        "The period “{period}” shares days with “{other}”. Periods of a framework follow each other."
    )


class PeriodLocked(Problem):
    """Nothing of a locked period changes."""

    code = "results-period-locked"
    status = 409
    sentence = gettext_noop(
        "The period “{period}” has been locked since {day}: nothing in it changes any more. "
        "Tell what was found later in the period that is open."
    )


class PeriodNotOver(Problem):
    """Too early for an actual to be settled."""

    code = "results-period-not-over"
    status = 409
    sentence = gettext_noop("The period “{period}” ends on {day}. It can be locked after that.")


class ActualsWaiting(Problem):
    """A period with work lying in it."""

    code = "results-actuals-waiting"
    status = 409
    sentence = gettext_noop(
        "{count} values of this period are not approved yet. Approve them, or send them back and enter "
        "the reason why there is no data; then lock it."
    )


class Settled(Problem):
    """What an approved value rests on stays."""

    code = "results-settled"
    status = 409
    sentence = gettext_noop(
        "A value that was approved rests on this, so it stays as it is: {what}. Add a new indicator or a new period instead."
    )


class PlaceOutside(Problem):
    """A place that the framework does not cover."""

    code = "results-place-outside"
    status = 422
    sentence = gettext_noop("“{area}” does not lie in the area of this framework.")


class ParentWrong(Problem):
    """The levels of the framework in another order."""

    code = "results-parent-wrong"
    status = 422
    sentence = gettext_noop(
        "An output belongs to an outcome, an outcome to an impact: “{key}” can't stand below “{parent}”."
    )


class KeyTaken(Problem):
    """The key belongs to something else."""

    code = "results-key-taken"
    status = 409
    sentence = gettext_noop("The key “{key}” is taken by another framework. Please choose another one.")


class ThingUnknown(Problem):
    """A key that nothing has."""

    code = "results-key-unknown"
    status = 422
    sentence = gettext_noop(
        "There is no {what} “{key}” in this framework. Write it before what refers to it."
    )


class ActualState(Problem):
    """The state does not allow the act."""

    code = "results-state-wrong"
    status = 409
    sentence = gettext_noop("This value is “{state}”: that can't be done with it now.")


class CheckerIsMaker(Problem):
    """Nobody approves their own value."""

    code = "results-same-person"
    status = 403
    sentence = gettext_noop("You entered this value, so somebody else has to approve it.")


class OnlyComputed(Problem):
    """A number typed where one is computed."""

    code = "results-only-computed"
    status = 422
    sentence = gettext_noop(
        "This indicator is computed from the records ({computation}): it is not typed. Ask for it to be computed."
    )


class NotComputed(Problem):
    """Nothing computes this indicator."""

    code = "results-not-computed"
    status = 422
    sentence = gettext_noop("No computation gives this indicator. Please enter it, with what it rests on.")


class ComputationUnfit(Problem):
    """A computation of another kind of number."""

    code = "results-computation-unfit"
    status = 422
    sentence = gettext_noop(
        "The computation “{computation}” gives {measure}, counting {counts}; the indicator says otherwise."
    )


class CorrectionUnexplained(Problem):
    """An approved value is followed by another one without a reason."""

    code = "results-correction-unexplained"
    status = 422
    sentence = gettext_noop(
        "A value was approved here already. Please say why another one follows: {allowed}."
    )


class ResultsNotRead(Problem):
    """A public text without the word that somebody read it for persons."""

    code = "results-not-read"
    status = 422
    sentence = gettext_noop(
        "Everybody will read this text. Please read it once more, and tick that it points at nobody."
    )


class WordsMissing(Problem):
    """A qualitative indicator without its words, or an entered number without what it rests on."""

    code = "results-words-missing"
    status = 422
    sentence = gettext_noop("Please say in a few words how this is known, or attach what it rests on.")


class EvidenceUnfit(Problem):
    """An item of another place."""

    code = "results-evidence-unfit"
    status = 422
    sentence = gettext_noop(
        "This picture or document is not there, or was brought in an area that you can't see."
    )


class SheetUnreadable(Problem):
    """A workbook that is none, or that is larger than one for a framework."""

    code = "results-sheet-unreadable"
    status = 422
    sentence = gettext_noop(
        "{file}: this is no workbook that can be read ({why}). Save it as XLSX or CSV, then try again."
    )


class SheetKindUnknown(Problem):
    """A file of another kind."""

    code = "results-sheet-kind"
    status = 422
    sentence = gettext_noop("{file}: please choose a file that ends in .xlsx or .csv.")


class PartUnfit(Problem):
    """A part that a scorecard can't have."""

    code = "results-part-unfit"
    status = 422
    sentence = gettext_noop(
        "“{key}” can't stand so in a scorecard: its parts are numbers of the same framework, with a weight from 1 to {most}, "
        "and a floor only together with the value that counts in full."
    )


class NotAVillage(Problem):
    """Committees are of villages."""

    code = "results-not-a-village"
    status = 422
    sentence = gettext_noop(
        "Only a village has a committee whose abilities are looked at. Please choose one."
    )


class LookDay(Problem):
    """A look ahead, or a plan behind."""

    code = "results-look-day"
    status = 422
    sentence = gettext_noop(
        "What was found or held has a day up to today; what is planned has one from today on, at most {most} days ahead."
    )


class SelfChecked(Problem):
    """The one who wrote down the committee's own word looks at it as well."""

    code = "results-self-checked"
    status = 403
    sentence = gettext_noop(
        "You wrote down what the committee says of itself. Somebody else has to look whether it is so."
    )


class TrainingOver(Problem):
    """Held or dropped already."""

    code = "results-training-over"
    status = 409
    sentence = gettext_noop("This training was held or dropped already.")


class PresentWrong(Problem):
    """No count of those who came."""

    code = "results-present-wrong"
    status = 422
    sentence = gettext_noop("Please give how many came, from 0 to {most}. Names are not written down.")
