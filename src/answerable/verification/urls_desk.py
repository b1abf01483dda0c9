"""The staff's addresses of this room, below /desk/."""

app_name = "verification-desk"
urlpatterns: list[object] = []
