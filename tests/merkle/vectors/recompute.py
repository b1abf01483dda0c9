"""Computes the examples of docs/reference/register-format.md again, with nothing of the product: `python recompute.py`.

Writes commitments.json beside itself when called with --write; prints it otherwise.
"""

import base64
import hashlib
import hmac
import json
import sys
from pathlib import Path

PREFIX = "answerable"


def hkdf(key: bytes, info: bytes) -> bytes:
    """HKDF-SHA256 (RFC 5869) without a salt, one block of 32 bytes."""
    extracted = hmac.new(bytes(32), key, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()


def jcs(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def label(name: str) -> bytes:
    return PREFIX.encode() + b"/" + name.encode() + b"/v1\x00"


def sealed() -> dict[str, object]:
    secret = bytes(range(32))
    values = {"category": "water", "state": "received", "text": "The pump has been dry for two weeks."}
    n = (0).to_bytes(4, "big")
    salt = hkdf(secret, label("leaf-salt") + n)
    fields = {}
    salts = {}
    for field, value in values.items():
        salts[field] = hkdf(secret, label("field-salt") + n + field.encode())
        fields[field] = url64(hashlib.sha256(label("field") + salts[field] + jcs([field, value])).digest())
    case = bytes(range(16)).hex()
    record = jcs(
        {"at": "2026-11-21", "case": case, "fields": fields, "kind": "case.received", "n": 0, "v": 1}
    )
    c = hashlib.sha256(label("commit") + salt + record).digest()
    entry = jcs({"c": url64(c), "kind": "sealed", "v": 1})
    return {
        "secret": secret.hex(),
        "n": 0,
        "at": "2026-11-21",
        "case": case,
        "kind": "case.received",
        "values": values,
        "leaf_salt": salt.hex(),
        "matter": hkdf(secret, label("matter"))[:16].hex(),
        "field_salts": {field: one.hex() for field, one in salts.items()},
        "record": record.decode(),
        "c": c.hex(),
        "entry": entry.decode(),
        "leaf_hash": hashlib.sha256(b"\x00" + entry).hexdigest(),
    }


def open_leaf() -> dict[str, object]:
    body = {
        "currency": "XAF",
        "date": "2026-11-20",
        "docs": ["sha256:a8d0bc34fc78e2280a081a953c94363bcc30efcf4772e0832bde346edae600cf"],
        "entry": "J-2026-000123",
        "lines": [
            {"account": "5210", "amount": "125000.00", "project": "P-0042"},
            {"account": "1010", "amount": "-125000.00"},
        ],
        "memo_code": "materials",
    }
    entry = jcs(
        {"at": "2026-11-21", "body": body, "kind": "money.posting", "org": "example-district", "v": 1}
    )
    return {
        "at": "2026-11-21",
        "kind": "money.posting",
        "org": "example-district",
        "body": body,
        "entry": entry.decode(),
        "leaf_hash": hashlib.sha256(b"\x00" + entry).hexdigest(),
    }


def salted() -> dict[str, object]:
    salt, data = bytes(range(32, 64)), b"payroll of November"
    digest = hashlib.sha256(label("digest") + salt + data).digest()
    return {"salt": salt.hex(), "data": data.decode(), "digest": f"{PREFIX}1:{url64(digest)}"}


def board() -> dict[str, object]:
    root = hashlib.sha256(b"").digest()
    body = f"example.org/register\n0\n{base64.b64encode(root).decode()}\n"
    letters = base64.b32encode(hashlib.sha256(body.encode()).digest()[:20]).decode()
    return {"body": body, "fingerprint": " ".join(letters[at : at + 4] for at in range(0, 32, 4))}


def main() -> None:
    found = {"prefix": PREFIX, "sealed": sealed(), "open": open_leaf(), "salted": salted(), "board": board()}
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    if "--write" in sys.argv:
        Path(__file__).with_name("commitments.json").write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main()
