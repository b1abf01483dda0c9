"""The kinds of acts of this room, and which rows each writes."""

from answerable.register.kinds import declare
from answerable.register.rules import begin_matters, erase_matters

from .rules.states import Step

#: What every step of a matter may write: an act takes several, and its last one binds all that it wrote of the matter.
_ADDED = "casestep word"
#: Steps after which a matter's answer is no longer shown to the village.
_UNSHOWN = {Step.JOINED, Step.MARKED_SENSITIVE}
#: Steps by which a resident takes words back: they are emptied, and their feedback says since when.
_TAKEN_BACK = {Step.VOICE_LEFT, Step.WITHDRAWN}


def declare_acts() -> None:
    """Say it to the register, once, at start; and which acts a matter begins and ends with."""
    for step in Step:
        taken = "publicanswer" if step in _UNSHOWN else ""
        changed = "case feedback word" if step in _TAKEN_BACK else "case"
        if step is not Step.RECEIVED:
            declare(f"listening.case-{step}", adds=_ADDED, changes=changed, takes=taken)
    declare("listening.case-received", "listening.case-imported", adds=f"case feedback {_ADDED}")
    declare("listening.answer-published", adds=_ADDED, changes="case publicanswer")
    # It binds anew what stays, as the secret that closed it is gone.
    declare(
        "listening.matter-erased",
        changes="case casestep feedback publicanswer word following_caseproject",
        takes="publicanswer",
    )
    declare("listening.session-held", adds="session")
    declare("listening.template-saved", adds="replytemplate", changes="replytemplate")
    declare("listening.templates-imported", "listening.feedback-imported", "listening.work-reassigned")
    declare("listening.slip-received", changes="slip")
    declare("register.pad-issued", adds="listening_slippad listening_slip", public=True)
    declare("register.pad-settled", changes="listening_slippad listening_slip", public=True)
    begin_matters("listening.case-received", "listening.case-imported")
    erase_matters("listening.matter-erased")
