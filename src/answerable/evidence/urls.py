"""Public pictures: `/picture/<digest>.jpg`, and `small/` for the small version."""

from django.urls import path, register_converter

from . import views


class Digest:
    """A SHA-256 in hexadecimal digits."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        """The digits as they stand in the address."""
        return value

    def to_url(self, value: str) -> str:
        """The same."""
        return value


register_converter(Digest, "sha256")

app_name = "evidence"
urlpatterns = [
    path("picture/<sha256:digest>.jpg", views.picture, name="picture"),
    path("picture/small/<sha256:digest>.jpg", views.picture, {"small": True}, name="small"),
]
