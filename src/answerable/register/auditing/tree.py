"""The part of an audit that looks at the tree: leaves, stored nodes, signed roots, published files."""

from __future__ import annotations

from collections.abc import Sequence

from answerable.merkle.checkpoints import Checkpoint as SignedTree
from answerable.merkle.compact import CompactRange
from answerable.merkle.hashing import leaf_hash
from answerable.merkle.notes import Note, Verifier
from answerable.merkle.refused import Refused
from answerable.merkle.tiles import WIDTH, entries_path, pack_entries, tile_path
from answerable.register import policies, publishing, selectors, signing
from answerable.register.models import Checkpoint, Event, Leaf, Node, Tree
from answerable.register.sequencing import split

from .findings import Find

#: Empty places in a row that are named.
_NAMED = 100


class TreeAudit:
    """Builds the tree again from its leaves, page by page."""

    def __init__(self, find: Find) -> None:
        self.find = find
        self.range, self.size = CompactRange(), 0
        self.spans: list[CompactRange] = [CompactRange(), CompactRange()]
        self.signed = dict(Checkpoint.objects.order_by("size").values_list("size", "note"))
        latest = Checkpoint.objects.order_by("-size").first()
        self.published = latest.size if latest else 0
        #: What has to be said and is no finding.
        self.notes: list[str] = []
        self.signer = self._signer()
        # Keys that were replaced long ago are not told any more: what only they signed is held by its root.
        self.rotated = Event.objects.filter(kind="register.key-rotated").exists()
        self.keys = _published_keys([vkey for vkey, _ in self.signer.log] if self.signer else None)
        self.known = Tree.objects.filter(pk=1).values_list("size", flat=True).first() or 0
        self.hashes: list[bytes] = []
        self.entries: list[bytes] = []
        self.nodes: list[bytes] = []

    def take(self, page: Sequence[Leaf]) -> None:
        """The next leaves, in order."""
        for leaf in page:
            self._missing(leaf.index)
            if leaf.index > self.size:
                self.size = leaf.index  # too many are missing to build on
            try:
                entry, stored = bytes(leaf.entry), bytes(leaf.hash)
            except TypeError:
                entry, stored = b"", b""
            if leaf_hash(entry) != stored:
                self.find("leaf-changed", leaf=leaf.index, event=leaf.event_id)
            # What is stored goes into the tree: its root is what was signed.
            self._grow(stored if len(stored) == 32 else leaf_hash(entry), entry)

    def _missing(self, until: int) -> None:
        """Name the empty places up to a leaf; they count in the tree, so that the leaves after them are judged alone."""
        for missing in range(self.size, min(until, self.size + _NAMED)):
            self.find("leaf-missing", leaf=missing)
            self._grow(bytes(32), b"")

    def _grow(self, digest: bytes, entry: bytes) -> None:
        self.range.append(digest)
        self.size += 1
        self.hashes.append(digest)
        self.entries.append(entry)
        self.spans[0].append(digest)
        if self.spans[0].size == WIDTH:
            self._node(8, (self.size - 1) // WIDTH, self.spans[0].root())
            self.spans[1].append(self.spans[0].root())
            self.spans[0] = CompactRange()
            if self.spans[1].size == WIDTH:
                self._node(16, (self.size - 1) // WIDTH**2, self.spans[1].root())
                self.spans[1] = CompactRange()
        if self.signer and self.size == self.signer.size and self.signer.root != self.range.root():
            self.find("signer-differs", more=f"{self.size:,}", leaf=self.size - 1)
        if self.size in self.signed:
            self._root(self.signed.pop(self.size))
        if len(self.hashes) == WIDTH or self.size == self.published:
            self._files()

    def _node(self, level: int, place: int, digest: bytes) -> None:
        stored = Node.objects.filter(level=level, place=place).values_list("hash", flat=True).first()
        if stored is None or bytes(stored) != digest:
            self.find("node-wrong", more=f"{level}/{place}", leaf=self.size - 1)
        if level == 8:
            self.nodes.append(digest)
            if len(self.nodes) == WIDTH or place + 1 == self.published // WIDTH:
                self._file(tile_path(1, place // WIDTH, len(self.nodes)), b"".join(self.nodes))
            if len(self.nodes) == WIDTH:
                self.nodes = []

    def _root(self, note: str) -> None:
        try:
            said = SignedTree.parse(Note.parse(note).text)
            good = said.size == self.size and said.root == self.range.root()
            if self.keys:
                Note.parse(note).verified_by(
                    self.keys, at_least=0 if self.rotated and self.size < self.published else 1
                )
        except (Refused, TypeError, ValueError):
            good = False
        if not good:
            self.find("checkpoint-wrong", more=f"{self.size:,}", leaf=self.size - 1)

    def _files(self) -> None:
        """The level-0 tile and the bundle that are complete now, or end where the published tree does."""
        n, width = (self.size - 1) // WIDTH, len(self.hashes)
        if self.size <= self.published:
            self._file(tile_path(0, n, width), b"".join(self.hashes))
            self._file(entries_path(n, width), pack_entries(self.entries))
        if width == WIDTH:
            self.hashes, self.entries = [], []

    def _file(self, name: str, data: bytes) -> None:
        if self.size > self.published:
            return
        try:
            found = (publishing.folder() / name).read_bytes()
        except OSError:
            self.find("tile-missing", more=name)
            return
        if found != data:
            self.find("tile-wrong", more=name, leaf=self.size - 1)

    def finish(self) -> None:
        """What can be said once all leaves were read."""
        self._missing(self.known)
        tree = Tree.objects.filter(pk=1).first()
        try:
            known = (tree.size, split(bytes(tree.range))) if tree else (0, [])
        except TypeError:
            known = (-1, [])
        if known != (self.size, self.range.hashes):
            self.find("tree-wrong")
        if self.signer and self.signer.size > self.size:
            self.find("signer-differs", more=f"{self.signer.size:,}")
        if self.signer and self.signer.size > self.published:
            self.find("checkpoint-missing", more=f"{self.signer.size:,}")
        for size in self.signed:
            self.find("checkpoint-wrong", more=f"{size:,}")
        self._current()

    def _current(self) -> None:
        """The two published files that change: the newest checkpoint and the policy."""
        latest = selectors.latest_checkpoint()
        found = _read("checkpoint")
        if found is not None and not found.startswith(latest.note if latest else "\0"):
            size = _size_of(found)
            if size > self.published and not (self.signer and self.signer.size > self.published):
                self.find("checkpoint-missing", more=f"{size:,}")
            elif size <= self.published:
                self.find("tile-wrong", more="checkpoint")
        elif found is None and latest is not None:
            self.find("tile-missing", more="checkpoint")
        policy = _read("policy")
        if self.signer and policy is not None:
            try:
                told = policies.text([vkey for vkey, _ in self.signer.log])
            except (Refused, OSError, RuntimeError, ValueError):
                return
            if policy != told:
                self.find("tile-wrong", more="policy")

    def _signer(self) -> signing.State | None:
        """What the signer remembers of the log: it is out of reach of whoever changes the database."""
        try:
            return signing.state()
        except (signing.SignerAway, signing.SignerRefused):
            if self.published:
                self.notes.append("The signer could not be asked: what it remembers was not compared.")
            return None


def _read(name: str) -> str | None:
    try:
        return (publishing.folder() / name).read_text(errors="replace")
    except OSError:
        return None


def _published_keys(told: list[str] | None) -> list[Verifier]:
    """The keys that sign the log: those that the signer tells, or else those of the published policy."""
    if told is None:
        try:
            lines = (publishing.folder() / "policy").read_text().splitlines()
        except (OSError, ValueError):
            return []
        told = [line.split()[1] for line in lines if line.startswith("log ")]
    try:
        return [Verifier.parse(vkey) for vkey in told]
    except Refused:
        return []


def _size_of(note: str) -> int:
    try:
        return SignedTree.parse(Note.parse(note).text).size
    except (Refused, ValueError):
        return 0
