"""The staff's addresses of things, below /desk/assets/."""

from django.urls import path

from .views import desk

app_name = "assets-desk"
urlpatterns = [
    path("assets/", desk.due, name="due"),
    path("assets/add/", desk.add, name="add"),
    path("assets/working/", desk.working, name="working"),
    path("assets/<int:asset_id>/", desk.asset, name="asset"),
    path("assets/<int:asset_id>/<slug:act>/", desk.act, name="act"),
]
