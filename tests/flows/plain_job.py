"""The main job without Prefect, as a script: HOME PATH... (what the tests kill)."""

from __future__ import annotations

import sys
from typing import Any

from flows.job import job
from flows.settings import settings


def plain_job(home: str, paths: list[str], **options: Any) -> dict[str, Any]:
    return job(settings(home=home, **({"workers": 2, "batch_size": 2} | options)), paths)


if __name__ == "__main__":
    plain_job(sys.argv[1], sys.argv[2:])
