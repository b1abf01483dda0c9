"""What this room refuses."""

from answerable.kernel.problem import Problem, gettext_noop


class SubjectUnknown(Problem):
    """No subject has this key."""

    code = "programme-subject-unknown"
    sentence = gettext_noop("There is no subject “{subject}” in the list. Please choose one from the list.")


class KeyTaken(Problem):
    """Another row of this kind has the key."""

    code = "programme-key-taken"
    status = 409
    sentence = gettext_noop("The key “{key}” is in use. Take another one.")


class SubjectTooDeep(Problem):
    """The list has two levels."""

    code = "programme-subject-too-deep"
    sentence = gettext_noop(
        "The subject “{subject}” stands on the second level, so it can't have subjects of its own. Choose one of the first."
    )


class SubjectStaysSensitive(Problem):
    """What was promised to be seen by the focal point only stays so."""

    code = "programme-subject-stays-sensitive"
    status = 409
    sentence = gettext_noop(
        "The subject “{subject}” is sensitive and stays so. Add another subject for what is not sensitive."
    )


class StandardInDisorder(Problem):
    """Times that can't be kept in their order."""

    code = "programme-standard-disorder"
    sentence = gettext_noop(
        "The days to acknowledge can't be more than those to answer, nor these more than those to resolve; "
        "none is over 1000, and silence lasts at least 1. Please correct the numbers."
    )


class OneAnswerer(Problem):
    """A line of the matrix names none or several that answer."""

    code = "programme-one-answerer"
    sentence = gettext_noop("Name exactly one that answers: a function, or a post, or an outside body.")


class PostCannotHandle(Problem):
    """The role of the post carries no right to handle cases."""

    code = "programme-post-cannot-handle"
    sentence = gettext_noop(
        "The post {post} is no case handler, coordinator or director, so it can't answer. Name another post."
    )


class PostElsewhere(Problem):
    """The post's reach and the line's area have nothing in common."""

    code = "programme-post-elsewhere"
    sentence = gettext_noop("The post {post} does not reach this area. Name a post that does.")


class SameAlready(Problem):
    """The matrix says so already."""

    code = "programme-same-already"
    status = 409
    sentence = gettext_noop("This is what holds on that day already. Nothing was changed.")


class SeatTaken(Problem):
    """The post belongs to a team."""

    code = "programme-seat-taken"
    status = 409
    sentence = gettext_noop(
        "The post {post} belongs to the team {team} already. Add a new post for this team."
    )


class PostingOutsideRound(Problem):
    """A posting lasts no longer than its round."""

    code = "programme-posting-outside-round"
    status = 409
    sentence = gettext_noop(
        "The round {round} lasts from {start} to {end}. Choose days of the posting within it."
    )


class PostingOverlaps(Problem):
    """A team is there, above or below on some of these days."""

    code = "programme-posting-overlaps"
    status = 409
    sentence = gettext_noop(
        "The team {team} is posted to {area} on some of these days. End that posting first, or choose other days."
    )


class PostingEnded(Problem):
    """A posting can be cut short, not drawn out."""

    code = "programme-posting-ended"
    status = 409
    sentence = gettext_noop("This posting ends on {end} already. To stay longer, post the team again.")
