"""The registry of sources, data/sources/*.yaml and *.csv → `Source`s; what is wrong is said with file and line.

A YAML file is a list of entries; a CSV file has the same fields as columns (several listings or hosts separated by
blanks), for registries of tens of thousands. What all sources of a family have in common stands once, in `families.csv`: an
entry that names the family and leaves a field out has the family's. Fields: docs/sources.md.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Literal, NamedTuple

import yaml
from rapidfuzz import process

from extract.fetch.discover import address
from extract.fetch.discover.families import FAMILIES
from extract.fetch.model import Source
from extract.identify import divisions

FIELDS = ("name", "listings", "division", "organ", "family", "hosts", "tls", "rate", "years", "expected")
FAMILIES_FILE = "families.csv"
FAMILY_FIELDS = ("family", "hosts", "tls", "rate", "years")
_LISTS = ("listings", "hosts")
_YEARS = re.compile(r"(?P<first>(?:19|20)\d\d)\s*(?:(?P<open>[-–—至])\s*(?P<last>(?:19|20)\d\d)?)?")
_RATE = re.compile(r"\d{1,4}(?:\.\d{1,4})?")
_COUNT = re.compile(r"[1-9]\d{0,5}")
_HOST = re.compile(r"[a-z0-9.-]+\.[a-z0-9-]+(?::\d{1,5})?|\[[0-9a-f:]+\](?::\d{1,5})?", re.IGNORECASE)
FASTEST = 50.0  # requests a second; more is no politeness towards any publisher


class Problem(NamedTuple):
    """One thing that is wrong with the registry. `line` counts from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class SourcesWrong(Exception):
    """The registry has problems; `problems` are all of them, by file and line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class _Written(NamedTuple):
    """A value as written, and its line."""

    text: str
    line: int


class _Entry(NamedTuple):
    """One source as written: its fields, each as the values that it has."""

    file: str
    line: int
    fields: dict[str, list[_Written]]


def load(folder: Path, today: date | None = None) -> tuple[Source, ...]:
    """All sources of the folder, in the order of the files' names and of their entries. Errors: `SourcesWrong` with every
    problem; a folder that is not there is one. `today` ends open years (2019-): reports of last year can be out.
    """
    sources, problems = check(folder, today)
    if problems:
        raise SourcesWrong(problems)
    return sources


def check(folder: Path, today: date | None = None) -> tuple[tuple[Source, ...], tuple[Problem, ...]]:
    """The sources of the folder that are well, and what is wrong with the others."""
    if not folder.is_dir():
        return (), (Problem(str(folder), 1, "there is no such folder of sources."),)
    last = (today or datetime.now(UTC).date()).year - 1
    problems: list[Problem] = []
    sources: list[Source] = []
    names: dict[str, str] = {}
    listings: dict[str, str] = {}
    families = _families(folder / FAMILIES_FILE, problems)
    files = sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml", ".csv"))
    files = [path for path in files if path.name != FAMILIES_FILE]
    for entry in chain.from_iterable(_entries(path, problems) for path in files):
        found = list(_problems(entry))
        found += _repeated(entry, "name", names) + _repeated(entry, "listings", listings)
        problems += found
        if not found:
            named = entry.fields.get("family")
            common = families.get(named[0].text, {}) if named else {}
            own = {name: values for name, values in entry.fields.items() if values}
            sources.append(_source(entry._replace(fields=common | own) if common else entry, last))
    return tuple(sources), tuple(sorted(problems))


def _families(path: Path, problems: list[Problem]) -> dict[str, dict[str, list[_Written]]]:
    """What the entries of a family have in common, by its name; what is wrong with the file becomes problems."""
    found: dict[str, dict[str, list[_Written]]] = {}
    if not path.exists():
        return found
    seen: dict[str, str] = {}
    for entry in _entries(path, problems, FAMILY_FIELDS):
        wrong = list(_wrong_values(entry)) + _repeated(entry, "family", seen)
        if not entry.fields.get("family"):
            wrong.append(Problem(entry.file, entry.line, "the row names no family."))
        problems += wrong
        if not wrong:
            found[entry.fields["family"][0].text] = entry.fields
    return found


def _entries(path: Path, problems: list[Problem], known: tuple[str, ...] = FIELDS) -> Iterator[_Entry]:
    """The entries of one file as written; what is no entry becomes a problem."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(path.name, 1, f"the file cannot be read as UTF-8 text ({error})."))
        return
    yield from _csv(path.name, text, problems, known) if path.suffix == ".csv" else _yaml(path.name, text, problems)


