"""Nights that start by themselves: served on one machine, and deployed to a work pool."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import duckdb
import pytest

from tests.fetch.site import TestSite
from tests.services.conftest import Prefect, process_that_collects, wait_for

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks for processes in /proc"),
]


def documents(tmp_path: Path) -> int:
    with duckdb.connect(str(tmp_path / "home" / "ogi.duckdb"), read_only=True) as con:
        count: int = con.sql("select count(*) from document").fetchall()[0][0]
    return count


def test_served_runs_start_by_the_clock_after_one_that_was_killed(
    prefect: Prefect, site: TestSite, chosen: dict[str, str], tmp_path: Path
) -> None:
    """The first is started by hand, so that only one minute has to be waited for."""
    with prefect.start("serve", "--cron", "* * * * *", module="flows.cli", **chosen) as serving:
        served = wait_for(prefect.deployment, serving)
        schedule = served["schedules"][0]["schedule"]
        assert (schedule["cron"], schedule["timezone"]) == ("* * * * *", "Asia/Shanghai")
        prefect.run("deployment", "run", "nightly/nightly")
        os.kill(process_that_collects(site, tmp_path), signal.SIGKILL)
        wait_for(lambda: prefect.runs("CRASHED", served["id"]), serving)
        wait_for(lambda: [run for run in prefect.runs("COMPLETED", served["id"]) if run["auto_scheduled"]], serving)
    assert documents(tmp_path) == len(site.reports("trs")) + len(site.reports("jcms"))


def test_deployed_runs_are_done_by_a_worker(
    prefect: Prefect, site: TestSite, chosen: dict[str, str], tmp_path: Path
) -> None:
    prefect.run("work-pool", "create", "ogi", "--type", "process")
    prefect.run("deploy", "--all")
    deployed = prefect.deployment()
    assert deployed is not None
    assert (deployed["work_pool_name"], deployed["schedules"][0]["schedule"]["timezone"]) == ("ogi", "Asia/Shanghai")
    with prefect.start("worker", "start", "--pool", "ogi", **chosen) as worker:
        prefect.run("deployment", "run", "nightly/nightly")
        os.kill(process_that_collects(site, tmp_path), signal.SIGKILL)
        wait_for(lambda: prefect.runs("CRASHED", deployed["id"]), worker)
        prefect.run("deployment", "run", "nightly/nightly")
        wait_for(lambda: prefect.runs("COMPLETED", deployed["id"]), worker)
    assert documents(tmp_path) == len(site.reports("trs")) + len(site.reports("jcms"))
