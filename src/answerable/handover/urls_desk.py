"""The staff's addresses of dossiers, below /desk/handover/."""

from django.urls import path

from .views import desk, sheets

app_name = "handover-desk"
urlpatterns = [
    path("handover/", desk.overview, name="list"),
    path("handover/round/<int:round_id>/close/", desk.close_whole_round, name="close-round"),
    path("handover/<int:posting_id>/", desk.dossier, name="dossier"),
    path("handover/<int:posting_id>/answer/", desk.answer, name="answer"),
    path("handover/<int:posting_id>/acting/", desk.act_for, name="acting"),
    path("handover/<int:posting_id>/close/", desk.close, name="close"),
    path("handover/<int:posting_id>/lesson/", desk.lesson, name="lesson"),
    path("handover/<int:posting_id>/sheet/", sheets.sheet, name="sheet"),
    path("handover/<int:posting_id>/paper/", sheets.paper, name="paper"),
    path("handover/<int:posting_id>/file/", sheets.signed, name="file"),
]
