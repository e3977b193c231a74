"""A walk through the installed wheel: another user, nothing else installed, no home, a package that cannot be written to.

The environment is made from the pinned, hashed file as an operator makes it; the commands run in an empty folder, and in one
whose own `flows/` and `extract/` nobody must import.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fetch.site import TestSite
from tests.flows.conftest import SAMPLES
from tests.flows.test_collect import registry
from tests.flows.test_elsewhere import SHADOWS

pytestmark = pytest.mark.install

IS_ROOT = os.geteuid() == 0
OFFICE = Path("/usr/lib/libreoffice")
HIDE = ["/usr/bin/unshare", "-m", "/bin/sh", "-c", f'/bin/mount -t tmpfs none {OFFICE} && exec "$@"', "sh"]
Said = subprocess.CompletedProcess[str]


def can_hide() -> bool:
    """Whether a process can be started for which LibreOffice is not there."""
    if not OFFICE.is_dir():
        return True
    return IS_ROOT and Path(HIDE[0]).exists() and subprocess.run([*HIDE, "/bin/true"], check=False).returncode == 0


def as_nobody() -> list[str]:
    """What starts a command as a user without rights, and without LibreOffice; as oneself where one is such a user."""
    if not IS_ROOT:
        return []
    return [*(HIDE if OFFICE.is_dir() and can_hide() else []), "/usr/sbin/runuser", "-u", "nobody", "--"]


def python_for_all() -> str:
    """A Python that this user may start, too: the tests' own may lie in a closed home."""
    here = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for program in (os.path.realpath(sys.executable), shutil.which(here, path="/usr/local/bin:/usr/bin")):
        if program and subprocess.run([*as_nobody(), program, "-V"], capture_output=True, check=False).returncode == 0:
            return program
    return pytest.skip(f"no {here} that another user may start")


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that other users can enter, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp(prefix="ogi-walk-"))
    folder.chmod(0o755)
    yield folder
    subprocess.run(["/bin/chmod", "-R", "u+w", folder], check=True)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def installed(place: Path) -> Path:
    """The `ogi` of a fresh environment: the pinned packages by their hashes, then the wheel; nobody may write there."""
    python = python_for_all()
    build = f"import os; os.chdir({str(ROOT)!r}); from hatchling.build import build_wheel; build_wheel({str(place)!r})"
    subprocess.run([sys.executable, "-c", build], check=True, capture_output=True)
    (wheel,) = place.glob("*.whl")
    subprocess.run([python, "-m", "venv", "--without-pip", place / "venv"], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(place / "venv" / "bin" / "python"), "install", "--quiet"]
    subprocess.run([*pip, "--require-hashes", "-r", ROOT / "requirements.txt"], check=True, capture_output=True)
    subprocess.run([*pip, "--no-deps", wheel], check=True, capture_output=True)
    subprocess.run(["/bin/chmod", "-R", "a-w", place / "venv"], check=True)
    return place / "venv" / "bin" / "ogi"


@pytest.fixture(scope="module", params=["empty", "foreign"])
def folder(place: Path, request: pytest.FixtureRequest) -> Path:
    """The working folder, the user's own; the foreign one leaves a mark where a package of it is imported."""
    work = place / str(request.param)
    work.mkdir()
    for name in SHADOWS if request.param == "foreign" else ():
        (work / name).parent.mkdir(exist_ok=True)
        (work / name).write_text(
            f"open({str(work / 'imported')!r}, 'a').write({name!r})\nraise ImportError({name!r})\n"
        )
    if IS_ROOT:
        os.chown(work, pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid)
    return work


@pytest.fixture(scope="module")
def ogi(installed: Path, folder: Path, place: Path) -> Callable[..., Said]:
    """The command in that folder; a home that cannot be written to, no program on the path but those of the environment."""
    home = place / "home"
    home.mkdir(exist_ok=True)
    home.chmod(0o555)
    given = {"PATH": str(installed.parent), "HOME": str(home)}

    def run(*arguments: str | Path, said: str = "", **more: str) -> Said:
        return subprocess.run(
            [*as_nobody(), installed, *arguments],
            cwd=folder, env=given | more, input=said, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False,
        )  # fmt: skip

    return run


def test_the_walk(ogi: Callable[..., Said], folder: Path, place: Path) -> None:
    def fine(*arguments: str | Path, exit_status: int = 0, said: str = "", **more: str) -> str:
        done = ogi(*arguments, said=said, **more)
        assert (done.returncode, done.stderr) == (exit_status, ""), (arguments, done.stdout, done.stderr)
        return done.stdout

    assert "reading as" in fine("--version")
    assert "Usage" in fine("serve", "--help")

    reports = place / "given"
    shutil.copytree(SAMPLES, reports, dirs_exist_ok=True)
    assert json.loads(fine("extract", reports / "pingtan-2022.html", "--json"))["status"] == "ok"
    if folder.name == "empty":
        assert "data/lake/ogi.duckdb" in fine("demo")
    else:
        assert "1 reports (1 read now" in fine("run", reports / "pingtan-2022.html")
    assert int(fine("sql", "select count(*) from dim_report", "--format", "csv").split()[1]) >= 1
    assert "⟦74⟧" in fine("explain", "平潭 2022 本年新收 总计")
    assert "0 damaged or missing" in fine("verify")
    assert "ok" in fine("status")

    (place / "old.rtf").write_bytes(rb"{\rtf1\ansi hello}")
    (place / "titles.txt").write_text("平潭综合实验区2022年政府信息公开工作年度报告\t\n", encoding="utf-8")
    assert "\t350128\t" in fine("identify", place / "titles.txt")
    left_out = fine("run", place / "old.rtf", exit_status=1)
    if can_hide():
        assert "install LibreOffice (package libreoffice-writer)" in left_out
        assert "libreoffice-writer" in fine("doctor")
    assert "0 decisions" in fine("review", said="q\n", OGI_WHO="A. Reader")

    with TestSite(pause=0.01, retry_after=0) as site:
        told = fine(
            "collect",
            OGI_SOURCES=str(registry(site, place / "sources", "jcms")),
            OGI_CONTACT="https://example.org/reports",
            OGI_RATE="0",
            OGI_LOOPBACK="1",
        )
        collected = next(line.split() for line in told.splitlines() if line.startswith("jcms"))
        assert collected[1] == str(len(site.reports("jcms")))
    assert not (folder / "imported").exists(), (folder / "imported").read_text()


def test_a_home_that_cannot_be_made_is_one_line(ogi: Callable[..., Said], place: Path) -> None:
    (place / "closed").mkdir(mode=0o555, exist_ok=True)
    for command in (["run", SAMPLES], ["demo"]):
        done = ogi(*command, OGI_HOME=str(place / "closed" / "lake"))
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("ogi: ") and done.stderr.count("\n") == 1, done.stderr
