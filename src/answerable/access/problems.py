"""What the gate and the staff pages refuse."""

from answerable.kernel.problem import Problem, gettext_noop


class Denied(Problem):
    """The right is not held there."""

    code = "access-denied"
    status = 403
    sentence = gettext_noop(
        "Your post does not allow this here. Ask the coordinator of the area whose post does."
    )


class NotThere(Problem):
    """It does not exist, or one may not know that it does."""

    code = "access-not-there"
    status = 404
    sentence = gettext_noop(
        "There is nothing here under this address. Check it, or start again from the first page."
    )


class SignInNeeded(Problem):
    """Only staff who signed in come here."""

    code = "access-sign-in"
    status = 401
    sentence = gettext_noop("Please sign in first.")


class SignInFailed(Problem):
    """A wrong pair of user name and password; which of them is not said."""

    code = "access-sign-in-failed"
    status = 401
    sentence = gettext_noop("User name and password do not fit together. Please try again.")


class SignInTooOften(Problem):
    """Too many wrong tries for one user name, known or not."""

    code = "access-sign-in-too-often"
    status = 429
    sentence = gettext_noop("Too many tries for this user name. Please wait {minutes} minutes and try again.")


class PasswordWrong(Problem):
    """The present password was not given correctly."""

    code = "access-password-wrong"
    status = 422
    sentence = gettext_noop("This is not your present password. Please type it again.")


class PasswordsDiffer(Problem):
    """The new password was typed in two ways."""

    code = "access-passwords-differ"
    sentence = gettext_noop("The new password was not typed the same twice. Please type it again.")


class PasswordWeak(Problem):
    """Too short, or among those that are tried first."""

    code = "access-password-weak"
    sentence = gettext_noop(
        "This password is too easy to guess. Take at least {least} characters, and none of the usual passwords."
    )


class UsernameRefused(Problem):
    """A user name of other signs than the plain ones."""

    code = "access-username-refused"
    sentence = gettext_noop(
        "A user name has small letters a to z, digits, dot, hyphen or underscore, 2 to 60 of them; {username} does not."
    )


class UsernameTaken(Problem):
    """Somebody has this user name."""

    code = "access-username-taken"
    status = 409
    sentence = gettext_noop("The user name {username} is in use. Take another one.")


class LanguageUnknown(Problem):
    """A language in which the desk has no words."""

    code = "access-language-unknown"
    sentence = gettext_noop("The desk does not speak {language}. Languages are: {languages}.")


class StaffUnknown(Problem):
    """No member of staff has this user name."""

    code = "access-staff-unknown"
    sentence = gettext_noop("Nobody has the user name {username}. Add that person first.")


class RoleUnknown(Problem):
    """No such role."""

    code = "access-role-unknown"
    sentence = gettext_noop("There is no role {role}. Roles are: {roles}.")


class PostKeyTaken(Problem):
    """Another post has this key."""

    code = "access-post-taken"
    status = 409
    sentence = gettext_noop("There is a post {post} already. Take another key.")


class PostUnknown(Problem):
    """No post has this key."""

    code = "access-post-unknown"
    sentence = gettext_noop("There is no post {post}. Add it first.")


class PostIsFixed(Problem):
    """What a post may do follows from its role and area, so they never change under its holder."""

    code = "access-post-fixed"
    status = 409
    sentence = gettext_noop(
        "The {what} of the post {post} can't be changed. End this post and add another one for the new duty."
    )


class HoldingOverlaps(Problem):
    """Somebody fills the post on these days."""

    code = "access-holding-overlaps"
    status = 409
    sentence = gettext_noop(
        "The post {post} is filled on some of these days. End that holding first, then try again."
    )


class HoldingOutsidePost(Problem):
    """The post does not exist on some of these days."""

    code = "access-holding-outside-post"
    status = 409
    sentence = gettext_noop(
        "The post {post} does not exist on all of these days. Choose days within its own."
    )


class HoldingEnded(Problem):
    """The holding has its last day already."""

    code = "access-holding-ended"
    status = 409
    sentence = gettext_noop("This holding of the post {post} has ended already, on {end}.")


class ColumnUnknown(Problem):
    """A file brings a column that has no place here; it may hold what must not be kept, so nothing is read."""

    code = "access-column-unknown"
    sentence = gettext_noop(
        "{file}: the column “{column}” is not known here, or stands there twice. Take it out; known are: {columns}."
    )
