"""A few kills and faulty nights of `benchmarks/kills.py`, so that it runs whenever somebody asks for hundreds."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.services


def test_kills_and_nights_leave_a_lake_as_if_nothing_had_been() -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "kills.py"), "3", "5", "2"]
    done = subprocess.run(command, capture_output=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    assert done.stdout.decode().rstrip().endswith("nothing went wrong")
