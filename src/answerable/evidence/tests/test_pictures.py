"""Nothing but what can be seen gets through; what is no picture, or too large a one, does not."""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin, features

from answerable.evidence import pictures
from answerable.evidence.pictures import LONGEST_SIDE, MOST_OCTETS, SMALL_OCTETS, SMALL_SIDE, Limits, rebuild
from answerable.evidence.problems import (
    FileEmpty,
    PictureFormatUnknown,
    PictureTooHeavy,
    PictureTooLarge,
    PictureUnreadable,
)
from answerable.kernel.problem import Problem
from tests.support.pictures import a_picture

from .jpeg import assert_bare, segments

LIMITS = Limits(megabytes=12, megapixels=50)
SMALL_LIMITS = Limits(megabytes=1, megapixels=4)
NEEDLE = b"NEEDLE-fatima-33.51N-36.29E"
TEXT = NEEDLE.decode()
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>{TEXT}</rdf:RDF></x:xmpmeta>'.encode()


def exif() -> Image.Exif:
    """A camera's: maker, date, artist, comment, a point on the earth, and a way it was held."""
    found = Image.Exif()
    found[0x010F], found[0x013B], found[0x0132] = TEXT, TEXT, "2026:03:02 10:11:12"
    found.get_ifd(0x8769)[0x9286] = NEEDLE
    gps = found.get_ifd(0x8825)
    gps[1], gps[2], gps[29] = "N", (33.0, 30.0, 36.0), TEXT
    return found


def iptc() -> bytes:
    """An APP13 segment with an IPTC caption."""
    record = b"\x1c\x02\x78" + struct.pack(">H", len(NEEDLE)) + NEEDLE
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(record)) + record
    body = b"Photoshop 3.0\0" + block
    return b"\xff\xed" + struct.pack(">H", len(body) + 2) + body


def chunk(name: bytes, body: bytes) -> bytes:
    """A PNG chunk."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def profile() -> bytes:
    """An ICC profile that carries the needle after its end."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + NEEDLE


def laden_jpeg() -> bytes:
    """A JPEG with everything that a camera or an editor can leave in it."""
    plain = a_picture(form="JPEG", exif=exif(), xmp=XMP, icc_profile=profile(), comment=NEEDLE)
    mpf = b"\xff\xe2" + struct.pack(">H", len(NEEDLE) + 6) + b"MPF\0" + NEEDLE
    odd = b"\xff\xef" + struct.pack(">H", len(NEEDLE) + 2) + NEEDLE
    return plain[:2] + iptc() + mpf + odd + plain[2:] + NEEDLE + a_picture(8, 8, comment=NEEDLE)


