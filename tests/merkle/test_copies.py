"""A downloaded log: verified by us and by Go's own code, with one bit flipped anywhere; and two logs compared."""

import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from answerable.merkle import rebuild
from answerable.merkle.checkpoints import Checkpoint
from answerable.merkle.comparing import CONSISTENT, FORK, REFUSED, compare
from answerable.merkle.copies import Copy, Finding, verify_copy
from answerable.merkle.hashing import EMPTY_ROOT
from answerable.merkle.notes import Note, Signer, sign_note
from answerable.merkle.proofs import consistency_proof, root
from answerable.merkle.refused import Refused
from answerable.merkle.tiles import TileNodes, entries_path, tile_path
from tests.merkle.logs import ORIGIN, SIGNER, Tree, entry, put, write_log


def findings(folder: Path, **more) -> list[Finding]:
    return verify_copy(Copy.at(folder), [SIGNER.vkey], processes=1, **more)


def gos_verdict(checker: Path, folder: Path, *quick: str) -> tuple[int, str]:
    done = subprocess.run(
        [checker, folder, SIGNER.vkey, *quick], capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout


def flip(path: Path, position: int) -> None:
    data = bytearray(path.read_bytes())
    data[position // 8] ^= 1 << position % 8
    path.write_bytes(data)


def flips(folder: Path, seed: int, number: int) -> list[tuple[Path, int]]:
    """Bits anywhere in the log: each file as likely as the next, so that small ones are met as well."""
    chance = random.Random(seed)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    rare = [path for path in files if "tile/0/" not in path.as_posix() and "/entries/" not in path.as_posix()]
    found = []
    for turn in range(number):
        path = chance.choice(rare if turn % 5 == 0 else files)
        found.append((path, chance.randrange(path.stat().st_size * 8)))
    return found


def test_a_log_of_70_000_leaves_is_good_to_us_and_to_go(large_log: Path, go_checker: Path):
    heard: list[tuple[int, int]] = []
    assert findings(large_log, progress=lambda done, of: heard.append((done, of))) == []
    assert heard[-1] == (70_000, 70_000)
    assert gos_verdict(go_checker, large_log) == (0, "70000 leaves, 0 bad\n")


def test_go_finds_each_of_50_flipped_bits(large_log: Path, go_checker: Path):
    for path, position in flips(large_log, seed=1, number=50):
        kept = path.read_bytes()
        try:
            flip(path, position)
            code, said = gos_verdict(go_checker, large_log, "quick")
        finally:
            path.write_bytes(kept)
        assert code == 1, (path, position)
        name = path.relative_to(large_log).as_posix()
        # A changed entry makes Go doubt the signed root and the tiles above; a changed tile is named alone.
        assert name in said or ("entries/" in name and "checkpoint" in said)
    assert gos_verdict(go_checker, large_log, "quick")[0] == 0


@pytest.fixture
def small_log(tmp_path: Path) -> Path:
    write_log(tmp_path / "log", [entry(n) for n in range(700)])
    return tmp_path / "log"


def test_we_find_each_flipped_bit_and_name_its_file(small_log: Path):
    for path, position in flips(small_log, seed=2, number=120):
        kept = path.read_bytes()
        flip(path, position)
        found = findings(small_log)
        path.write_bytes(kept)
        assert {finding.path for finding in found} == {path.relative_to(small_log).as_posix()}, position


def test_we_find_flipped_bits_in_a_large_log_by_two_processes(
    large_log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(rebuild, "_FEW", 2)
    folder = tmp_path / "copy"
    shutil.copytree(large_log, folder, copy_function=os.link)
    bad = [entries_path(5), tile_path(0, 200), tile_path(0, 273, 112), tile_path(1, 0), tile_path(2, 0, 1)]
    for turn, name in enumerate(bad):
        path = folder / name
        data = path.read_bytes()
        path.unlink()  # the original stays as it is
        path.write_bytes(data)
        flip(path, 1000 + turn if path.stat().st_size > 200 else turn)
    found = verify_copy(Copy.at(folder), [SIGNER.verifier], processes=2)
    assert sorted({finding.path for finding in found}) == sorted(bad)
    assert findings(large_log) == []


@pytest.mark.parametrize(
    "name",
    [
        entries_path(0),
        entries_path(2, 188),
        tile_path(0, 1),
        tile_path(0, 2, 188),
        tile_path(1, 0, 2),
        "checkpoint",
    ],
)
@pytest.mark.parametrize("change", ["gone", "short", "empty", "long"])
def test_files_that_are_not_whole(small_log: Path, name: str, change: str):
    path = small_log / name
    if change == "gone":
        path.unlink()
    else:
        data = path.read_bytes()
        path.write_bytes({"short": data[:-1], "empty": b"", "long": data + b"x"}[change])
    assert {finding.path for finding in findings(small_log)} == {name}


def test_what_is_missing_twice_is_said(small_log: Path):
    (small_log / entries_path(2, 188)).unlink()
    (small_log / tile_path(0, 2, 188)).unlink()
    found = findings(small_log)
    assert [finding.path for finding in found][-1] == "checkpoint"
    assert "Too much is missing" in found[-1].sentence
    assert len(found) == 3
    assert "The file is missing." in str(found[0])


def test_a_log_that_was_written_again_does_not_lead_to_the_signed_root(small_log: Path):
    kept = (small_log / "checkpoint").read_bytes()
    write_log(small_log, [entry(n) for n in range(699)] + [b"another"])
    assert findings(small_log) == []
    (small_log / "checkpoint").write_bytes(kept)
    assert [finding.path for finding in findings(small_log)] == ["checkpoint"]
    assert "another root" in findings(small_log)[0].sentence
    assert findings(small_log)[0].fault


def test_another_key_is_not_the_logs(small_log: Path):
    found = verify_copy(Copy.at(small_log), [Signer.generate(ORIGIN).vkey])
    assert [str(finding) for finding in found] == [
        "checkpoint: The note is not signed by a key that is known here."
    ]


def test_a_withheld_bundle_is_listed_and_no_fault(small_log: Path):
    (small_log / entries_path(1)).unlink()
    put(small_log, "withheld.json", b'{"bundles": [1]}')
    found = findings(small_log)
    assert [(finding.path, finding.fault) for finding in found] == [(entries_path(1), False)]
    flip(small_log / tile_path(0, 1), 77)  # its hashes still have to lead to the root
    assert any(finding.fault for finding in findings(small_log))
    put(small_log, "withheld.json", b'{"bundles": "all"}')
    assert any("withheld.json" in str(finding) for finding in findings(small_log))


def test_full_tiles_stand_in_for_partial_ones(tmp_path: Path):
    write_log(tmp_path, [entry(n) for n in range(300)])
    kept = (tmp_path / "checkpoint").read_bytes()
    write_log(tmp_path, [entry(n) for n in range(512)])
    (tmp_path / "checkpoint").write_bytes(kept)
    shutil.rmtree(tmp_path / "tile/0/001.p")
    shutil.rmtree(tmp_path / "tile/entries/001.p")
    assert findings(tmp_path) == []


@pytest.mark.parametrize("size", [0, 1, 256])
def test_small_logs(tmp_path: Path, size: int):
    write_log(tmp_path, [entry(n) for n in range(size)])
    assert findings(tmp_path) == []


# --- two checkpoints --------------------------------------------------------------------------------------------------

HONEST = Tree([entry(n) for n in range(20)])
OTHER = Tree([entry(n) for n in range(20) if n != 2] + [entry(99)])


def note(tree: Tree, size: int, signer: Signer = SIGNER) -> str:
    return sign_note(Checkpoint(signer.name, size, root(size, tree.node)).body(), [signer])


def proof_of(tree: Tree) -> Callable[[int, int], list[bytes]]:
    return lambda old, new: consistency_proof(old, new, tree.node)


def test_one_log_is_consistent_with_itself():
    for old, new in ((5, 5), (0, 7), (1, 20), (8, 9), (13, 20)):
        for pair in ((old, new), (new, old)):
            one, two = (note(HONEST, size) for size in pair)
            assert compare(one, two, [SIGNER.verifier], proof_of(HONEST)).verdict == CONSISTENT
            assert compare(one, two, [SIGNER.verifier], node=HONEST.node).verdict == CONSISTENT


def test_two_trees_of_one_size_convict_by_themselves():
    found = compare(note(HONEST, 7), note(OTHER, 7), [SIGNER.verifier])
    assert found.verdict == FORK
    assert note(HONEST, 7) in found.evidence
    assert note(OTHER, 7) in found.evidence
    assert "two different trees of 7" in found.sentence


@pytest.mark.parametrize("old", range(3, 20))
def test_a_log_written_again_is_a_fork_shown_by_its_own_tiles(old: int):
    board, now = note(HONEST, old), note(OTHER, 20)
    found = compare(board, now, [SIGNER.verifier], node=OTHER.node)
    assert found.verdict == FORK
    for signed in (board, now):
        assert signed in found.evidence
        assert Note.parse(signed).verified_by([SIGNER.verifier])
    # Without tiles the log's own proof convicts it, but for powers of two, where the proof has not enough in it.
    fetched = compare(board, now, [SIGNER.verifier], proof_of(OTHER))
    assert fetched.verdict == (REFUSED if old.bit_count() == 1 else FORK)


def test_what_was_not_changed_before_a_size_is_consistent():
    assert compare(note(HONEST, 2), note(OTHER, 20), [SIGNER.verifier], node=OTHER.node).verdict == CONSISTENT


def test_a_log_that_gives_no_proof_is_an_alarm():
    def silent(old: int, new: int) -> list[bytes]:
        raise FileNotFoundError("answered with status 404")

    board, now = note(HONEST, 5), note(OTHER, 20)
    assert "404" in compare(board, now, [SIGNER.verifier], silent).sentence
    for proof in (silent, None, lambda old, new: [], lambda old, new: [bytes(32)] * 5, proof_of(HONEST)):
        found = compare(board, now, [SIGNER.verifier], proof)
        assert (found.verdict, found.evidence) == (REFUSED, "")


def test_evidence_is_only_what_the_log_signed():
    stranger = Signer.generate(ORIGIN)
    for notes in (
        (note(HONEST, 7), note(OTHER, 7, stranger)),
        (note(HONEST, 7), note(OTHER, 7).replace("\n7\n", "\n8\n")),
        (note(HONEST, 7), "nothing"),
    ):
        with pytest.raises(Refused):
            compare(*notes, [SIGNER.verifier])
    other_log = Signer.generate("example.org/other")
    with pytest.raises(Refused, match="two logs"):
        compare(note(HONEST, 7), note(OTHER, 7, other_log), [SIGNER.verifier, other_log.verifier])


def test_an_empty_log_has_one_root():
    wrong = sign_note(Checkpoint(ORIGIN, 0, bytes(32)).body(), [SIGNER])
    assert compare(wrong, note(HONEST, 7), [SIGNER.verifier]).verdict == FORK
    right = sign_note(Checkpoint(ORIGIN, 0, EMPTY_ROOT).body(), [SIGNER])
    assert compare(note(HONEST, 7), right, [SIGNER.verifier]).verdict == CONSISTENT


def test_a_board_against_a_copy_of_tiles(small_log: Path, tmp_path: Path):
    board = (small_log / "checkpoint").read_text()
    again = tmp_path / "again"
    write_log(again, [entry(n) for n in range(1000) if n != 500])
    found = compare(
        board,
        (again / "checkpoint").read_bytes(),
        [SIGNER.verifier],
        node=TileNodes(Copy.at(again).fetch, 999),
    )
    assert found.verdict == FORK
