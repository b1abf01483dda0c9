"""Root URLs."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    # The pages that most ask for come first: each include before them is tried and costs time.
    path("", include("answerable.listening.urls_public")),
    path("desk/", include("answerable.access.urls")),
    path("desk/", include("answerable.listening.urls_desk")),
    path("desk/", include("answerable.promises.urls_desk")),
    path("", include("answerable.promises.urls_public")),
    path("desk/", include("answerable.following.urls_desk")),
    path("", include("answerable.following.urls_public")),
    path("desk/", include("answerable.projects.urls_desk")),
    path("", include("answerable.projects.urls_public")),
    path("desk/", include("answerable.money.urls_desk")),
    path("desk/", include("answerable.evidence.urls_desk")),
    path("", include("answerable.evidence.urls")),
    path("desk/", include("answerable.assets.urls_desk")),
    path("", include("answerable.assets.urls_public")),
    path("desk/", include("answerable.results.urls_desk")),
    path("", include("answerable.results.urls_public")),
    path("desk/", include("answerable.verification.urls_desk")),
    path("", include("answerable.verification.urls_public")),
    path("desk/", include("answerable.surveys.urls_desk")),
    path("", include("answerable.surveys.urls_public")),
    path("desk/", include("answerable.oversight.urls_desk")),
    path("desk/", include("answerable.handover.urls_desk")),
    path("", include("answerable.handover.urls_public")),
    path("desk/", include("answerable.annual.urls_desk")),
    path("", include("answerable.annual.urls_public")),
    path("", include("answerable.trust.urls")),
    path("", include("answerable.opendata.urls")),
    path("", include("answerable.disclosure.urls")),
    path("register/", include("answerable.register.urls")),
    path("desk/", include("answerable.money.urls_treasury")),
    path("", include("answerable.money.urls_public")),
]
handler400 = "answerable.web.views.bad_request"
handler403 = "answerable.web.views.denied"
handler404 = "answerable.web.views.not_found"
handler500 = "answerable.web.views.broken"
