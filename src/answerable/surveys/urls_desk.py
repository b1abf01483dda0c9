"""The staff's addresses of this room, below /desk/."""

from django.urls import path

from .views import collecting, desk

app_name = "surveys-desk"
urlpatterns = [
    path("surveys/", desk.surveys, name="list"),
    path("surveys/new/<int:area_id>/", desk.new, name="new"),
    path("surveys/<int:survey_id>/", desk.survey, name="survey"),
    path("surveys/<int:survey_id>/instructions/", collecting.instructions, name="instructions"),
    path("surveys/place/<int:cluster_id>/", collecting.place, name="place"),
]
