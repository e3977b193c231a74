"""kill -9 at 20 random moments, and disks that are full: nothing lost, nothing doubled, nothing half stored."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from extract.fetch.archive.verify import verify
from extract.fetch.night.collect import CollectBusy, Places, collecting
from extract.fetch.night.history import History
from tests.conftest import ROOT
from tests.fetch.night import night_job
from tests.fetch.night.conftest import HASTY, LOOPBACK, listing, report
from tests.fetch.night.site import LoopbackSite
from tests.fetch.night.standin import READING

PAGES, HOSTS = 60, 3


def start(home: Path, site: LoopbackSite) -> subprocess.Popen[bytes]:
    listings = [site.url("/0", f"127.0.0.{n + 1}") for n in range(HOSTS)]
    return subprocess.Popen([sys.executable, night_job.__file__, home, *listings], env={"PYTHONPATH": str(ROOT)})


def fill(site: LoopbackSite) -> None:
    """Lists of ten reports each, all with a file; every answer takes a while."""
    site.pause = 0.01
    for page in range(PAGES // 10):
        links = [(f"/r{n}", f"{2000 + n}年年度报告") for n in range(page * 10, page * 10 + 10)]
        site.put(f"/{page}", listing(*links, *([(f"/{page + 1}", "下一页")] if page < PAGES // 10 - 1 else [])))
    for n in range(PAGES):
        site.put(f"/r{n}", report("某区", n) + listing((f"/f{n}.pdf", "附件")))
        site.put(f"/f{n}.pdf", b"%PDF-1.4 " + str(n).encode(), kind="application/pdf")


@pytest.mark.parametrize("kills", [2, pytest.param(20, marks=pytest.mark.services)])
def test_killed_at_any_moment_the_next_run_goes_on(site: LoopbackSite, tmp_path: Path, kills: int) -> None:
    fill(site)
    each_once = HOSTS * (1 + PAGES // 10 + 2 * PAGES)
    moments = random.Random(20240131)
    home = tmp_path / "home"
    for threshold in sorted(moments.sample(range(1, each_once), kills)):
        run = start(home, site)
        while len(site.hits()) < threshold and run.poll() is None:
            time.sleep(0.002)
        time.sleep(moments.random() * 0.03)
        run.kill()
        run.wait()
        assert verify(Places(home)).damaged == []
    assert start(home, site).wait() == 0

    with History(Places(home).history) as history:
        versions = dict(history.read("select u.url, count(*) from version v join url u on u.id = v.url group by u.url"))
        contents = {sha for (sha,) in history.read("select sha256 from content")}
        assert history.read("select count(*) from queue") == [(0,)]
    wanted = {site.url(path, f"127.0.0.{n + 1}") for path in site.pages if path[1] in "rf" for n in range(HOSTS)}
    assert versions == dict.fromkeys(wanted, 1)
    assert contents == {hashlib.sha256(page.body).hexdigest() for path, page in site.pages.items() if path[1] in "rf"}
    assert set(Places(home).store().names()) == contents
    robots = len(site.hits("/robots.txt"))
    in_flight = kills * HOSTS * HASTY.per_host
    assert len(site.hits()) - robots <= each_once - HOSTS + in_flight, "only what was under way is asked again"

    site.clear()
    assert start(home, site).wait() == 0
    assert site.hits() == []
    assert list((home / "fetch" / "unfinished").iterdir()) == []


@pytest.mark.parametrize(
    ("limit", "said"),
    [(8 * 2**20, b"File too large"), pytest.param(300_000, b"disk I/O error", marks=pytest.mark.services)],
    ids=["a document", "the history"],
)
def test_a_full_disk_ends_the_night_and_the_next_goes_on(
    site: LoopbackSite, tmp_path: Path, limit: int, said: bytes
) -> None:
    fill(site)
    site.put("/r7", report("某区", 7, "x" * 10 * 2**20) + listing(("/f7.pdf", "附件")))
    listings = [site.url("/0")]
    code = (
        "import resource, runpy, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, resource.RLIM_INFINITY));"
        f"sys.argv = ['job', {str(tmp_path)!r}, *{listings!r}];"
        f"runpy.run_path({night_job.__file__!r}, run_name='__main__')"
    )
    full = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(ROOT)}, capture_output=True, check=False)
    assert full.returncode == 1
    assert said in full.stderr
    assert verify(Places(tmp_path)).damaged == []
    subprocess.run([sys.executable, night_job.__file__, tmp_path, *listings], env={"PYTHONPATH": str(ROOT)}, check=True)
    with History(Places(tmp_path).history) as history:
        assert history.read("select count(*) from version") == [(2 * PAGES,)]
    assert verify(Places(tmp_path)).damaged == []


def test_one_process_at_a_time(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from extract.fetch.night.collect import held
with held(Path({str(tmp_path)!r})):
    print("held", flush=True)
    input()
"""
    other = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout is not None
    assert other.stdout.readline() == b"held\n"
    with pytest.raises(CollectBusy), collecting(tmp_path, HASTY, READING, LOOPBACK):
        pass
    other.communicate(b"\n")
    with collecting(tmp_path, HASTY, READING, LOOPBACK):
        pass
