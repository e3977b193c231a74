"""Lake, corrections and sources are looked for by one rule: told, else the working folder's, else what is shipped; and that is said."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from extract.shipped import shipped
from tests.conftest import ROOT
from tests.flows.conftest import OGI, environment

ENTRY = "- name: 某县\n  listings: [http://www.example.gov.cn/zfxxgknb/]\n"
LINE = "sha256,table,row,column,decision,value,unit,was,who,when,why\nthis cannot be used\n"


def ogi(work: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [OGI, *arguments], cwd=work, env=environment(**more), capture_output=True, timeout=180, check=False
    )


def places(work: Path, **more: str) -> dict[str, tuple[str, str]]:
    """What `ogi status` says of each, and `ogi doctor` says the same of the same folders."""
    said = json.loads(ogi(work, "status", "--json", **more).stdout)["places"]
    doctor = ogi(work, "doctor", **more).stdout.decode()
    shown = ogi(work, "status", **more).stdout.decode()
    for name, place in said.items():
        assert place["folder"] in doctor, name
        assert f"{place['folder']} ({place['why']})" in shown
    assert list(said) == ["home", "corrections", "sources"]
    return {name: (place["folder"], place["why"]) for name, place in said.items()}


@pytest.mark.services
def test_what_is_shipped_unless_the_working_folder_has_its_own_unless_told(tmp_path: Path) -> None:
    work, told = tmp_path / "work", tmp_path / "told"
    (work / "data").mkdir(parents=True)
    (told / "deep").mkdir(parents=True)
    lake = (str(work / "data" / "lake"), "of the working folder")
    first = places(work)
    assert first["home"] == lake
    for name in ("corrections", "sources"):
        assert first[name] == (str(shipped("data", name)), "shipped with the program")

    for name in ("corrections", "sources"):
        (work / "data" / name).mkdir()
    second = places(work)
    assert second["home"] == lake
    for name in ("corrections", "sources"):
        assert second[name] == (str(work / "data" / name), "of the working folder")

    third = places(work, OGI_CORRECTIONS=str(told), OGI_SOURCES="../told/deep", OGI_HOME=str(told / "lake"))
    assert third == {
        "home": (str(told / "lake"), "told by --home or OGI_HOME"),
        "corrections": (str(told), "told by --corrections or OGI_CORRECTIONS"),
        "sources": (str(work / "../told/deep"), "told by --sources or OGI_SOURCES"),
    }


@pytest.mark.services
def test_every_command_goes_by_it(tmp_path: Path) -> None:
    """The option before the environment before the working folder, of the commands that read a registry or corrections."""
    work, other, third = tmp_path / "work", tmp_path / "other", tmp_path / "third"
    for folder, name in ((work / "data" / "sources", "甲县"), (other, "乙县"), (third, "丙县")):
        folder.mkdir(parents=True)
        (folder / "s.yaml").write_text(ENTRY.replace("某县", name), encoding="utf-8")
    for more, environment_says, wanted in (
        ([], {}, "甲县"),
        ([], {"OGI_SOURCES": str(other)}, "乙县"),
        (["--sources", str(third)], {"OGI_SOURCES": str(other)}, "丙县"),
    ):
        listed = ogi(work, "sources", "list", "--json", *more, **environment_says)
        assert [json.loads(line)["name"] for line in listed.stdout.splitlines()] == [wanted]
        assert ogi(work, "sources", "check", *more, **environment_says).stdout == b"1 sources are well, 0 problems.\n"
    unknown = ogi(work, "collect", "--source", "丁县", OGI_CONTACT="https://example.org")
    assert (unknown.returncode, "丁县" in unknown.stderr.decode()) == (2, True)

    (work / "data" / "corrections").mkdir()
    (work / "data" / "corrections" / "mine.csv").write_text(LINE, encoding="utf-8")
    (work / "report.txt").write_text("no report", encoding="utf-8")
    used = ogi(work, "run", "report.txt")
    assert used.returncode == 1
    assert b"mine.csv" in used.stderr
    assert (work / "data" / "lake").is_dir()


@pytest.mark.parametrize(("name", "status"), [("sources", 1), ("corrections", 0)])
def test_a_folder_that_was_told_and_is_not_there_is_seen_by_the_doctor(tmp_path: Path, name: str, status: int) -> None:
    done = ogi(tmp_path, "doctor", **{f"OGI_{name.upper()}": "nowhere"})
    assert (done.returncode, f"name another with --{name}" in done.stdout.decode()) == (status, True)


def test_a_checkout_is_its_own_working_folder() -> None:
    assert (ROOT / "data" / "sources").samefile(shipped("data", "sources"))
