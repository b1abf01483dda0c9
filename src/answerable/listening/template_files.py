"""Reply templates from a CSV file: `key`, `name` and `text`, each also as `name:ar`, `text:ar` and so on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from answerable.access.imports import Cells, Outcome, Shape, Take, take_rows
from answerable.access.rules import Actor
from answerable.kernel.tables import ImportReport, Progress, silent

from .models import ReplyTemplate
from .services.templates import save_template

#: The replies that we ship.
SHIPPED_TEMPLATES = Path(__file__).with_name("data") / "reply-templates.csv"


def import_templates(
    *,
    actor: Actor,
    files: Sequence[Path] = (),
    keep: str = "none",
    dry_run: bool = False,
    progress: Progress = silent,
) -> ImportReport:
    """Replies to start from. Without a file: those that we ship."""

    def prepare(rows: list[Cells]) -> Take:
        present = {row.key: (row.names, row.texts) for row in ReplyTemplate.objects.all()}

        def take(cells: Cells) -> Outcome:
            cells.needed("text")
            key, wanted = cells.needed("key"), (cells.names(), cells.names("text"))
            before = present.get(key)
            if before == wanted:
                return "unchanged"
            save_template(actor=actor, key=key, names=wanted[0], texts=wanted[1])
            present[key] = wanted
            return "updated" if before else "added"

        return take

    return take_rows(
        actor=actor,
        files=files or [SHIPPED_TEMPLATES],
        kind="listening.templates",
        shape=Shape(("key", "name", "text"), (), ("name", "text")),
        prepare=prepare,
        keep=keep,
        dry_run=dry_run,
        progress=progress,
    )
