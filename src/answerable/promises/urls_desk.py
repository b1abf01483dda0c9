"""The staff's addresses of this room, below /desk/."""

from django.urls import path

from .views import desk

app_name = "promises-desk"
urlpatterns = [
    path("promises/", desk.promises, name="list"),
    path("promises/new/", desk.new, name="new"),
    path("promises/<int:promise_id>/", desk.promise, name="promise"),
    path("promises/<int:promise_id>/erase/", desk.erase, name="erase"),
    path("promises/<int:promise_id>/act/<slug:act>/", desk.act, name="act"),
]
