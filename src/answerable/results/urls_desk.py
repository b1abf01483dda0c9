"""The staff's addresses of this room, below /desk/."""

from django.urls import path

from .views import capacity, desk, values

app_name = "results-desk"
urlpatterns = [
    path("results/", desk.frameworks, name="list"),
    path("results/villages/", capacity.villages, name="villages"),
    path("results/villages/<int:area_id>/", capacity.village, name="village"),
    path("results/framework/<slug:framework>/", desk.framework, name="framework"),
    path("results/framework/<slug:framework>/sheet/<slug:form>/", desk.sheet, name="sheet"),
    path("results/framework/<slug:framework>/settle/", desk.settle, name="settle"),
    path("results/framework/<slug:framework>/value/", values.value, name="value"),
]
