"""Everybody's addresses of this room: `/<language>/...`."""

from django.urls import path

from answerable.web import addresses  # noqa: F401 - knows page_language

from .views import public

app_name = "surveys"
urlpatterns = [
    path("<page_language:lang>/survey/", public.card, name="card"),
    path("<page_language:lang>/surveys/", public.published, name="published"),
    path("surveys/<int:survey_id>.csv", public.file, name="file"),
    path("surveys/<int:survey_id>-draw.csv", public.frame, name="frame"),
]
