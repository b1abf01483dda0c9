"""Addresses of the sign-in pages, below /desk/."""

from django.urls import path

from .views import change_own_password, sign_in, sign_out

app_name = "access"
urlpatterns = [
    path("sign-in/", sign_in, name="sign-in"),
    path("sign-out/", sign_out, name="sign-out"),
    path("password/", change_own_password, name="password"),
]
