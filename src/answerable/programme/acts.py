"""The kinds of acts of this room, and which rows each writes."""

from answerable.register.kinds import declare


def declare_acts() -> None:
    """Say it to the register, once, at start."""
    declare("programme.sponsor-added", adds="sponsor")
    declare("programme.organisation-added", adds="organisation")
    declare("programme.round-added", adds="round")
    declare("programme.team-added", adds="team")
    declare("programme.outside-body-added", adds="outsidebody")
    declare("programme.renamed", changes="sponsor organisation round team outsidebody")
    declare("programme.post-seated", adds="teamseat")
    declare("programme.team-posted", adds="posting", changes="posting")
    declare("programme.posting-ended", changes="posting")
    declare("programme.subject-added", adds="subject")
    declare("programme.subject-changed", changes="subject")
    declare("programme.standard-set", adds="standard", changes="standard")
    declare(
        "programme.responsibility-set",
        adds="responsibility",
        changes="responsibility",
        takes="responsibility",
    )
    declare("programme.responsibility-ended", changes="responsibility")
    # What a file brought was written by the acts above, one for each line.
    declare(
        *(
            f"programme.{what}-imported"
            for what in (
                "sponsors",
                "organisations",
                "outside-bodies",
                "rounds",
                "teams",
                "postings",
                "subjects",
                "standards",
                "responsibilities",
                "calendars",
            )
        )
    )
