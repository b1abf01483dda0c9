"""A picture rebuilt from its pixels: what goes out was written by us, and holds nothing but what can be seen.

The way in takes JPEG, PNG and WebP, told by their bytes and never by a name or a declared type. Sizes are read from
the head and refused there, before anything is decoded. Decoded are the pixels of the first frame; a new JPEG without
any metadata is made of them. So there is no list of what has to be removed, and nothing to forget on it.
"""

from __future__ import annotations

import io
import struct
import threading
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageCms
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from .problems import (
    FileEmpty,
    PictureFormatUnknown,
    PictureTooHeavy,
    PictureTooLarge,
    PictureUnreadable,
)

#: SCREENS.md: 1280 px and 200 KB for a picture. The small one is for pages on slow lines.
LONGEST_SIDE, MOST_OCTETS = 1280, 200_000
SMALL_SIDE, SMALL_OCTETS = 320, 14_000
QUALITIES = (82, 74, 66, 58, 50, 42)
#: A baseline JPEG has one scan, a progressive one some ten. Each costs a pass over all pixels: thousands are an attack.
MOST_SCANS = 100
#: Colour profiles have some kilobytes, those of printing presses up to two megabytes.
LARGEST_PROFILE = 4_000_000
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
#: The readers themselves: Pillow's `open` would try others, and looks at the size by a limit of its own.
READERS: dict[str, Callable[[io.BytesIO], ImageFile]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "WEBP": WebPImageFile,
}
SRGB = ImageCms.createProfile("sRGB")
#: Decoding takes up to some hundred megabytes: one at a time in each process.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Limits:
    """What is read at all: bytes of a file, and millions of pixels."""

    megabytes: int
    megapixels: int


@dataclass(frozen=True)
class Rebuilt:
    """A picture as we wrote it, and its small version: both JPEG."""

    data: bytes
    width: int
    height: int
    small: bytes


def rebuild(data: bytes, limits: Limits) -> Rebuilt:
    """The picture of these bytes, made anew from its pixels.

    Raises FileEmpty, PictureTooHeavy, PictureFormatUnknown, PictureTooLarge, PictureUnreadable.
    """
    if not data:
        raise FileEmpty(field="pictures")
    if len(data) > limits.megabytes * 1_000_000:
        raise PictureTooHeavy(field="pictures", limit=limits.megabytes)
    form = form_of(data)
    _check_size(form, data, limits)
    try:
        with _one_at_a_time, warnings.catch_warnings():
            # What Pillow thinks of a camera's notes is no line for a log.
            warnings.simplefilter("ignore")
            return _rebuilt(form, data, limits)
    # Decoders raise whatever their format makes them: none of it may become a server error.
    except (OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, EOFError, ArithmeticError,
            MemoryError, RuntimeError, struct.error, zlib.error):  # fmt: skip
        raise PictureUnreadable(field="pictures") from None


def form_of(data: bytes) -> str:
    """JPEG, PNG or WEBP, by the first bytes. Raises PictureFormatUnknown."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    raise PictureFormatUnknown(field="pictures")


def _check_size(form: str, data: bytes, limits: Limits) -> None:
    """Refuse by the head alone what would take too much to decode."""
    try:
        if form == "PNG":
            if data[12:16] != b"IHDR":
                raise PictureUnreadable(field="pictures")
            width, height = struct.unpack(">II", data[16:24])
        elif form == "WEBP":
            width, height = _webp_size(data)
        else:
            if data.count(b"\xff\xda") > MOST_SCANS:
                raise PictureUnreadable(field="pictures")
            return  # Pillow reads the head of a JPEG only, and looks for the frame better than we would
    except (struct.error, IndexError):
        raise PictureUnreadable(field="pictures") from None
    _check_pixels(width, height, _megapixels(form, limits))


def _webp_size(data: bytes) -> tuple[int, int]:
    """Width and height of the first chunk: lossy, lossless, or the canvas of an extended file."""
    kind = data[12:16]
    if kind == b"VP8X":
        return (
            1 + int.from_bytes(data[24:27], "little"),
            1 + int.from_bytes(data[27:30], "little"),
        )
    if kind == b"VP8L":
        (bits,) = struct.unpack("<I", data[21:25])
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    raise PictureUnreadable(field="pictures")


def _megapixels(form: str, limits: Limits) -> int:
    # A JPEG is decoded in a reduced size; the others take all their pixels at once, WebP twice.
    return limits.megapixels if form == "JPEG" else max(1, limits.megapixels // 2)


def _check_pixels(width: int, height: int, megapixels: int) -> None:
    if width * height > megapixels * 1_000_000:
        raise PictureTooLarge(field="pictures", width=width, height=height, limit=megapixels)


def _rebuilt(form: str, data: bytes, limits: Limits) -> Rebuilt:
    with READERS[form](io.BytesIO(data)) as opened:
        _check_pixels(*opened.size, _megapixels(form, limits))
        turn = _turn(opened)
        profile = opened.info.get("icc_profile")
        if form == "JPEG":
            opened.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
        opened.load()  # of an animation: its first frame
        image = _seen(opened)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    image = _in_srgb(image, profile)
    if turn is not None:
        image = image.transpose(turn)
    # Nothing but pixels goes on: a copy would carry what Pillow knows of the file.
    bare = Image.frombytes("RGB", image.size, image.tobytes())
    large = _written(bare, MOST_OCTETS)
    small = bare.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE), Image.Resampling.LANCZOS)
    return Rebuilt(data=large[0], width=large[1], height=large[2], small=_written(small, SMALL_OCTETS)[0])


def _turn(image: Image.Image) -> Image.Transpose | None:
    """How the camera was held. What else stands there is not looked at; what can't be read says nothing."""
    try:
        return TURNS.get(int(image.getexif().get(ORIENTATION, 1)))
    except Exception:  # a reader of hostile bytes
        return None


def _seen(image: Image.Image) -> Image.Image:
    """The pixels as an eye sees them, in L, RGB or CMYK: what is transparent lies on white."""
    if image.mode in {"RGB", "L", "CMYK"} and "transparency" not in image.info:
        return image.copy()
    if image.mode.startswith("I;16") or image.mode == "I":
        # 16 bits of grey; Pillow's own way to 8 cuts off instead of scaling.
        return image.convert("I").point(lambda value: value * (1 / 257) + 0).convert("L")
    if image.mode in {"F", "LAB", "HSV", "YCbCr", "CMYK"}:
        return image.convert("RGB")
    full = image.convert("RGBA")
    ground = Image.new("RGB", full.size, "white")
    ground.paste(full, mask=full.getchannel("A"))
    return ground


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """The colours of the file's own profile in the one that every screen expects; the profile is dropped."""
    if isinstance(profile, bytes) and 0 < len(profile) <= LARGEST_PROFILE:
        try:
            turned = ImageCms.profileToProfile(
                image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), SRGB, outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            turned = None
        if turned is not None:
            return turned
    return image.convert("RGB")


def _written(image: Image.Image, most: int) -> tuple[bytes, int, int]:
    """As JPEG of fewer than `most` bytes: by quality first, then by size. With width and height."""
    while True:
        for quality in QUALITIES:
            out = io.BytesIO()
            image.save(out, "JPEG", quality=quality, optimize=True)
            if out.tell() < most:
                return out.getvalue(), *image.size
        image = image.resize(
            (max(1, image.width * 4 // 5), max(1, image.height * 4 // 5)), Image.Resampling.LANCZOS
        )
