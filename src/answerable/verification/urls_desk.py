"""The staff's addresses of this room, below /desk/."""

from django.urls import path

from .views import desk, visits

app_name = "verification-desk"
urlpatterns = [
    path("checks/", desk.checks, name="list"),
    path("checks/own/", visits.own, name="own"),
    path("checks/new/<int:area_id>/", desk.new, name="new"),
    path("checks/<int:draw_id>/", desk.draw, name="draw"),
    path("checks/unit/<int:drawn_id>/", visits.unit, name="unit"),
]
