"""What this room refuses."""

from answerable.kernel.problem import Problem, gettext_noop


class QuestionUnknown(Problem):
    """A question outside the bank, none, or too many."""

    code = "surveys-question-unknown"
    status = 422
    sentence = gettext_noop(
        "Please choose from {fewest} to {most} questions of the list. Others can't be asked."
    )


class DesignNumberWrong(Problem):
    """A number of the design out of its bounds."""

    code = "surveys-design-number-wrong"
    status = 422
    sentence = gettext_noop("“{given}” can't stand in this field ({name}): from {least} to {most}.")


class NumberUnreadable(Problem):
    """Text in a number."""

    code = "surveys-number-unreadable"
    status = 422
    sentence = gettext_noop("“{given}” is no number for this field ({name}). Please write digits only.")


class PopulationEmpty(Problem):
    """A population or a place of nobody, or of more than there can be."""

    code = "surveys-population-empty"
    status = 422
    sentence = gettext_noop(
        "Each place needs a number of dwellings or seats, at least 1. What has none is left out."
    )


class AllocationImpossible(Problem):
    """Minima that come to more than the sample."""

    code = "surveys-allocation-impossible"
    status = 422
    sentence = gettext_noop(
        "At least {minimum} in each of {strata} areas is more than the {needed} that are to be asked. "
        "Lower the minimum, or ask for a smaller margin."
    )


class StrataUnfit(Problem):
    """Strata that don't part the area between them."""

    code = "surveys-strata-unfit"
    status = 422
    sentence = gettext_noop("“{area}” has no village below it that can be drawn. Please choose another area.")


class VillagesTooFew(Problem):
    """A list of a single village."""

    code = "surveys-villages-too-few"
    status = 422
    sentence = gettext_noop(
        "A survey needs at least {fewest} villages on its list: nothing is ever published of a single one."
    )


class SizesUnreadable(Problem):
    """A line of the list of places that can't be read."""

    code = "surveys-sizes-unreadable"
    status = 422
    sentence = gettext_noop(
        "Line {line}: “{given}”. Please write a village's code or name, a comma and how many dwellings or seats it has."
    )


class PlaceTwice(Problem):
    """A village that stands twice in the list."""

    code = "surveys-place-twice"
    status = 422
    sentence = gettext_noop("Line {line}: “{area}” stands in the list already.")


class SurveyDays(Problem):
    """Days of collecting in disorder, past, or too many."""

    code = "surveys-days"
    status = 422
    sentence = gettext_noop("Collecting takes from 1 to {most} days, and its first day is today or later.")


class CollectorRated(Problem):
    """Who would collect belongs to the team that is rated."""

    code = "surveys-collector-rated"
    status = 403
    sentence = gettext_noop(
        "This survey is about the work of “{team}”. Who belongs to it, or to the sponsor that lends it, can't collect "
        "what is said of it. Please choose somebody else."
    )


class SeatRated(Problem):
    """Who would collect answers or steers matters there."""

    code = "surveys-seat-rated"
    status = 403
    sentence = gettext_noop(
        "The seat “{post}” answers or steers matters of this area, and this survey rates that. Whoever fills it can't "
        "collect what is said of it. Please choose an auditor's seat."
    )


class CollectorUnfit(Problem):
    """A seat that can't collect there."""

    code = "surveys-collector-unfit"
    status = 422
    sentence = gettext_noop("Please choose a seat that is filled and may collect surveys in this area.")


class NotTheCollector(Problem):
    """Somebody else's survey."""

    code = "surveys-not-the-collector"
    status = 403
    sentence = gettext_noop("Only “{post}” collects for this survey.")


class SurveyState(Problem):
    """An act that the survey's state does not allow."""

    code = "surveys-state"
    status = 409
    sentence = gettext_noop("This can't be done now: the survey is {state}.")


class DiceTooFew(Problem):
    """No digits of dice, or too few."""

    code = "surveys-dice"
    status = 422
    sentence = gettext_noop(
        "Please throw a die from {fewest} to {most} times before others, and write its digits, 1 to 6, in their order."
    )


