"""A run that may read only so long: what is left is read by the next."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from flows.settings import SettingsWrong, settings
from tests.flows.conftest import SAMPLES, run_ogi


@pytest.mark.parametrize(("budget", "seconds"), [("", math.inf), ("30s", 30), ("90m", 5400), ("2h", 7200)])
def test_a_budget_is_a_span_of_time(budget: str, seconds: float) -> None:
    assert settings(budget=budget).budget_seconds == seconds


@pytest.mark.parametrize("budget", ["0h", "2", "two hours", "-1m", "1d"])
def test_what_is_none_is_refused_by_name(budget: str) -> None:
    with pytest.raises(SettingsWrong, match="budget"):
        settings(budget=budget)


@pytest.mark.services
def test_what_is_left_is_read_by_the_next_run(tmp_path: Path) -> None:
    given = sorted(file for file in SAMPLES.iterdir() if file.suffix == ".html")
    arguments: list[str | Path] = ["run", *given, "--home", tmp_path / "home", "--batch-size", "1", "--workers", "1"]
    first = run_ogi(*arguments, "--budget", "1s")
    record = json.loads(max((tmp_path / "home" / "runs").glob("*/run.json")).read_text(encoding="utf-8"))
    waiting = record["documents"].get("pending", 0)
    assert (first.returncode, 0 < waiting < len(given)) == (1, True), record["documents"]
    second = run_ogi(*arguments)
    record = json.loads(max((tmp_path / "home" / "runs").glob("*/run.json")).read_text(encoding="utf-8"))
    assert second.returncode in (0, 1), second.stderr.decode()
    assert "pending" not in record["documents"]