def _yaml(file: str, text: str, problems: list[Problem]) -> Iterator[_Entry]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where libyaml is there
    try:
        top = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(str(part) for part in (error.context, error.problem) if part)
        problems.append(Problem(file, mark.line + 1 if mark else 1, f"this is no YAML: {said}."))
        return
    except (yaml.YAMLError, RecursionError) as error:
        problems.append(Problem(file, 1, f"this is no YAML: {error}."))
        return
    if top is None:
        return
    if not isinstance(top, yaml.SequenceNode):
        problems.append(Problem(file, _line(top), "a file of sources is a list: each entry begins with `- name:`."))
        return
    for node in top.value:
        if isinstance(node, yaml.MappingNode):
            yield _Entry(file, _line(node), _fields(file, node, problems))
        else:
            problems.append(Problem(file, _line(node), "an entry has fields: `- name: …`."))


def _fields(file: str, node: yaml.MappingNode, problems: list[Problem]) -> dict[str, list[_Written]]:
    """Each field as its values as written: `350128` and `"350128"` are the same division, and 010000 is no octal number."""
    found: dict[str, list[_Written]] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in found:
            problems.append(Problem(file, _line(key), f"{name} is given twice."))
        scalars = value.value if isinstance(value, yaml.SequenceNode) else [value]
        if name == "expected" and isinstance(value, yaml.MappingNode):
            scalars = [held for said, held in value.value if said.value == "min"] if len(value.value) == 1 else [value]
        if (scalars or name != "expected") and all(isinstance(scalar, yaml.ScalarNode) for scalar in scalars):
            found[name] = [
                _Written(scalar.value.strip(), _line(scalar))
                for scalar in scalars
                if scalar.value not in ("", "~", "null")
            ]
        else:
            what = "{min: N}" if name == "expected" else "a text or a list of texts"
            problems.append(Problem(file, _line(value), f"{name} is {what}."))
        if name not in _LISTS and name != "years" and isinstance(value, yaml.SequenceNode):
            problems.append(Problem(file, _line(value), f"{name} is one value, not a list."))
        found.setdefault(name, [_Written("", _line(key))] if name not in FIELDS else [])
    return found


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _csv(file: str, text: str, problems: list[Problem], known: tuple[str, ...]) -> Iterator[_Entry]:
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        heading = list(reader.fieldnames or ())
        problems += [Problem(file, 1, _unknown(name, known)) for name in heading if name not in known]
        twice = {name for name in heading if name in known and heading.count(name) > 1}
        problems += [Problem(file, 1, f"{name} is given twice.") for name in sorted(twice)]
        before = reader.line_num
        for row in reader:
            line, before = before + 1, reader.line_num
            if None in row:
                problems.append(Problem(file, line, "the row has more fields than the heading."))
                continue
            fields = {name: (value or "").strip() for name, value in row.items() if name in known}
            split = {name: value.split() if name in _LISTS else [value] for name, value in fields.items() if value}
            yield _Entry(file, line, {name: [_Written(v, line) for v in values] for name, values in split.items()})
    except csv.Error as error:
        problems.append(Problem(file, max(1, reader.line_num), f"this is no CSV: {error}."))


def _problems(entry: _Entry) -> Iterator[Problem]:
    """What is wrong with one entry by itself."""
    for name, values in entry.fields.items():
        if name not in FIELDS:
            yield Problem(entry.file, values[0].line if values else entry.line, _unknown(name))
    for needed in ("name", "listings"):
        if not entry.fields.get(needed):
            yield Problem(entry.file, entry.line, f"the entry has no {needed}.")
    yield from _wrong_values(entry)


