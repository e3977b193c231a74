"""One example: the document, what is given with it, and the files beside it that say what is right."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
EXPECTED, DRAFT = ".expected.json", ".draft.json"


@dataclass(frozen=True)
class Example:
    """`path`: a file, or a folder of documents that are loaded together. Its folder names a reader, a family or a check."""

    path: Path

    @property
    def kind(self) -> str:
        return self.path.parent.name

    @property
    def documents(self) -> list[Path]:
        return sorted(self.path.iterdir()) if self.path.is_dir() else [self.path]

    @property
    def expected(self) -> Path:
        return self.path.parent / f"{self.path.stem}{EXPECTED}"

    @property
    def draft(self) -> Path:
        return self.path.parent / f"{self.path.stem}{DRAFT}"

    def noted(self) -> dict[str, Any]:
        """What the expectation says, else the draft, else nothing. Errors: `ValueError` for what is no JSON."""
        for file in (self.expected, self.draft):
            if file.exists():
                noted: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
                return noted
        return {}


def examples() -> list[Example]:
    """All that stand below this folder, in the order of their names."""
    found = [
        path
        for folder in sorted(HERE.iterdir())
        if folder.is_dir() and not folder.name.startswith(("_", "."))
        for path in sorted(folder.iterdir())
        if not path.name.endswith((EXPECTED, DRAFT))
    ]
    return [Example(path) for path in found]


def written(value: dict[str, Any]) -> str:
    """JSON that a person can check against the document: one row of a table a line."""
    return _written(value, 0) + "\n"


def _written(value: Any, depth: int) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if not any(isinstance(each, (dict, list)) for each in inner) and (depth or not inner):
        return flat
    pad, end = "\n" + " " * (depth + 1), "\n" + " " * depth
    if isinstance(value, dict):
        items = [f"{json.dumps(k, ensure_ascii=False)}: {_written(v, depth + 1)}" for k, v in value.items()]
        return "{" + pad + f",{pad}".join(items) + end + "}"
    return "[" + pad + f",{pad}".join(_written(each, depth + 1) for each in value) + end + "]"
