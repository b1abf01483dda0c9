"""What this room refuses."""

from answerable.kernel.problem import Problem, gettext_noop


class SubjectUnknown(Problem):
    """No subject has this key."""

    code = "programme-subject-unknown"
    status = 400
    sentence = gettext_noop("There is no subject {subject} in the list. Please choose one from the list.")
