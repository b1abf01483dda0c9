"""Everybody's addresses of this room: `/<language>/draws/...`, and the files."""

from django.urls import path

from answerable.web import addresses  # noqa: F401 - knows page_language

from .views import public

app_name = "verification"
urlpatterns = [
    path("<page_language:lang>/draws/", public.published, name="draws"),
    path("<page_language:lang>/draws/<int:draw_id>/", public.draw, name="draw"),
    path("draws/<int:draw_id>.txt", public.list_file, name="list"),
    path("draws/<int:draw_id>-sample.txt", public.sample_file, name="sample"),
    path("draws/<int:draw_id>.json", public.whole_file, name="whole"),
]
