"""The walls between the rooms: who may import whom. Read from the source, so that a lazy import counts as well."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.conftest import ROOT

NETWORK = {"httpx", "requests", "urllib3", "aiohttp", "socket", "http", "urllib.request", "ftplib"}


def imports(file: Path) -> Iterator[str]:
    """Every module that a file imports, absolute."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(*parts: str) -> list[Path]:
    folder = ROOT.joinpath(*parts)
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def under(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


READS_DOCUMENTS = {f"extract.identify.{name}" for name in ("title", "naming", "place", "site", "identity", "scope")}

WALLS = [
    ("extract", {"transform", "flows", "prefect", "duckdb", "pyarrow"}),
    # transform asks identify only for the reference (divisions, their changes, the governments above) and for links (link.py)
    ("transform", {"flows", "prefect", "extract.read", "extract.pipeline", *READS_DOCUMENTS}),
    ("extract/read", {"extract.forms", "extract.identify", "extract.pipeline", "extract.check.arithmetic", "pandas"}),
    ("extract/fetch/discover", {"extract.fetch.http", "extract.fetch.night", "extract.fetch.archive"}),
    ("extract/fetch/http", {"extract.fetch.night", "extract.fetch.archive", "extract.fetch.discover.families"}),
    ("extract/forms", {"extract.read", "extract.identify", "extract.pipeline", "lxml", "pdfplumber"}),
]


@pytest.mark.parametrize(("where", "forbidden"), WALLS, ids=[where for where, _ in WALLS])
def test_wall(where: str, forbidden: set[str]) -> None:
    files = room(*where.split("/"))
    assert files
    breaches = [
        (file.name, name) for file in files for name in imports(file) for wall in forbidden if under(name, wall)
    ]
    assert breaches == []


def test_only_fetching_the_flow_server_and_alarms_open_connections() -> None:
    allowed = {ROOT / "flows" / "server.py", ROOT / "flows" / "alarms.py"}  # a webhook of the operator's
    files = [
        file
        for name in ("extract", "transform", "flows")
        for file in room(name)
        if "fetch" not in file.parts and file not in allowed
    ]
    assert [(file.name, name) for file in files for name in imports(file) if name in NETWORK] == []


def test_modules_stay_small_enough_to_read() -> None:
    """300 lines about one idea; declarations of data may be longer."""
    data = {"schema.py", "labels.py", "vocabulary.py"}
    files = [file for name in ("extract", "transform", "flows") for file in room(name) if file.name not in data]
    assert [file.name for file in files if len(file.read_text(encoding="utf-8").splitlines()) > 320] == []


ROOMS = ("extract", "transform", "flows", "tests", "benchmarks")

OWN_PLACES = {
    "extract/raw_store.py": "raw/",
    "extract/fetch/night/history.py": "fetch/history.sqlite",
    "extract/fetch/night/collect.py": "the folder of the history, and its lock",
    "transform/lake.py": "everything that is published, and scratch/",
    "transform/register_index.py": "state/",
    "transform/old_readings.py": "state/",
    "transform/trusted.py": "state/",
    "extract/packing.py": "raw/, for the store",
    "transform/heal.py": "takes away the link to a damaged star",
    "transform/rewritten.py": "marks in the history what is taken in again",
    "flows/bucket/working_copy.py": "bucket.json and bucket.lock; links to contents that are here already; units that the bucket has no more",
    "flows/metrics.py": "runs/metrics.prom",
    "flows/server.py": "Prefect's own database",
    "flows/template.py": "Prefect's own database",
    "flows/pruning.py": "deletes what `ogi prune` says",
    "flows/forgetting.py": "old runs in Prefect's own database",
    "flows/cli/seen.py": "review/: pictures for the person who reviews",
}
"""Who writes below a home by a name of its own, and where."""

INTO_SCRATCH = {
    *(f"transform/{name}.py" for name in ("register", "parts", "compaction", "kept", "frames", "engine", "sealed")),
    *(f"transform/{name}.py" for name in ("star", "star_before", "tables_written", "partitions_written")),
    *("transform/indicators_printed.py", "transform/load_changes.py"),
    "transform/empty_warehouse.py",
    *(f"flows/{name}.py" for name in ("record", "quality", "releasing", "spool", "bucket/store", "bucket/contents")),
}
"""Who fills a folder of scratch/ that a lake has given, and hands it back to be published."""

OUTSIDE = {
    "extract/cached.py": "the user's cache",
    "extract/read/converted.py": "the system's folder of temporary files",
    "extract/read/xls.py": "nowhere: /dev/null",
    "extract/tabled.py": "the system's folder of temporary files",
    "extract/fetch/archive/warc.py": "a folder that the user names",
    "flows/installation.py": "a trial beside the home",
    "flows/exporting.py": "a folder that the user names",
    "flows/site/writing.py": "a folder that the user names",
    "flows/cli/extract.py": "the system's folder of temporary files",
    "flows/cli/explain.py": "a picture that the user asks for",
    "flows/cli/result.py": "a file that the user names",
    "flows/cli/diff_runs.py": "a file that the user names",
    "flows/cli/review.py": "data/corrections/, which is the user's",
}

WRITES = {"write_text", "write_bytes", "mkdir", "unlink", "rename", "rmdir", "touch", "symlink_to", "hardlink_to"}
WRITES |= {"rmtree", "copyfile", "copytree", "move", "ParquetWriter", "mkdtemp", "mkstemp", "FileLock"}
WRITES |= {"NamedTemporaryFile", "TemporaryDirectory"}


def writes(file: Path) -> bool:
    """Whether a file of code writes, moves or deletes files. What DuckDB writes by SQL is not seen."""
    calls = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    return any(map(is_writing, calls))


def is_writing(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id in WRITES
    if not isinstance(call.func, ast.Attribute):
        return False
    name, arguments = call.func.attr, call.args
    of = call.func.value.id if isinstance(call.func.value, ast.Name) else ""
    if name == "open":
        modes = [a.value for a in arguments if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        return any(mode[:1] in ("w", "x", "a") for mode in modes)
    if name == "replace":  # of a path: one argument without a name; of a text two, of a moment none
        return of == "os" or (len(arguments) == 1 and not call.keywords)
    return name in WRITES or (of, name) in {("pq", "write_table"), ("sqlite3", "connect"), ("os", "link")}


def test_who_writes_below_a_home() -> None:
    """Whoever is new here is either given its folder by the lake, or has a reason that stands above."""
    read_only = {"transform/addresses.py", "flows/cli/books.py"}  # mode=ro; a database in memory
    found = {str(file.relative_to(ROOT)) for name in ROOMS[:3] for file in room(name) if writes(file)} - read_only
    assert found == {*OWN_PLACES, *INTO_SCRATCH, *OUTSIDE}


def test_every_library_that_is_imported_is_declared_and_pinned() -> None:
    """What happens to be installed beside the project is not there on another machine."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    shipped = declared(project["dependencies"], extras["ocr"], extras["dask"])
    pinned = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE))
    homes = packages_distributions()
    own = {name for part in ROOMS for file in room(part) for name in (part, file.stem)} | {"data"}
    for rooms, allowed in (
        (ROOMS[:3], shipped),
        (ROOMS[3:], shipped | declared(extras["dev"])),
    ):
        names = {name.partition(".")[0] for part in rooms for file in room(part) for name in imports(file)}
        foreign = names - sys.stdlib_module_names - own
        lost = {name for name in foreign if not allowed & {plain(home) for home in homes.get(name, [])}}
        assert lost == set()
    assert shipped | declared(extras["dev"]) <= {plain(name) for name in pinned}


def declared(*lists: list[str]) -> set[str]:
    return {plain(re.split(r"[\[<>=~! ]", line, maxsplit=1)[0]) for lines in lists for line in lines}


def plain(name: str) -> str:
    """A distribution's name as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
