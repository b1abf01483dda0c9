"""Replies to start from, in several languages."""

from __future__ import annotations

from collections.abc import Mapping

from answerable.access.gate import acting
from answerable.access.rules import Actor, Right
from answerable.kernel.labels import clean_key, clean_names
from answerable.kernel.text import clean_text
from answerable.listening.models import ReplyTemplate

from .core import TEXT_LIMIT


def save_template(
    *, actor: Actor, key: str, names: Mapping[str, str], texts: Mapping[str, str]
) -> ReplyTemplate:
    """Add a template, or change the one with this key. The same again changes nothing.

    Raises Denied, KeyRefused, NamesRefused, TextMissing, TextTooLong.
    """
    with acting(actor, Right.SET_UP, None) as act:
        clean = {tag: clean_text(text, limit=TEXT_LIMIT, field="texts") for tag, text in texts.items()}
        row = ReplyTemplate(key=clean_key(key), names=clean_names(names), texts=clean)
        there = ReplyTemplate.objects.filter(key=row.key).first()
        if there is not None:
            row.pk = there.pk
            if (there.names, there.texts) == (row.names, row.texts):
                act.idle = True
                return there
        row.save()
        act.record("listening.template-saved", template=row.pk, key=row.key)
    return row
