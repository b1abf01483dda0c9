"""Everybody's addresses of this room."""

app_name = "verification"
urlpatterns: list[object] = []
