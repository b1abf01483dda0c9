"""Residents read every page and every refusal in their language: nothing is left out, no value lost."""

import re
from pathlib import Path

import polib
import pytest
from django.utils import translation

from answerable.kernel.problem import all_problems

LOCALE = Path(__file__).resolve().parents[2] / "src" / "answerable" / "locale"
LANGUAGES = {"ar": 6, "zh_Hans": 1}
#: Where residents' texts come from. Desk pages may speak English for now.
RESIDENTS = re.compile(
    r"^(?:listening/templates/listening/(?:public/|desk/_slip)|listening/views/(?:public|codes|tell)\.py|listening/words\.py|"
    r"web/(?!templatetags/desk|templates/web/desk)|kernel/text\.py|safeguards/codes\.py)"
)
#: Refusals that a resident can meet, by the beginning of their code.
MET_BY_RESIDENTS = re.compile(
    r"^(?:web-|text-(?!points)|code-|access-(?:denied|not-there|sign-in)$|listening-(?:kind-unknown|subject-unknown|"
    r"choice-unknown|not-a-village|form-stale|code-unknown|too-many-tries|step-not-allowed|window-over|"
    r"no-focal-point)$)"
)
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"))


def texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_residents_pages_is_translated(language):
    missing = [
        entry.msgid
        for entry in catalogue(language)
        if not all(texts(entry)) and any(RESIDENTS.match(path) for path, _ in entry.occurrences)
    ]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_that_a_resident_meets_is_translated(language):
    done = {entry.msgid for entry in catalogue(language) if all(texts(entry))}
    missing = [p.code for p in all_problems() if MET_BY_RESIDENTS.match(p.code) and p.sentence not in done]
    assert missing == [], "run scripts/messages and translate"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_loses_or_invents_a_value(language):
    wrong = []
    for entry in catalogue(language):
        wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for n, text in enumerate(texts(entry)):
            if not text:
                continue
            found = set(PLACEHOLDER.findall(text))
            # None, one and two may be said without a figure in Arabic.
            said_in_words = entry.msgid_plural and LANGUAGES[language] == 6 and n < 3
            if found != wanted and not (said_in_words and found <= wanted):
                wrong.append((entry.msgid, text))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_have_the_languages_own_plural_forms(language):
    po = catalogue(language)
    assert po.metadata["Plural-Forms"].startswith(f"nplurals={LANGUAGES[language]};")
    assert [e.msgid for e in po if e.msgid_plural and len(e.msgstr_plural) != LANGUAGES[language]] == []
    assert [e.msgid for e in po if "fuzzy" in e.flags] == []


@pytest.mark.parametrize(
    ("count", "words"), [(1, "يوم واحد"), (2, "يومين"), (3, "3 أيام"), (11, "11 يومًا"), (100, "100 يوم")]
)
def test_arabic_counts_in_six_ways(count, words):
    with translation.override("ar"):
        said = translation.ngettext("That was %(days)s day ago.", "That was %(days)s days ago.", count)
    assert words in said % {"days": count}
