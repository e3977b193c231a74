"""What all rooms' tests share: where the real reports are, and reading one document through the public door."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from extract import Extraction, RawDocument, extract_document

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture
def real_reports() -> Path:
    """The folder of real published reports, which are not the project's to ship."""
    folder = SHARED / "reports"
    if not folder.is_dir():
        pytest.skip("the real reports (../shared/reports) are not on this machine")
    return folder


def read_bytes(content: bytes, name: str = "report.html") -> Extraction:
    """Extract bytes as the command does."""
    return extract_document(RawDocument(name, hashlib.sha256(content).hexdigest(), content))
