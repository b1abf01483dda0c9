"""Merkle: a transparency log in plain Python: trees, proofs, tiles, signed notes, commitments. No Django, no database.

Standards: RFC 6962 and RFC 9162 (trees and proofs), RFC 8785 (canonical JSON), RFC 8032 (Ed25519), and C2SP's
tlog-tiles, tlog-checkpoint, signed-note, tlog-cosignature, tlog-witness, tlog-proof and tlog-policy. Where this
reads more strictly than they do is said in docs/reference/register-format.md.
"""
