"""`ogi status`: what the lake holds and what was left out, for people and as JSON."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.flows.conftest import run_ogi
from transform.lake import Lake


def test_status(ran: Path) -> None:
    shown = run_ogi("status", "--home", ran)
    text = shown.stdout.decode()
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert "2022  2021        1" in text
    assert "not_a_report: " in text
    assert "news.html: " in text
    assert "exit status 1: 4 files, 1 without a report" in text

    found = json.loads(run_ogi("status", "--home", ran, "--json").stdout)
    assert found["documents"] == {"not_a_report": 1, "ok": 3}
    assert found["reports"] == [{"year": year, "form": "2021", "reports": 1} for year in (2022, 2023, 2024)]
    assert [Path(item["path"]).name for item in found["left_out"]] == ["news.html"]
    assert found["left_out"][0]["reason"]
    assert found["running"] is None
    assert found["last_run"]["exit_status"] == 1
    assert found["last_run"]["files"] == 4
    assert json.loads(run_ogi("status", "--home", ran, "--json", OGI_LAST="0").stdout)["left_out"] == []


def test_empty_home(tmp_path: Path) -> None:
    done = run_ogi("status", "--home", tmp_path / "none")
    assert (done.returncode, done.stderr) == (0, b"")
    assert "ogi run PATH" in done.stdout.decode()
    assert not (tmp_path / "none").exists()


def test_run_that_goes_on_is_named(tmp_path: Path) -> None:
    with Lake(tmp_path).lock():
        found = json.loads(run_ogi("status", "--home", tmp_path, "--json").stdout)
        assert (found["running"]["pid"], found["running"]["alive"]) == (os.getpid(), True)
