"""Small made-up camt.053 messages, in the forms that banks send. No real account, name or payment stands in them."""

from __future__ import annotations

from pathlib import Path

NS = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.{}"


def balance(code: str, amount: str, day: str, sign: str = "CRDT", currency: str = "EUR") -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='{currency}'>{amount}</Amt>"
        f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def entry(
    amount: str,
    sign: str,
    day: str,
    *,
    currency: str = "EUR",
    status: str = "<Sts>BOOK</Sts>",
    reference: str = "",
    reversal: bool = False,
    details: str = "",
    moment: bool = False,
) -> str:
    booked = f"<DtTm>{day}T09:30:00+03:00</DtTm>" if moment else f"<Dt>{day}</Dt>"
    return (
        f"<Ntry><Amt Ccy='{currency}'>{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>"
        + ("<RvslInd>true</RvslInd>" if reversal else "")
        + f"{status}<BookgDt>{booked}</BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
        + (f"<AcctSvcrRef>{reference}</AcctSvcrRef>" if reference else "")
        + (f"<NtryDtls>{details}</NtryDtls>" if details else "")
        + "</Ntry>"
    )


def payment(amount: str, *, name: str = "Ada Example", currency: str = "EUR", end_to_end: str = "") -> str:
    """One payment in an entry, of version 08; a natural person stands in it."""
    return (
        f"<TxDtls><Refs><EndToEndId>{end_to_end or 'NOTPROVIDED'}</EndToEndId></Refs>"
        f"<Amt Ccy='{currency}'>{amount}</Amt><RltdPties><Cdtr><Pty><Nm>{name}</Nm></Pty></Cdtr></RltdPties>"
        f"<RmtInf><Ustrd>For the roof of {name}</Ustrd></RmtInf></TxDtls>"
    )


def statement(*inside: str, iban: str = "XX00TEST0000000001", currency: str = "EUR") -> str:
    return (
        f"<Stmt><Id>S-1</Id><CreDtTm>2026-03-02T18:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>{''.join(inside)}</Stmt>"
    )


def message(*statements: str, version: str = "08", prefix: str = "") -> str:
    body = (
        "<BkToCstmrStmt><GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-03-02T18:00:00</CreDtTm></GrpHdr>"
        f"{''.join(statements)}</BkToCstmrStmt>"
    )
    space = NS.format(version)
    if prefix:
        body = body.replace("</", f"\0{prefix}:").replace("<", f"<{prefix}:").replace("\0", "</")
        return f'<?xml version="1.0" encoding="UTF-8"?><{prefix}:Document xmlns:{prefix}="{space}">{body}</{prefix}:Document>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{space}">\n{body}</Document>'


def written(folder: Path, text: str, name: str = "statement.xml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


#: Opens with 1,000.00; 250.50 in, 100.25 out, 100.25 taken back, a batch of three for 600.00 out; closes with 550.50.
USUAL = (
    balance("OPBD", "1000.00", "2026-02-27"),
    balance("CLBD", "550.50", "2026-03-01"),
    entry("250.50", "CRDT", "2026-02-28", reference="B-1001"),
    entry("100.25", "DBIT", "2026-02-28", reference="B-1002", details=payment("100.25", end_to_end="PAY-17")),
    entry("100.25", "CRDT", "2026-03-01", reference="B-1003", reversal=True),
    entry(
        "700",
        "DBIT",
        "2026-03-01",
        reference="B-1004",
        details=payment("300.00") + payment("300.00") + payment("100.00"),
    ),
)
