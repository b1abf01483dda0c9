"""A reader of JPEG files of our own, which shares nothing with the writer: the segments, one by one."""

from __future__ import annotations

NAMES = {0xD8: "SOI", 0xD9: "EOI", 0xDA: "SOS", 0xDB: "DQT", 0xC0: "SOF0", 0xC4: "DHT", 0xE0: "APP0"}


def segments(data: bytes) -> list[tuple[str, bytes]]:
    """Name and body of each segment, to the end of the image; whatever follows it is called TRAILING."""
    assert data[:2] == b"\xff\xd8"
    found = [("SOI", b"")]
    at = 2
    while True:
        assert data[at] == 0xFF, f"no marker at {at}"
        marker = data[at + 1]
        if marker == 0xD9:
            found.append(("EOI", b""))
            at += 2
            break
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        found.append((NAMES.get(marker, f"{marker:02X}"), data[at + 4 : at + 2 + length]))
        at += 2 + length
        if marker == 0xDA:
            while data[at] != 0xFF or data[at + 1] == 0 or 0xD0 <= data[at + 1] <= 0xD7:
                at += 1
    if at < len(data):
        found.append(("TRAILING", data[at:]))
    return found


def assert_bare(data: bytes) -> None:
    """Tables, one frame, one scan, and the sixteen bytes of JFIF: nothing that could say more than the picture."""
    found = segments(data)
    assert {name for name, _ in found} <= {"SOI", "APP0", "DQT", "SOF0", "DHT", "SOS", "EOI"}
    assert [name for name, _ in found].count("SOI") == 1
    assert [name for name, _ in found].count("SOS") == 1
    heads = [body for name, body in found if name == "APP0"]
    # JFIF 1.1, no unit, density 1:1, no thumbnail.
    assert heads == [b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"]
