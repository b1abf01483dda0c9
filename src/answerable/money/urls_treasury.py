"""The staff's addresses of money: the overview, banks, and what villages own together; below /desk/."""

from django.urls import path

from .views import desk_bank, desk_money, desk_village, organisations

app_name = "treasury"
urlpatterns = [
    path("money/", desk_money.money_page, name="money"),
    path("money/table/", desk_money.money_csv, name="csv"),
    path("money/banks/", desk_bank.banks_page, name="banks"),
    path("money/banks/<int:account_id>/", desk_bank.bank_page, name="bank"),
    path("money/organisations/", organisations.organisations_page, name="organisations"),
    path("money/organisations/<slug:key>/", organisations.organisation_page, name="organisation"),
    path("money/villages/", desk_village.villages_page, name="villages"),
    path("money/villages/<slug:key>/", desk_village.village_page, name="village"),
]
