"""Texts that can be erased: what the record binds is a commitment, which outlives the text and says nothing of it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from .binding import Bound


class Erasable(Bound):
    """A row with a text that can be erased, should it point at a person: the row, its day and its commitment stay."""

    #: The commitment is bound; the text and what blinds it die together.
    unbound: ClassVar[frozenset[str]] = frozenset({"text", "blind"})

    language = models.CharField(max_length=20)
    text = models.TextField()
    #: 32 random bytes, and what they and the text come to.
    blind = models.BinaryField(max_length=32, null=True)
    commitment = models.BinaryField(max_length=32, null=True)
    erased_on = models.DateField(null=True)

    class Meta:
        """An erased text is gone. No table of its own."""

        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(erased_on__isnull=True) | Q(text=""),
                name="%(app_label)s_%(class)s_erased_is_empty",
            )
        ]

    def erase(self, on: date) -> None:
        """Erase the text, inside an act."""
        for name, value in emptied(on).items():
            setattr(self, name, value)
        self.save(update_fields=[*emptied(on)])


def committed(text: str) -> dict[str, Any]:
    """The columns of a text that can be erased: itself, 32 random bytes, and a commitment that outlives both."""
    blind = secrets.token_bytes(32)
    return {"text": text, "blind": blind, "commitment": text_commitment(blind, text)}


def emptied(on: date) -> dict[str, Any]:
    """The columns of a text that was erased on a day."""
    return {"text": "", "blind": None, "erased_on": on}


def text_commitment(blind: bytes, text: str) -> bytes:
    """What stays of a text: 32 bytes of which nothing can be learnt once the blind is gone."""
    return hashlib.sha256(b"answerable/text/v1\0" + blind + text.encode()).digest()
