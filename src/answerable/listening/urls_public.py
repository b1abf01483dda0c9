"""Residents' addresses: `/<language>/...`. A tracking code never stands in one."""

from __future__ import annotations

from django.urls import include, path, register_converter

from .views import codes, public


class PageLanguage:
    """The languages that resident pages are written in."""

    regex = "en|ar|zh-hans"

    def to_python(self, value: str) -> str:
        """The tag as it stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """The same."""
        return value


register_converter(PageLanguage, "page_language")

app_name = "public"
pages = [
    path("", public.home, name="home"),
    path("area/<int:area_id>/", public.area_page, name="area"),
    path("area/<int:area_id>/tell/", public.tell, name="tell"),
    path("tell/", public.tell_where, name="tell-where"),
    path("code/", codes.look_up, name="code"),
    path("code/<slug:act>/", codes.act, name="code-act"),
    path("promise/", public.promise, name="promise"),
    path("what-we-hold/", public.what_we_hold, name="what-we-hold"),
    path("standards/", public.standards, name="standards"),
]
urlpatterns = [
    path("", public.start, name="start"),
    path("<page_language:lang>/", include(pages)),
]
