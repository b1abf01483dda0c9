"""Residents' addresses: `/<language>/...`. A tracking code never stands in one."""

from __future__ import annotations

from django.urls import include, path

from answerable.web import addresses  # noqa: F401 - knows page_language

from .views import codes, public

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
    path("what-we-hold/<slug:part>/", public.what_we_hold, name="what-we-hold-part"),
    path("standards/", public.standards, name="standards"),
]
urlpatterns = [
    path("", public.start, name="start"),
    path("<page_language:lang>/", include(pages)),
]
