"""The rows of published answers."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from answerable.listening.published import Answer
from answerable.web.figures import month
from answerable.web.said import name_html, words_html
from answerable.web.templatetags.web import icon

register = template.Library()


@register.simple_tag(takes_context=True)
def answer_rows(context: template.Context, answers: Iterable[Answer]) -> SafeString:
    """A list item for each answer: subject, month, village where one is given, and the office's own words.

    Drawn without the template engine: ten answers of some twenty nodes each were a third of a village page's time.
    Every part is HTML already, escaped by who made it.
    """
    language = context["lang"]
    rows = []
    for answer in answers:
        where = ""
        if answer.area_id is not None:
            area = name_html(answer.area_names or {}, answer.area_name, language)
            where = f' · <a href="/{language}/area/{answer.area_id}/">{area}</a>'
        rows.append(
            f'<li class="said">{icon(context, answer.subject_icon)}'
            f"<h3>{name_html(answer.subject_names, language=language)}</h3>"
            f'<p class="soft">{month(answer.month)}{where}</p>'
            f"<div>{words_html(answer.text, answer.language, language)}</div></li>"
        )
    return SafeString("".join(rows))
