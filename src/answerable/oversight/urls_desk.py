"""The staff's addresses of overviews, below /desk/overview/."""

from django.urls import path

from .views import closer, desk

app_name = "oversight"
urlpatterns = [
    path("overview/", desk.overview_page, name="overview"),
    path("overview/table/", desk.overview_csv, name="csv"),
    path("overview/recurring/", closer.recurring_page, name="recurring"),
    path("overview/questions/", closer.questions_page, name="questions"),
]
