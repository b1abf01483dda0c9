"""What the promises room refuses."""

from answerable.kernel.problem import Problem, gettext_noop


class PromiseChanged(Problem):
    """Somebody acted on it since the page was opened."""

    code = "promises-changed"
    status = 409
    sentence = gettext_noop(
        "Somebody acted on this promise since you opened it: {changes}. Look at it again; your words are kept."
    )


class PromiseStepNotAllowed(Problem):
    """The state does not allow the step."""

    code = "promises-step-not-allowed"
    status = 409
    sentence = gettext_noop("This promise is “{state}”: that can't be done with it now.")


class NotYourPromise(Problem):
    """Another post owes it."""

    code = "promises-not-yours"
    status = 403
    sentence = gettext_noop(
        "This promise is owed by the post {post}. Ask its holder, or the coordinator, who can move it."
    )


class PromiseDays(Problem):
    """A promise is for a day after it was made, and is written down soon."""

    code = "promises-days-wrong"
    status = 422
    sentence = gettext_noop(
        "Please give the day on which it was promised, at most {latest} days ago and not after today, and the day by "
        "which it is promised: not before that, and at most {most} days ahead."
    )


class DayNotAhead(Problem):
    """A newer day that has gone by."""

    code = "promises-day-not-ahead"
    status = 422
    sentence = gettext_noop("Please give a day after today, at most {most} days ahead.")


class PromiseNotRead(Problem):
    """A public text without the word that somebody read it for persons."""

    code = "promises-not-read"
    status = 422
    sentence = gettext_noop(
        "Everybody will read this text. Please read it once more, and tick that it points at nobody."
    )


class PromiseTexts(Problem):
    """A promise without a text."""

    code = "promises-text-missing"
    status = 422
    sentence = gettext_noop("Please write down in at least one language what was promised.")


class PromisePlace(Problem):
    """A promise belongs to a village, and a session to its own."""

    code = "promises-place-wrong"
    status = 422
    sentence = gettext_noop("Please choose a village of your own area, and a session that was held there.")


class PostCanNotPromise(Problem):
    """A post that does not reach the village, does not handle matters, or has ended."""

    code = "promises-post-unfit"
    status = 422
    sentence = gettext_noop(
        "The post {post} can't owe this promise: it has to be one that works on matters, reaches the village and has not ended."
    )


class ProjectUnfit(Problem):
    """A project that can't take the promise up."""

    code = "promises-project-unfit"
    status = 422
    sentence = gettext_noop(
        "This project can't take the promise up: it has to work in this village, and must not be cancelled."
    )