def laden_png() -> bytes:
    """A PNG with text, packed text, EXIF, XMP, a time, a profile, a private chunk and bytes after its end."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", TEXT)
    texts.add_text("Comment", TEXT, zip=True)
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    plain = a_picture(form="PNG", exif=exif(), pnginfo=texts, icc_profile=profile())
    head, rest = plain[:33], plain[33:]
    extra = chunk(b"tIME", b"\x07\xea\x03\x02\x0a\x0b\x0c") + chunk(b"fiLe", NEEDLE)
    return head + extra + rest + NEEDLE


def laden_webp() -> bytes:
    """A WebP with EXIF, XMP, a profile, an unknown chunk and bytes after its end."""
    plain = a_picture(form="WEBP", exif=exif(), xmp=XMP, icc_profile=profile())
    odd = b"ODDS" + struct.pack("<I", len(NEEDLE) + len(NEEDLE) % 2) + NEEDLE + b"\0" * (len(NEEDLE) % 2)
    whole = plain + odd
    return whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:] + NEEDLE


LADEN = {"jpeg": laden_jpeg, "png": laden_png, "webp": laden_webp}


@pytest.mark.parametrize("form", LADEN)
def test_nothing_but_pixels_survives(form: str) -> None:
    before = LADEN[form]()
    assert before.count(NEEDLE) >= 3, "the needles are in what was sent"
    after = rebuild(before, LIMITS)
    for data in (after.data, after.small):
        assert_bare(data)
        for sign in (
            NEEDLE,
            b"Exif",
            b"http://ns.adobe",
            b"Photoshop",
            b"ICC_PROFILE",
            b"xmp",
            b"GPS",
            b"fatima",
        ):
            assert sign not in data
        with Image.open(io.BytesIO(data)) as again:
            assert again.format == "JPEG"
            assert not again.getexif()
            assert set(again.info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_stands_as_it_was_held(form: str, turn: int) -> None:
    upright = Image.new("RGB", (90, 60), "white")
    upright.paste((200, 0, 0), (0, 0, 30, 30))  # red at the upper left
    held = Image.Exif()
    held[0x0112] = turn
    back = {5: 5, 6: 2, 7: 6, 8: 4, 2: 0, 3: 3, 4: 1}
    laid = upright.transpose(Image.Transpose(back[turn])) if turn > 1 else upright
    out = io.BytesIO()
    laid.save(out, form, exif=held, **({"lossless": True} if form == "WEBP" else {}))
    after = rebuild(out.getvalue(), LIMITS)
    assert (after.width, after.height) == (90, 60)
    with Image.open(io.BytesIO(after.data)) as seen:
        red, white = seen.getpixel((8, 8)), seen.getpixel((80, 50))
    assert isinstance(red, tuple)
    assert isinstance(white, tuple)
    assert red[0] > 150
    assert red[1] < 60
    assert min(white) > 240


def modes() -> dict[str, bytes]:
    """Pictures as machines save them, in other than the usual ways. Each is mid-grey or nearly so."""
    found: dict[str, bytes] = {
        "grey": a_picture(mode="L", colour=128),
        "grey with alpha": a_picture(mode="LA", colour=(128, 255), form="PNG"),
        "one bit": a_picture(mode="1", colour=1, form="PNG"),
        "progressive": a_picture(colour=(128, 128, 128), progressive=True),
        "cmyk": a_picture(mode="CMYK", colour=(0, 0, 0, 127)),
        "rgba webp": a_picture(mode="RGBA", colour=(128, 128, 128, 255), form="WEBP"),
        "palette": a_picture(mode="P", colour=0, form="PNG"),
    }
    found["16 bit grey"] = a_picture(mode="I;16", colour=128 * 257, form="PNG")
    row = b"\0" + struct.pack(">HHH", *[128 * 257] * 3) * 20
    found["16 bit colour"] = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 20, 10, 16, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(row * 10))
        + chunk(b"IEND", b"")
    )
    frames = [Image.new("RGB", (40, 30), (128,) * 3), Image.new("RGB", (40, 30), "red")]
    for name, form in (("animated webp", "WEBP"), ("animated png", "PNG")):
        out = io.BytesIO()
        frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=100)
        found[name] = out.getvalue()
    return found


@pytest.mark.parametrize("name", modes())
def test_other_ways_to_save_a_picture(name: str) -> None:
    after = rebuild(modes()[name], LIMITS)
    assert_bare(after.data)
    with Image.open(io.BytesIO(after.data)) as seen:
        assert seen.mode == "RGB"
        middle = seen.getpixel((seen.width // 2, seen.height // 2))
        assert isinstance(middle, tuple)
        expected = {"one bit": 255, "palette": 0}.get(name, 128)
        assert all(abs(value - expected) < 12 for value in middle), middle


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_what_is_transparent_lies_on_white(form: str) -> None:
    data = a_picture(mode="RGBA", colour=(0, 0, 0, 0), form=form)
    with Image.open(io.BytesIO(rebuild(data, LIMITS).data)) as seen:
        assert seen.getpixel((5, 5)) == (255, 255, 255)
    palette = Image.new("P", (20, 20), 1)
    palette.putpalette([0, 0, 0, 9, 9, 9])
    out = io.BytesIO()
    palette.save(out, "PNG", transparency=1)
    with Image.open(io.BytesIO(rebuild(out.getvalue(), LIMITS).data)) as seen:
        assert seen.getpixel((5, 5)) == (255, 255, 255)


def noise(width: int, height: int) -> bytes:
    """A picture that no encoder makes small, as PNG without packing."""
    image = Image.frombytes("RGB", (width, height), random.Random(7).randbytes(width * height * 3))
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=0)
    return out.getvalue()


def test_a_large_picture_becomes_small_enough() -> None:
    after = rebuild(a_picture(4000, 3000), LIMITS)
    assert (after.width, after.height) == (LONGEST_SIDE, 960)
    worst = rebuild(noise(1500, 1300), LIMITS)
    assert len(worst.data) < MOST_OCTETS
    assert len(worst.small) < SMALL_OCTETS
    with Image.open(io.BytesIO(worst.data)) as seen:
        assert seen.size == (worst.width, worst.height)
    with Image.open(io.BytesIO(after.small)) as seen:
        assert max(seen.size) == SMALL_SIDE
    assert rebuild(a_picture(1, 1), LIMITS).width == 1
    assert rebuild(a_picture(20_000, 2), LIMITS).height == 1


def test_the_same_picture_comes_out_the_same() -> None:
    assert rebuild(laden_jpeg(), LIMITS) == rebuild(laden_jpeg(), LIMITS)


def test_colours_of_another_profile_are_turned_into_srgb() -> None:
    # A profile with exchanged red and green primaries: what it calls red is our green.
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    places = range(132, 132 + 12 * int.from_bytes(made[128:132], "big"), 12)
    at = {bytes(made[place : place + 4]): place for place in places}
    red, green = at[b"rXYZ"], at[b"gXYZ"]
    made[red : red + 4], made[green : green + 4] = b"gXYZ", b"rXYZ"
    data = a_picture(colour=(255, 0, 0), icc_profile=bytes(made), quality=95, subsampling=0)
    with Image.open(io.BytesIO(rebuild(data, LIMITS).data)) as seen:
        pixel = seen.getpixel((5, 5))
    assert isinstance(pixel, tuple)
    assert pixel[1] > 200
    assert pixel[0] < 100


@pytest.mark.parametrize("bad", [b"nonsense", b"\0" * 200, bytes(range(256)) * 20])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_broken_profile_is_no_reason_to_refuse_a_picture(bad: bytes, mode: str) -> None:
    colour: Any = {"RGB": (1, 2, 3), "L": 7, "CMYK": (1, 2, 3, 4)}[mode]
    assert_bare(rebuild(a_picture(mode=mode, colour=colour, icc_profile=bad), LIMITS).data)


# --- attacks ---------------------------------------------------------------------------------------

NO_PICTURES = {
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "pdf": b"%PDF-1.7\n1 0 obj<<>>endobj",
    "zip": b"PK\x03\x04" + b"\0" * 60,
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "text": b"just text",
    "one byte": b"\xff",
    "webp that is a sound": b"RIFF\x24\0\0\0WAVEfmt ",
}


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_picture_is_refused_whatever_it_is_called(name: str) -> None:
    with pytest.raises(PictureFormatUnknown):
        rebuild(NO_PICTURES[name], LIMITS)


@pytest.mark.parametrize("form", ["GIF", "BMP", "TIFF", "PPM", "ICO", "JPEG2000", "TGA", "AVIF"])
def test_formats_beyond_the_three_are_refused(form: str) -> None:
    if form == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow writes no AVIF")
    with pytest.raises(PictureFormatUnknown):
        rebuild(a_picture(form=form), LIMITS)


def test_nothing_at_all_is_said_so() -> None:
    with pytest.raises(FileEmpty):
        rebuild(b"", LIMITS)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9])
def test_half_a_picture_is_refused(form: str, share: float) -> None:
    out = io.BytesIO()
    with Image.open(io.BytesIO(noise(200, 150))) as image:
        image.save(out, form)
    with pytest.raises(PictureUnreadable):
        rebuild(out.getvalue()[: int(len(out.getvalue()) * share)], LIMITS)


def test_bytes_are_counted_before_anything_is_read() -> None:
    with pytest.raises(PictureTooHeavy):
        rebuild(b"\xff\xd8\xff" + b"\0" * 1_000_001, SMALL_LIMITS)


def giant(form: str, width: int, height: int) -> bytes:
    """A small file that says it has very many pixels."""
    if form == "PNG":
        body = zlib.compress(b"\0" * 100_000, 9)
        head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
        return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    if form == "JPEG":
        plain = bytearray(a_picture(16, 16))
        at = plain.index(b"\xff\xc0")
        plain[at + 5 : at + 9] = struct.pack(">HH", height, width)
        return bytes(plain)
    if form == "WEBP lossy":
        plain = bytearray(a_picture(16, 16, form="WEBP"))
        plain[26:30] = struct.pack("<HH", width, height)
        return bytes(plain)
    if form == "WEBP lossless":
        plain = bytearray(a_picture(16, 16, form="WEBP", lossless=True))
        plain[21:25] = struct.pack("<I", (width - 1) | (height - 1) << 14)
        return bytes(plain)
    plain = bytearray(a_picture(16, 16, form="WEBP", exif=exif()))
    assert plain[12:16] == b"VP8X"
    plain[24:30] = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes(plain)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP lossy", "WEBP lossless", "WEBP extended"])
def test_a_bomb_is_refused_by_its_head(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("decoded")

    for reader in pictures.READERS.values():
        monkeypatch.setattr(reader, "load", never)
    with pytest.raises(PictureTooLarge):
        rebuild(giant(form, 16_383, 16_383), LIMITS)


def test_a_png_of_a_thousand_million_pixels_is_refused() -> None:
    with pytest.raises(PictureTooLarge):
        rebuild(giant("PNG", 2**31 - 1, 2**31 - 1), LIMITS)


def test_packed_text_that_swells_is_refused_or_dropped() -> None:
    bomb = b"Comment\0\0" + zlib.compress(b"\0" * 80_000_000, 9)
    plain = a_picture(form="PNG")
    with pytest.raises(PictureUnreadable):
        rebuild(plain[:33] + chunk(b"zTXt", bomb) + plain[33:], LIMITS)


def test_thousands_of_scans_are_refused_unread() -> None:
    plain = a_picture(2000, 2000, progressive=True)
    at = plain.rindex(b"\xff\xda")
    scan = plain[at:-2]
    with pytest.raises(PictureUnreadable):
        rebuild(plain[:-2] + scan * 5_000 + plain[-2:], LIMITS)


POLYGLOTS = {
    "html in a comment": lambda: a_picture(comment=b"--><script>alert(1)</script>"),
    "script after the end": lambda: a_picture() + b"<script>alert(1)</script>",
    "archive after the end": lambda: a_picture(form="PNG") + b"PK\x03\x04<script>" + b"\0" * 40,
    "pdf after the end": lambda: a_picture(form="WEBP") + b"%PDF-1.7<script>",
    "php in a text": lambda: a_picture(form="PNG", pnginfo=_note("<?php system($_GET[0]); ?><script>")),
}


def _note(text: str) -> PngImagePlugin.PngInfo:
    found = PngImagePlugin.PngInfo()
    found.add_text("Comment", text)
    return found


@pytest.mark.parametrize("name", POLYGLOTS)
def test_a_file_that_is_two_things_comes_out_as_one(name: str) -> None:
    data = POLYGLOTS[name]()
    assert any(sign in data for sign in (b"<script>", b"<?php", b"%PDF", b"PK\x03\x04"))
    after = rebuild(data, LIMITS)
    for sign in (b"<script>", b"<?php", b"%PDF", b"PK\x03\x04"):
        assert sign not in after.data
    assert_bare(after.data)


@settings(max_examples=150, deadline=None)
@given(
    form=st.sampled_from(["JPEG", "PNG", "WEBP"]),
    flips=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=12),
    cut=st.integers(0, 400),
)
def test_damaged_bytes_give_a_bare_picture_or_a_sentence(
    form: str, flips: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(a_picture(40, 30, form=form, exif=exif()))
    for at, value in flips:
        data[at % len(data)] = value
    try:
        after = rebuild(bytes(data[: len(data) - cut % len(data)]), SMALL_LIMITS)
    except Problem:
        return
    assert_bare(after.data)
    assert_bare(after.small)


@settings(max_examples=60, deadline=None)
@given(
    head=st.sampled_from(
        [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"RIFF\0\0\0\0WEBPVP8X", b""]
    ),
    rest=st.binary(max_size=300),
)
def test_any_bytes_at_all_are_answered(head: bytes, rest: bytes) -> None:
    try:
        assert_bare(rebuild(head + rest, SMALL_LIMITS).data)
    except Problem:
        return


def test_the_reader_of_these_tests_sees_what_is_there() -> None:
    names = [name for name, _ in segments(laden_jpeg())]
    assert {"ED", "E1", "E2", "FE", "EF", "TRAILING"} <= set(names)
