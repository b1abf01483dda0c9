"""The staff's addresses of projects, below /desk/projects/."""

from django.urls import path

from .views import choices, desk

app_name = "projects-desk"
urlpatterns = [
    path("projects/", desk.projects, name="list"),
    path("projects/new/", desk.new, name="new"),
    path("projects/choices/", choices.choices, name="choices"),
    path("projects/choices/new/", choices.new_choice, name="choice-new"),
    path("projects/choices/c/<slug:key>/", choices.choice_page, name="choice"),
    path("projects/p/<slug:key>/", desk.project_page, name="project"),
    path("projects/p/<slug:key>/<slug:act>/", desk.project_act, name="act"),
]
