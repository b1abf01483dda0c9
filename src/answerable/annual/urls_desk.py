"""The staff's addresses of reports, below /desk/report/."""

from django.urls import path

from .views import desk

app_name = "annual-desk"
urlpatterns = [
    path("report/", desk.report, name="report"),
    path("report/paper/", desk.paper, name="paper"),
]
