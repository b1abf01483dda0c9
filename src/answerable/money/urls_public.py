"""Everybody's addresses of this room: `/<language>/...`."""

from django.urls import path

from answerable.web import addresses  # noqa: F401 - knows page_language

from .views import public_funds, public_village

app_name = "money"
urlpatterns = [
    path("<page_language:lang>/money/", public_funds.funds_page, name="funds"),
    path("<page_language:lang>/area/<int:area_id>/money/", public_funds.funds_page, name="area"),
    path("<page_language:lang>/fund/<slug:key>/", public_funds.fund_page, name="fund"),
    path(
        "<page_language:lang>/area/<int:area_id>/enterprise/",
        public_village.enterprise_page,
        name="enterprise",
    ),
]
