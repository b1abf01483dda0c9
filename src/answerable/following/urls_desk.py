"""The staff's addresses of this room, below /desk/."""

from django.urls import path

from .views import desk

app_name = "following-desk"
urlpatterns = [
    path("follow/case/<int:case_id>/", desk.case, name="case"),
    path("follow/case/<int:case_id>/remove/", desk.unlink, name="unlink"),
    path("follow/project/<slug:key>/", desk.project, name="project"),
    path("follow/gaps/", desk.gaps, name="gaps"),
]