def _wrong_values(entry: _Entry) -> Iterator[Problem]:
    """The values of an entry that those fields cannot have."""
    for name, values in entry.fields.items():
        for value in values if name in FIELDS else ():
            said = _wrong_listing(value.text) if name == "listings" else _wrong(name, value.text)
            if said is not None:
                yield Problem(entry.file, value.line, said)
    yield from _wrong_years(entry)


def _wrong_listing(text: str) -> str | None:
    """Why a text cannot be the address of a listing page; None if it can."""
    if text.lower().startswith(("http://", "https://")) and address.absolute("", text) is not None:
        return None
    return f"{text!r} is no address of a page: it begins with http:// or https:// and names a host."


@lru_cache(10_000)
def _wrong(name: str, text: str) -> str | None:
    """Why a value cannot be that of a field; None if it can. Tens of thousands of rows share few of these values."""
    if name == "hosts" and not _HOST.fullmatch(text):
        return f"{text!r} is no host: a name such as www.example.cn, without http:// and path."
    if name == "division" and divisions.lookup(text) is None:
        return f"{text!r} is no division of data/reference/divisions.csv: 6 digits, or 9 for townships."
    if name == "family" and text not in FAMILIES:
        return f"{text!r} is no family of sites{_nearest(text, FAMILIES)}; they are {', '.join(FAMILIES)}."
    if name == "tls" and text not in ("modern", "old"):
        return f"tls is modern or old, not {text!r}."
    if name == "rate" and not (_RATE.fullmatch(text) and 0 < float(text) <= FASTEST):
        return f"rate is requests a second, above 0 and up to {FASTEST:g}, not {text!r}."
    if name == "expected" and not _COUNT.fullmatch(text):
        return f"expected is the least number of reports that the source has, {{min: 12}}, not {text!r}."
    return None


def _wrong_years(entry: _Entry) -> Iterator[Problem]:
    values = entry.fields.get("years")
    if values and _years(values, 2099) is None:
        yield Problem(
            entry.file,
            values[0].line,
            "years are the first and the last reported year: 2008-2023, or 2008- for all up to last year.",
        )


def _years(values: list[_Written], open_end: int) -> tuple[int, int] | None:
    """`2008-2023`, `2023`, `[2008, 2023]`; `2008-` up to `open_end`."""
    match = _YEARS.fullmatch("-".join(value.text for value in values))
    if match is None:
        return None
    first = int(match["first"])
    last = int(match["last"]) if match["last"] else max(first, open_end) if match["open"] else first
    return (first, last) if first <= last else None


def _repeated(entry: _Entry, field: str, seen: dict[str, str]) -> list[Problem]:
    """Values of a field that another entry has, too; notes those of this one."""
    found = []
    for value in entry.fields.get(field, ()):
        if value.text in seen:
            found.append(Problem(entry.file, value.line, f"{field}: {value.text!r} stands at {seen[value.text]}, too."))
        seen.setdefault(value.text, f"{entry.file}:{value.line}")
    return found


def _source(entry: _Entry, last: int) -> Source:
    """The entry as a source; it has no problems."""
    one = {name: values[0].text for name, values in entry.fields.items() if values}
    tls: Literal["modern", "old"] = "old" if one.get("tls") == "old" else "modern"
    return Source(
        name=one["name"],
        listings=tuple(value.text for value in entry.fields["listings"]),
        division=one.get("division"),
        organ=one.get("organ"),
        family=one.get("family"),
        hosts=tuple(value.text.lower() for value in entry.fields.get("hosts", ())),
        tls=tls,
        rate=float(one["rate"]) if "rate" in one else None,
        years=_years(entry.fields["years"], last) if entry.fields.get("years") else None,
        expected=int(one["expected"]) if "expected" in one else None,
    )


def _unknown(name: str, known: tuple[str, ...] = FIELDS) -> str:
    what = "a source" if known == FIELDS else "a family"
    return f"{name!r} is no field of {what}{_nearest(name, known)}; they are {', '.join(known)}."


def _nearest(text: str, known: Iterable[str]) -> str:
    found = process.extractOne(text, list(known), score_cutoff=60)
    return f" (is {found[0]} meant?)" if found else ""