class DrawNotAsCommitted(Problem):
    """The bytes of the draw are not those that were committed to."""

    code = "surveys-draw-not-as-committed"
    status = 409
    sentence = gettext_noop(
        "The list or the secret of this draw was changed after the office had committed to it. Nothing was drawn; "
        "drop this survey and design a new one."
    )


class DrawTooSoon(Problem):
    """The dice on the day of the design."""

    code = "surveys-draw-too-soon"
    status = 409
    sentence = gettext_noop(
        "The dice are thrown after the day on which the survey was designed: from {day} on."
    )


class CardsAll(Problem):
    """More cards than the place has in the sample."""

    code = "surveys-cards-all"
    status = 422
    sentence = gettext_noop("{place} has {left} cards left to print. Cards that were lost are not replaced.")


class CardUnknown(Problem):
    """A number that no card has, or whose card was used: the answer is the same."""

    code = "surveys-card-unknown"
    status = 404
    sentence = gettext_noop(
        "No card with this number waits for an answer. Please compare it with your card. Each card works once."
    )


class CardIncomplete(Problem):
    """A card's number that is not whole."""

    code = "surveys-card-incomplete"
    status = 422
    sentence = gettext_noop(
        "The number on a card has {wanted} digits; you gave {given}. Please look at your card again."
    )


class CardMistyped(Problem):
    """The check digit of a card's number does not fit."""

    code = "surveys-card-mistyped"
    status = 422
    sentence = gettext_noop(
        "One digit of the number is wrong, or two are swapped. Please compare it with your card."
    )


class CardTries(Problem):
    """Too many wrong numbers in a short time, by whomever."""

    code = "surveys-card-tries"
    status = 429
    sentence = gettext_noop("Too many wrong numbers just now. Please try again in {seconds} seconds.")


class SurveyOver(Problem):
    """A card before or after the days of collecting."""

    code = "surveys-over"
    status = 409
    sentence = gettext_noop("This survey takes answers from {first} to {last}.")


class PlaceFull(Problem):
    """As many answers as were asked for."""

    code = "surveys-place-full"
    status = 409
    sentence = gettext_noop("As many have answered in your village as were asked. Thank you all the same.")


class AnswerMissing(Problem):
    """A question without an answer: not to say is an answer as well."""

    code = "surveys-answer-missing"
    status = 422
    sentence = gettext_noop("Please choose an answer to each question. You may choose not to say.")


class PaperNumber(Problem):
    """A count on a tally sheet that is none."""

    code = "surveys-paper-number"
    status = 422
    sentence = gettext_noop("“{given}” is no count ({name}). Please write digits only, 0 for none.")


class PaperUneven(Problem):
    """A question whose answers don't come to the number of sheets."""

    code = "surveys-paper-uneven"
    status = 422
    sentence = gettext_noop(
        "{question}: the answers come to {sum}, and {answers} answered on paper. Each counts once."
    )


class PaperTooMany(Problem):
    """More answers than were asked for in a place."""

    code = "surveys-paper-too-many"
    status = 422
    sentence = gettext_noop(
        "{answers} on paper and {cards} by card are more than the {take} that were to be asked in this place."
    )


class PaperTooFew(Problem):
    """So few sheets that their sums are close to an answer."""

    code = "surveys-paper-too-few"
    status = 422
    sentence = gettext_noop(
        "Fewer than {fewest} answers on paper are not written down: a sum over so few would be close to an answer."
    )


class NothingToClose(Problem):
    """Too little was answered for anything to be said."""

    code = "surveys-nothing-to-close"
    status = 409
    sentence = gettext_noop(
        "Too few have answered so far for anything to be said. Collect more, or drop the survey."
    )


class StatisticsMissing(Problem):
    """The library for estimates is not installed."""

    code = "surveys-statistics-missing"
    status = 503
    sentence = gettext_noop(
        "The statistics library is not installed here. Whoever runs this server installs requirements/surveys.txt; "
        "then the survey can be closed. No answer is lost."
    )


class StatisticsDisagree(Problem):
    """Two computations give different figures."""

    code = "surveys-statistics-disagree"
    status = 500
    sentence = gettext_noop(
        "Two computations of the same figures disagree. Nothing was closed; please tell whoever runs this server."
    )
