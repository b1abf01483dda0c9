"""Django's name for this room."""

from django.apps import AppConfig

from .acts import declare_acts


class EvidenceConfig(AppConfig):
    """The room's registration."""

    name = "answerable.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hold Pillow to our limit wherever it opens a picture; pictures.py looks by itself, before decoding.

        And say which acts there are.
        """
        from django.conf import settings
        from PIL import Image

        Image.MAX_IMAGE_PIXELS = settings.PICTURE_MEGAPIXELS * 1_000_000
        declare_acts()
