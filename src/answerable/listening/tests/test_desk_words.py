"""Refusals on the desk name choices as its forms do, in the reader's language."""

import pytest
from django.utils import translation

from answerable.kernel.labels import ChoiceUnknown
from answerable.listening.views.desk import say_problem


@pytest.mark.parametrize(
    ("field", "allowed", "said"),
    [
        ("decision", "explained, will-do", "شُرح الأمر, سيُعمل شيء"),
        ("kind", "public-meeting, need", "اجتماع عام, حاجة"),
        ("language", "fr, ar", "الفرنسية, العربية"),
        ("done", "yes, no", "أُنجز, لم يُنجز"),
        ("post", "director, Upper Ford", "مدير, Upper Ford"),
        ("session", "2026-03-02", "2026-03-02"),
    ],
)
def test_choices_are_said_in_words(field, allowed, said):
    with translation.override("ar"):
        sentence = say_problem(ChoiceUnknown(field=field, given="-", allowed=allowed))
    assert sentence.endswith(f": {said}.")
