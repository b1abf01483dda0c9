"""A mould gives what the template gives, and refuses values that the template would do more with than show them."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.shortcuts import render
from django.template import engines
from django.test import RequestFactory

from answerable.web import moulds


@pytest.fixture
def template(monkeypatch):
    """Makes `page.html` of a text."""

    def make(text: str) -> str:
        found: Any = engines["django"].from_string(text)
        monkeypatch.setattr(moulds, "render_to_string", lambda _, context: found.render(context))
        monkeypatch.setattr(
            "django.shortcuts.loader.render_to_string", lambda _, *rest, **__: found.render(*rest)
        )
        moulds._mould.cache_clear()
        return "page.html"

    yield make
    moulds._mould.cache_clear()


def both(name: str, values: dict[str, Any], used: frozenset[str] = frozenset()) -> tuple[bytes, bytes]:
    request = RequestFactory().get("/ar/area/3/?page=2")
    request.LANGUAGE_CODE = "ar"
    plain: HttpResponse = render(request, name, {**values, "icons_used": set(used)})
    return moulds.poured(request, name, values, used).content, plain.content


def test_it_is_the_template_s_page_for_each_shape_and_every_text(template):
    name = template(
        "{{ lang }} {{ dir }} {{ alternates }}{{ languages }}"
        "{% still %}{% icon 'code' %}{% endstill %}{% if closed %}closed{% else %}{{ here }}{% endif %}|{{ rows }}{% sprite %}"
    )
    for closed in (True, False):
        for here in ("", "a < b & 'c' \"d\" \0here\0 {{ rows }}", "%s {0} \\1"):
            poured, plain = both(name, {"closed": closed, "here": here, "rows": here}, frozenset({"water"}))
            assert poured == plain
            assert b"i-water" in poured
            assert b'id="i-code"' in poured
            assert b"<b &" not in poured


def test_one_page_s_words_are_not_in_the_next(template):
    name = template("{{ here }}{% sprite %}")
    assert b"first" in both(name, {"here": "first"}, frozenset({"water"}))[0]
    assert both(name, {"here": "second"})[0] == b"second"


@pytest.mark.parametrize(
    "text",
    [
        "{% for row in here %}{{ row }}{% endfor %}",
        "{{ here.names }}",
        "{{ here|upper }}",
        "{{ here|slice:':3' }}",
    ],
)
def test_a_value_may_be_shown_and_asked_for_only(template, text):
    name = template(text)
    with pytest.raises(RuntimeError):
        both(name, {"here": "village"})
