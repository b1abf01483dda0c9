"""The kinds of acts of this room, and which rows each writes."""

from answerable.register.kinds import declare


def declare_acts() -> None:
    """Say it to the register, once, at start; and which ones everybody may read there."""
    _step("made", adds="project projectarea", public=True)
    _step(
        "changed",
        adds="projectarea projectsector",
        changes="projectbudget",
        takes="projectarea projectsector",
    )
    _step("part-of", public=True)
    _step("moved", public=True)
    _step("milestone", adds="milestone", public=True)
    _step("revised", adds="milestonerevision", changes="milestone", public=True)
    _step("dropped", adds="milestonerevision", changes="milestone", public=True)
    _step("reached", changes="milestone", public=True)
    _step("evidence", adds="projectevidence")
    _step("word", adds="projectword")
    _step("contribution", adds="contribution", public=True)
    _step("claimed", adds="projectword", public=True)
    _step("heard", "confirmed", adds="residentsword", changes="codessaid")
    _step("reopened", adds="residentsword snag", changes="codessaid")
    _step("snag", adds="snag", public=True)
    _step("repaired", changes="snag", public=True)
    declare("projects.taken-in", adds="project projectarea projectbudget projectsector projectstep")
    declare("projects.imported")
    declare("projects.choice-held", adds="choice choiceevidence choiceoption")


def _step(*steps: str, adds: str = "", changes: str = "", takes: str = "", public: bool = False) -> None:
    """A step stands in the project's log, and moves its columns."""
    declare(
        *(f"projects.{step}" for step in steps),
        adds=f"projectstep {adds}",
        changes=changes if "project" in adds.split() else f"project {changes}",
        takes=takes,
        public=public,
    )
