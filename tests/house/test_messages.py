"""Residents and staff read every page and every refusal in their language: nothing is left out, no value lost."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
import pytest
from django.template import Template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils import translation
from django.utils.translation import trim_whitespace

from answerable.kernel.problem import all_problems

SOURCE = Path(__file__).resolve().parents[2] / "src" / "answerable"
LOCALE = SOURCE / "locale"
LANGUAGES = {"ar": 6, "zh_Hans": 1}
#: What marks a text, and how many of its arguments are texts.
MARKS = {"gettext": 1, "gettext_noop": 1, "gettext_lazy": 1, "_": 1, "ngettext": 2, "ngettext_lazy": 2}
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"))


def texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def texts_of_programs() -> Iterator[tuple[str, ...]]:
    """Each text marked in Python, alone or with its plural."""
    for path in SOURCE.glob("**/*.py"):
        if {"tests", "migrations"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            marked = node.args[: MARKS.get(name, 0)]
            said = tuple(n.value for n in marked if isinstance(n, ast.Constant) and isinstance(n.value, str))
            if said and len(said) == len(marked):
                yield said


def texts_of_templates() -> Iterator[tuple[str, ...]]:
    """Each text marked in a template, alone or with its plural."""
    for path in SOURCE.glob("*/templates/**/*.html"):
        nodes: Any = Template(path.read_text("utf-8")).nodelist
        for node in nodes.get_nodes_by_type(TranslateNode):
            yield (node.filter_expression.var.literal,)
        for node in nodes.get_nodes_by_type(BlockTranslateNode):
            forms = [node.render_token_list(form)[0] for form in (node.singular, node.plural) if form]
            yield tuple(trim_whitespace(form) if node.trimmed else form for form in forms)


def test_the_catalogues_hold_every_text_of_the_product():
    found = {*texts_of_programs(), *texts_of_templates()}
    assert len(found) > 700
    for language in LANGUAGES:
        po = catalogue(language)
        known = {(entry.msgid,) for entry in po} | {(e.msgid, e.msgid_plural) for e in po if e.msgid_plural}
        assert sorted(found - known) == [], f"{language}: run scripts/messages and translate"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language):
    assert [entry.msgid for entry in catalogue(language) if not all(texts(entry))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_is_translated(language):
    done = {entry.msgid for entry in catalogue(language) if all(texts(entry))}
    missing = [p.code for p in all_problems() if p.sentence not in done]
    assert missing == [], "mark the sentence, run scripts/messages and translate"


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
