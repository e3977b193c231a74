"""The notebook runs as a script, with marimo in a folder of its own: what it brings along (12 packages) is not for every environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.flows.conftest import SAMPLES
from tests.flows.plain_job import plain_job

pytestmark = pytest.mark.install


def test_the_notebook_runs_as_a_script(tmp_path: Path) -> None:
    plain_job(str(tmp_path / "lake"), [str(SAMPLES / f"wuyi-{year}.html") for year in (2021, 2022, 2023)])
    target = str(tmp_path / "marimo")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", target, "marimo-base==0.25.2"]
    subprocess.run(pip, check=True, capture_output=True, cwd=ROOT)
    # after our own packages: marimo's copies of what both need are not to stand in for them
    code = f"import runpy, sys; sys.path.append({target!r}); runpy.run_path({str(ROOT / 'docs' / 'notebook.py')!r}, run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"OGI_HOME": str(tmp_path / "lake")},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().startswith("浙江省金华市武义县: 3 years, 9 rates beside peers, ")
