"""Files come with forms of the desk only, and not more of them than a form may have."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

DESK = "/desk/"


class AtTheDeskOnly(FileUploadHandler):
    """Stands first: what it refuses is never written to a disk, in no form to anybody's address.

    Forms are parsed before anybody is asked who sends them (the check of a form's token reads it), so this is
    decided by address and length alone: a visitor's file is skipped, a body over the limit is not read at all.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Refuse by the length that was announced; the server reads no more than that."""
        if content_length > settings.UPLOAD_MOST_OCTETS:
            raise RequestDataTooBig("more than a form may have")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Skip files that come to residents' pages: none of them takes any."""
        super().new_file(*args, **kwargs)
        if self.request is None or not self.request.path_info.startswith(DESK):
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass on to the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler has the file."""
        return
