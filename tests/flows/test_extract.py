"""`ogi extract`: the contract that others score the project by, and what a person sees."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.flows.conftest import NEWS, OGI, SAMPLES, environment, given_files, run_ogi

CONTRACT = [
    "path",
    "sha256",
    "format",
    "status",
    "reason",
    "category",
    "title",
    "organ",
    "organ_canonical",
    "division_code",
    "year",
    "published",
    "form",
    "scope",
    "disclosure",
    "requests",
    "proceedings",
    "survey",
    "sections",
    "findings",
    "doubted",
    "attachments",
]


def test_one_object_a_line_for_every_path_in_order(tmp_path: Path) -> None:
    files = given_files(tmp_path / "given", "wuyi-2023.html", "pingtan-2022.html")
    (files / "news.html").write_text(NEWS, encoding="utf-8")
    done = run_ogi("extract", "--json", SAMPLES / "qiyi-2023.txt", "no-such-file", files)
    assert (done.returncode, done.stderr) == (1, b"")
    lines = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert [list(line) for line in lines] == [CONTRACT] * 5
    assert [Path(line["path"]).name for line in lines] == [
        "qiyi-2023.txt",
        "no-such-file",
        "news.html",
        "pingtan-2022.html",
        "wuyi-2023.html",
    ]
    assert [line["status"] for line in lines] == ["ok", "unreadable", "not_a_report", "ok", "ok"]
    assert all((line["reason"] is None) == (line["status"] == "ok") for line in lines)
    assert "平潭" in done.stdout.decode("utf-8")  # as itself, not as \\u escapes
    assert {len(row) for row in lines[0]["requests"].values()} == {7}
    assert {len(row) for row in lines[0]["proceedings"].values()} == {5}
    assert lines[0]["disclosure"]["rules"].keys() == {"issued", "repealed", "in_force"}


def test_every_path_a_report_is_status_0() -> None:
    assert run_ogi("extract", "--json", SAMPLES / "qiyi-2023.txt").returncode == 0


def test_a_person_sees_tables_under_chinese_labels() -> None:
    done = run_ogi("extract", SAMPLES / "pingtan-2022.html")
    text = done.stdout.decode()
    assert done.returncode == 0
    assert "\x1b" not in text
    assert all(word in text for word in ("平潭综合实验区", "三、依申请公开", "社会公益组织", "结转下年度继续办理"))
    heading, row = (next(line for line in text.splitlines() if line.startswith(word)) for word in ("三、", "本年新收"))
    truth = json.loads(run_ogi("extract", "--json", SAMPLES / "pingtan-2022.html").stdout)
    assert [int(number) for number in row.split()[1:]] == truth["requests"]["new"]
    assert len(heading.split()) == 8


def test_answers_without_the_heavy_libraries() -> None:
    """What `ogi extract` imports decides how fast it answers."""
    program = (
        "import sys; sys.argv = ['ogi', 'extract', '--json', sys.argv[1]]\n"
        "from flows.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({'prefect', 'pandas', 'duckdb', 'pyarrow', 'numpy'} & set(sys.modules)), file=sys.stderr)"
    )
    command: list[str | Path] = [sys.executable, "-c", program, SAMPLES / "qiyi-2023.txt"]
    done = subprocess.run(command, capture_output=True, env=environment(), check=True)
    assert done.stderr.decode().strip() == "[]"


def test_reader_that_has_seen_enough(tmp_path: Path) -> None:
    paths = [SAMPLES / "qiyi-2023.txt"] * 200
    run = subprocess.Popen(
        [OGI, "extract", "--json", *paths], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert run.stdout is not None
    assert run.stderr is not None
    run.stdout.readline()
    run.stdout.close()
    assert (run.stderr.read(), run.wait(60)) == (b"", 0)
