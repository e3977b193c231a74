"""Packs of the raw store: a document reads the same wherever it stands, damage is named, and whatever ends packing loses nothing."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from extract import packing
from extract.model import Extraction, RawDocument
from extract.packing import pack
from extract.raw_store import RawStore
from extract.serving import Stored
from extract.workers import Workers
from tests.conftest import ROOT

DAY = 86_400.0


def store_in(folder: Path) -> RawStore:
    return RawStore(folder / "raw", folder / "aside")


def filled(folder: Path, count: int, prefix: str = "") -> tuple[RawStore, dict[str, bytes]]:
    """A store with so many documents, in the folder of the store that `prefix` names or in all."""
    store, contents, number = store_in(folder), dict[str, bytes](), 0
    while len(contents) < count:
        number += 1
        content = f"报告 {number}".encode() * (1 + number % 50)
        if (sha := hashlib.sha256(content).hexdigest()).startswith(prefix):
            contents[sha] = content
            store.put(content)
    return store, contents


def files(store: RawStore) -> tuple[int, list[Path]]:
    """How many documents are files by themselves, and the packs."""
    found = [file for file in store.folder.rglob("*") if file.is_file()]
    packs = sorted(file for file in found if file.suffix == ".pack")
    return len(found) - len(packs), packs


def assert_whole(store: RawStore, contents: dict[str, bytes]) -> None:
    assert list(store.names()) == sorted(contents)
    for sha, content in contents.items():
        assert store.get(sha) == content
        assert store.check(sha) is None
        kept = store.kept(sha)
        assert kept is not None
        assert kept.bytes == len(content)
        assert store.holds(content, sha)
    assert list(store.damaged_packs()) == []


@settings(max_examples=20, deadline=None)
@given(st.lists(st.binary(max_size=3000), max_size=12), st.lists(st.binary(max_size=300), max_size=6))
def test_what_is_put_is_got_from_packs(
    tmp_path_factory: pytest.TempPathFactory, first: list[bytes], then: list[bytes]
) -> None:
    store = store_in(tmp_path_factory.mktemp("store"))
    contents = {store.put(content): content for content in first}
    pack(store, 0, time.time() + 1)
    contents |= {store.put(content): content for content in then}
    pack(store, 0, time.time() + 1)
    assert files(store)[0] == 0
    assert_whole(store, contents)
    assert_whole(RawStore(store.folder, store.folder), contents)


def test_only_what_is_old_is_packed_and_keeps_its_moment(tmp_path: Path) -> None:
    store, contents = filled(tmp_path, 6)
    now = time.time()
    old, ahead, *young = sorted(contents)
    os.utime(store.path(old), (now - 31 * DAY, now - 31 * DAY))
    os.utime(store.path(ahead), (now + 900 * DAY, now + 900 * DAY))
    done = pack(store, 30 * DAY, now)
    assert (done.documents, files(store)[0]) == (2, len(young))
    kept = store.kept(old)
    assert kept is not None
    assert kept.written == pytest.approx(now - 31 * DAY, abs=0.01)
    assert_whole(store, contents)


def test_a_folder_has_few_packs_however_often_it_is_packed(tmp_path: Path) -> None:
    contents: dict[str, bytes] = {}
    for count in range(2, 42, 2):
        store, contents = filled(tmp_path, count, "a")
        pack(store, 0, time.time() + 1)
        assert_whole(store, contents)
    assert all(len(list(folder.rglob("*.pack"))) <= 4 for folder in store.folders())


def test_a_pack_that_is_full_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "MOST_BYTES", 100)
    store, contents = filled(tmp_path, 12, "ab")
    pack(store, 0, time.time() + 1)
    assert len(files(store)[1]) > 2
    assert_whole(store, contents)


def test_any_reader_of_zstd_gets_the_documents_of_a_pack(tmp_path: Path) -> None:
    store, contents = filled(tmp_path, 5, "ab")
    pack(store, 0, time.time() + 1)
    [file] = files(store)[1]
    assert file.name == f"{hashlib.sha256(file.read_bytes()).hexdigest()}.pack"
    with file.open("rb") as opened:
        read = zstandard.ZstdDecompressor().stream_reader(opened, read_across_frames=True).read()
    assert read == b"".join(contents[sha] for sha in sorted(contents))


def test_a_document_that_stands_in_a_pack_already_goes_and_a_damaged_file_stays(tmp_path: Path) -> None:
    store, contents = filled(tmp_path, 4, "ab")
    pack(store, 0, time.time() + 1)
    again, damaged = sorted(contents)[0], hashlib.sha256(b"gone").hexdigest()
    store.path(again).write_bytes(contents[again])
    store.path(damaged).parent.mkdir(exist_ok=True)
    store.path(damaged).write_bytes(b"other")
    done = pack(store, 0, time.time() + 1)
    assert (done.repeated, done.documents, done.left) == (1, 0, [store.path(damaged)])
    assert store.check(damaged) is not None
    store.path(damaged).unlink()
    assert_whole(store, contents)


def test_each_damaged_byte_of_a_pack_is_seen_and_giving_the_document_again_mends_it(tmp_path: Path) -> None:
    store, contents = filled(tmp_path, 3, "ab")
    pack(store, 0, time.time() + 1)
    [file] = files(store)[1]
    whole = file.read_bytes()
    for place in range(0, len(whole), 3):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x20]) + whole[place + 1 :])
        seen = store_in(tmp_path)
        named = {damaged.sha256 for sha in contents if (damaged := seen.check(sha)) is not None}
        for sha, content in contents.items():
            if sha not in named:
                assert seen.get(sha) == content
        harmless = (
            len(whole) - 3 * 56 - 44 - 8 <= place < len(whole) - 3 * 56 - 44
        )  # how the list begins, for other readers
        assert named or list(seen.damaged_packs()) or harmless, place
    file.write_bytes(b"!" + whole[1:])
    first = sorted(contents)[0]
    with pytest.raises(ValueError, match="damaged"):
        store.get(first)
    store.put(contents[first])
    assert store.check(first) is None
    pack(store, 0, time.time() + 1)
    assert_whole(store, contents)


@pytest.mark.parametrize("size", [0, 10, 43, 44, 200])
def test_a_pack_that_is_cut_is_named(tmp_path: Path, size: int) -> None:
    store, contents = filled(tmp_path, 3, "ab")
    pack(store, 0, time.time() + 1)
    [file] = files(store)[1]
    file.write_bytes(file.read_bytes()[:size])
    seen = store_in(tmp_path)
    assert [damaged.path for damaged in seen.damaged_packs()] == [file]
    assert list(seen.names()) == []
    assert all(seen.check(sha) is not None for sha in contents)


def mended(folder: Path, whole: bytes, damaged: bytes) -> tuple[packing.Packed, RawStore]:
    """What `pack` makes of the one pack of a store, once its bytes are others."""
    store = store_in(folder)
    for file in (store.folder / "ab" / "packed").iterdir():
        file.unlink()
    (store.folder / "ab" / "packed" / f"{hashlib.sha256(whole).hexdigest()}.pack").write_bytes(damaged)
    return pack(store, 0, time.time() + 1), store_in(folder)


def test_a_damaged_list_is_made_again(tmp_path: Path) -> None:
    store, contents = filled(tmp_path, 4, "ab")
    pack(store, 0, time.time() + 1)
    [file] = files(store)[1]
    whole = file.read_bytes()
    begins = len(whole) - 4 * 56 - 44
    for place in range(begins, len(whole), 5):
        done, seen = mended(tmp_path, whole, whole[:place] + bytes([whole[place] ^ 0x21]) + whole[place + 1 :])
        assert (done.mended, done.saved, done.rests) == (1, 4, []), place
        assert_whole(seen, contents)
    for size in (
        begins - 8,
        begins - 5,
        begins,
        begins + 3,
        len(whole) - 1,
    ):  # the list gone, its beginning, itself cut
        done, seen = mended(tmp_path, whole, whole[:size])
        assert done.saved == 4, size
        assert all(seen.get(sha) == content for sha, content in contents.items())
        assert bool(done.rests) == (size == begins - 5)
    done, seen = mended(tmp_path, whole, whole[: begins - 8] + b"\0" * (len(whole) - begins + 8))
    assert (done.saved, len(done.rests)) == (4, 1)


def test_of_a_pack_that_is_cut_or_torn_the_whole_documents_are_saved_and_the_rest_is_named(tmp_path: Path) -> None:
    store, contents = filled(tmp_path, 5, "ab")
    pack(store, 0, time.time() + 1)
    [file] = files(store)[1]
    whole, order = file.read_bytes(), sorted(contents)
    known = store._packs.of("ab")
    entries = next(known).entries()
    for cut in range(0, entries[-1].offset + entries[-1].length, 7):
        done, seen = mended(tmp_path, whole, whole[:cut])
        saved = [sha for sha, entry in zip(order, entries, strict=True) if entry.offset + entry.length <= cut]
        assert list(seen.names()) == saved
        assert all(seen.get(sha) == contents[sha] for sha in saved)
        at_an_end = cut in {entry.offset + entry.length for entry in entries}
        named = [damaged.path.suffix for damaged in seen.damaged_packs()]
        assert named == ([] if at_an_end else [".rest"]), cut
    for place in range(entries[1].offset, entries[2].offset, 3):  # a document in the middle, and the list
        torn = bytearray(whole)
        torn[place] ^= 0x21
        torn[-60] ^= 1
        done, seen = mended(tmp_path, whole, bytes(torn))
        assert set(seen.names()) <= set(order)
        assert set(seen.names()) >= set(order) - {order[1]}
        assert all(seen.get(sha) == contents[sha] for sha in seen.names())
        assert bool(done.rests) == (order[1] not in set(seen.names()))


def test_what_lies_inside_a_damaged_document_is_no_document(tmp_path: Path) -> None:
    """A stored file that is itself zstd, in a frame whose beginning is gone."""
    inner = zstandard.ZstdCompressor().compress(random.Random(1).randbytes(400))
    number = 0
    while not hashlib.sha256(outer := inner + str(number).encode()).hexdigest().startswith("ab"):
        number += 1
    store, contents = filled(tmp_path, 2, "ab")
    contents[store.put(outer)] = outer
    pack(store, 0, time.time() + 1)
    [file] = files(store)[1]
    whole = bytearray(file.read_bytes())
    entry = next(each for each in next(store._packs.of("ab")).entries() if each.size == len(outer))
    whole[entry.offset] ^= 1
    whole[-60] ^= 1
    done, seen = mended(tmp_path, file.read_bytes(), bytes(whole))
    assert list(seen.names()) == sorted(set(contents) - {entry.sha256.hex()})
    assert len(done.rests) == 1


def test_workers_read_packed_documents_and_say_what_is_damaged(tmp_path: Path) -> None:
    store, contents = filled(tmp_path, 3, "ab")
    pack(store, 0, time.time() + 1)
    stored = [Stored(str(store.path(sha)), "名.html", sha) for sha in sorted(contents)]
    gone = Stored(str(store.path("ab" * 32)), "gone.html", "ab" * 32)
    [file] = files(store)[1]
    with Workers(1, read=length) as workers:
        found = workers.read([*stored, gone])
        assert [e.reason for e in found[:3]] == [str(len(contents[sha])) for sha in sorted(contents)]
        assert (found[3].sha256, "is lost" in str(found[3].reason)) == (None, True)
        file.write_bytes(b"!" + file.read_bytes()[1:])
        [damaged] = workers.read(stored[:1])
    assert (damaged.sha256, "damaged" in str(damaged.reason)) == (None, True)


def length(document: RawDocument, _seconds: float | None) -> Extraction:
    return Extraction(document.path, document.sha256, None, "unreadable", str(len(document.content)), "damaged")


def killed_while_packing(folder: Path, seconds: float) -> None:
    script = (
        "import sys, time; from pathlib import Path; from extract.packing import pack; from extract.raw_store import RawStore;"
        "top = Path(sys.argv[1]); store = RawStore(top / 'raw', top / 'aside'); store.sweep(); print('begun', flush=True);"
        "pack(store, 0, time.time() + 1)"
    )
    with subprocess.Popen([sys.executable, "-c", script, folder], cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)


@pytest.mark.parametrize("kills", [2, pytest.param(60, marks=pytest.mark.services)])
def test_packing_that_is_killed_at_any_moment_loses_nothing(tmp_path: Path, kills: int) -> None:
    moments, contents = random.Random(kills), dict[str, bytes]()
    for number in range(kills):
        store, contents = filled(tmp_path, 200 + 100 * number)
        killed_while_packing(tmp_path, 0.3 * moments.random())
        assert list(store_in(tmp_path).names()) == sorted(contents)
        assert all(store.get(sha) == content for sha, content in contents.items())
    store.sweep()
    pack(store, 0, time.time() + 1)
    assert files(store)[0] == 0
    assert_whole(store_in(tmp_path), contents)
