"""`ogi sources` as a user meets it: checking, listing, and trying a site on loopback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fetch.night.conftest import collect, listing, report, source
from tests.fetch.night.site import LoopbackSite
from tests.fetch.site import TestSite
from tests.flows.conftest import run_ogi

HERE = {"OGI_LOOPBACK": "1", "OGI_CONTACT": "https://example.org/contact", "OGI_RATE": "0", "OGI_ATTEMPTS": "1"}


def registry(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    return folder


def test_check_says_file_and_line(tmp_path: Path) -> None:
    folder = registry(
        tmp_path / "s", "- name: 甲\n  listings: http://a.gov.cn/\n- name: 乙\n  listing: http://b.gov.cn/\n"
    )
    done = run_ogi("sources", "check", "--sources", folder)
    assert done.returncode == 1
    said = done.stdout.decode().splitlines()
    assert said[0] == "a.yaml:3: the entry has no listings."
    assert said[1].startswith("a.yaml:4: 'listing' is no field of a source (is listings meant?)")
    assert said[-1] == "1 sources are well, 2 problems."


def test_the_own_registry_is_well() -> None:
    done = run_ogi("sources", "check")
    assert (done.returncode, done.stderr) == (0, b"")


def test_list(tmp_path: Path) -> None:
    folder = registry(tmp_path / "s", "- name: 甲\n  division: 350128\n  listings: http://a.gov.cn/\n")
    done = run_ogi("sources", "list", "--json", OGI_SOURCES=str(folder))
    assert [json.loads(line) for line in done.stdout.decode().splitlines()] == [
        {"name": "甲", "division": "350128", "listings": ["http://a.gov.cn/"], "tls": "modern"}
    ]
    assert "甲" in run_ogi("sources", "list", "--sources", folder).stdout.decode()
    broken = run_ogi("sources", "list", "--sources", tmp_path / "nowhere")
    assert broken.returncode == 1
    assert "no such folder" in broken.stderr.decode()


@pytest.mark.parametrize(
    ("shelf", "wanted", "count"),
    [("trs", ["family: trs"], 10), ("annual_report", ["family: annual_report", "years: 2008-"], 3), ("in_place", ["organ: 子县人民政府"], 2)],
)  # fmt: skip
def test_add_tries_a_site_and_proposes_an_entry(tmp_path: Path, shelf: str, wanted: list[str], count: int) -> None:
    with TestSite() as site:
        url = site.source(shelf).listings[0]
        done = run_ogi("sources", "add", url, **HERE)
    entry = done.stdout.decode()
    assert done.returncode == 0, done.stderr.decode()
    assert all(f"  {line}\n" in entry for line in wanted), entry
    assert f"{count} reports found" in done.stderr.decode()
    assert '  hosts:\n    - "127.0.0.1"\n' in entry  # not under .gov.cn: to be looked at by a person
    folder = registry(tmp_path / "s", entry)
    assert run_ogi("sources", "check", "--sources", folder).returncode == 0


def test_add_says_what_is_in_the_way() -> None:
    with TestSite() as site:
        for name, status, word in (
            ("challenge", 1, "script"),
            ("soft404", 1, "not there"),
            ("missing", 1, "no such page"),
        ):
            done = run_ogi("sources", "add", site.url(f"/refused/{name}.html"), **HERE)
            assert (done.returncode, done.stdout) == (status, b"")
            assert word in done.stderr.decode()
        empty = run_ogi("sources", "add", site.url("/trs/zfxxgknb/202401/news.html"), **HERE)
        assert empty.returncode == 1
        assert "no report was found" in empty.stderr.decode()
    assert run_ogi("sources", "add", site.url("/"), **HERE).returncode == 1  # nobody answers any more
    assert run_ogi("sources", "add", "www.a.gov.cn", **HERE).returncode == 2


def test_add_reaches_no_private_machine() -> None:
    with TestSite() as site:
        done = run_ogi("sources", "add", site.url("/trs/"), OGI_CONTACT="https://example.org/contact")
        assert done.returncode == 1
        assert "loopback" in done.stderr.decode()
        assert not site.log


def test_health_says_what_is_ill_first(tmp_path: Path) -> None:
    nothing = run_ogi("sources", "health", "--home", tmp_path / "home")
    assert (nothing.returncode, nothing.stdout) == (1, b"")
    assert "nothing was collected" in nothing.stderr.decode()
    with LoopbackSite().serving() as site:
        site.put("/", listing(("/a", "2023年年度报告")))
        site.put("/a", report("某区", 2023))
        sources = [source(site, name="a"), source(site, "/gone", name="b"), source(site, name="c", expected=2)]
        collect(tmp_path / "home", sources)
    done = run_ogi("sources", "health", "--home", tmp_path / "home", "--json")
    assert done.returncode == 1
    found = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert {each["source"]: (each["nights"], each["expected"]) for each in found} == {
        "a": (0, None),
        "b": (1, None),
        "c": (0, 2),
    }
    shown = run_ogi("sources", "health", "--home", tmp_path / "home").stdout.decode()
    assert "never" in shown
