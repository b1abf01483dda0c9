"""The staff's addresses, below /desk/."""

from django.urls import path

from .views import (
    desk_batch,
    desk_case,
    desk_figures,
    desk_hear,
    desk_inbox,
    desk_pads,
    desk_posts,
    desk_programme,
    desk_reassign,
    desk_sessions,
)

app_name = "desk"
urlpatterns = [
    path("", desk_inbox.inbox_page, name="inbox"),
    path("case/<int:case_id>/", desk_case.case_page, name="case"),
    path("case/<int:case_id>/<slug:act>/", desk_case.case_act, name="act"),
    path("hear/", desk_hear.hear, name="hear"),
    path("sessions/", desk_sessions.sessions, name="sessions"),
    path("sessions/new/", desk_sessions.record, name="session-new"),
    path("pads/", desk_pads.pads, name="pads"),
    path("pads/<int:pad_id>/", desk_pads.pad, name="pad"),
    path("batch/", desk_batch.batch, name="batch"),
    path("reassign/", desk_reassign.reassign, name="reassign"),
    path("programme/", desk_programme.programme, name="programme"),
    path("programme/posts/<int:post_id>/", desk_posts.post_page, name="post"),
    path("programme/<slug:part>/", desk_programme.programme, name="programme-part"),
    path("figures/", desk_figures.figures, name="figures"),
]
