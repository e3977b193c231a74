"""What an operator can set: each field is an environment variable OGI_…, and the option of that name of `ogi`."""

from __future__ import annotations

import math
import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar

import typer
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from extract.fetch.http.limits import Manners
from extract.fetch.night.shards import parsed
from extract.shipped import looked_for

PREFIX = "OGI_"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/")


class Settings(BaseSettings):
    """One run's settings: what is given wins over the environment, the environment over the defaults."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    home: Path = Field(
        Path("data/lake"),
        description="The lake: a folder, or s3://BUCKET/PREFIX (with OGI_WORK, OGI_PATIENCE: see docs/operations.md).",
    )
    work: Path | None = Field(
        None,
        description="The folder of the working copy, where the home is a bucket; without it one in the user's cache.",
    )
    patience: float = Field(
        120, gt=0, le=86_400, description="Seconds for which a bucket that does not answer is asked again."
    )
    batch_size: int = Field(250, ge=1, le=100_000, description="Documents that are read as one task.")
    workers: int = Field(os.cpu_count() or 1, ge=1, le=256, description="Processes that read documents.")
    max_megabytes: float = Field(64, gt=0, le=64, description="Files above this size are not read.")
    corrections: Path = Field(
        default_factory=lambda: looked_for("corrections"), description="The folder of corrections made by people (CSV)."
    )
    seconds: float = Field(
        60,
        gt=0,
        le=86_400,
        description="Seconds of processor time (not of the clock) that reading one document, or one page of a scan, may take.",
    )
    worker_megabytes: int = Field(3072, ge=512, description="Memory that reading one document may take.")
    budget: str = Field(
        "",
        pattern=r"^([1-9]\d{0,4}[smh])?$",
        description="How long a run may go on reading, as in 2h, 90m, 30s; the next run goes on. Empty: to the end.",
    )
    order: Literal["newest", "oldest", "hash"] = Field(
        "newest",
        description="After an upgrade, by the year that was read before: newest or oldest years first; hash: in no order. What was never read comes first.",
    )
    runner: str = Field(
        "local",
        description="Where batches are read: local; dask: in processes of a Dask cluster on this machine; dask:HOST:PORT: on the cluster of that scheduler.",
    )
    lock_wait: float = Field(60, ge=0, description="Seconds to wait for another run on the same lake to end.")
    quiet: bool = Field(False, description="Print nothing but errors.")
    verbose: bool = Field(False, description="Show Prefect's log.")

    @field_validator("home")
    @classmethod
    def _is_folder(cls, home: Path) -> Path:
        """A path is what it says, `file://` too; a bucket is told by the commands that can work with one before they ask here."""
        scheme = _SCHEME.match(str(home))
        if scheme is None:
            return home
        if scheme[1] == "file":
            return Path("/", str(home).partition(":")[2].lstrip("/"))
        raise ValueError("this command takes a folder; docs/operations.md says which take a bucket")

    @property
    def budget_seconds(self) -> float:
        """`budget` in seconds; infinite where there is none."""
        if not self.budget:
            return math.inf
        return int(self.budget[:-1]) * {"s": 1, "m": 60, "h": 3600}[self.budget[-1]]


class CollectSettings(Settings):
    """What collecting can be told, beside the rest."""

    sources: Path = Field(
        default_factory=lambda: looked_for("sources"), description="The folder of the registry of sources."
    )
    contact: str = Field(
        "", max_length=200, description="Where a site's owner reaches you (mail or page); stands in the User-Agent."
    )
    rate: float = Field(1, ge=0, le=1000, description="Requests a second to one host; 0: as fast as it answers.")
    per_host: int = Field(2, ge=1, le=100, description="Requests to one host at the same time.")
    batches_at_once: int = Field(4, ge=1, le=64, description="Batches of 64 hosts that are visited at the same time.")
    attempts: int = Field(4, ge=1, le=20, description="Attempts at one address.")
    whole_seconds: float = Field(180, gt=0, le=86_400, description="Time that one answer may take.")
    shard: str = Field("", description="The share of the hosts that is asked, of several collectors: 1/3, 2/3 and 3/3.")
    recheck_hours: float = Field(20, ge=0, description="What was asked so lately is not asked again; 0: ask all.")
    webhook: str = Field(
        "", description="An http(s) address that is told (POST, JSON) when a night ends with 1, 2, 3 or 4."
    )
    now: bool = Field(False, description="Ask again at once, whatever was asked lately or has been put off.")
    loopback: bool = Field(False, description="For tests: let sites on this very machine be fetched.")

    @field_validator("shard")
    @classmethod
    def _is_shard(cls, shard: str) -> str:
        parsed(shard)
        return shard


class KeepSettings(CollectSettings):
    """What forgetting can be told (`ogi prune`, `ogi serve`), beside the rest."""

    keep: str = Field(
        "30d",
        pattern=r"^[1-9]\d{0,4}d$",
        description="What `ogi prune` leaves, and `ogi serve` remembers, of the past: so many days, as in 30d.",
    )
    older: str = Field(
        "30d",
        pattern=r"^\d{1,4}d$",
        description="What `ogi pack` moves into packs: documents stored longer ago than so many days, as in 30d; 0d: all.",
    )

    @property
    def older_seconds(self) -> float:
        """`older` in seconds."""
        return timedelta(days=int(self.older.removesuffix("d"))).total_seconds()

    @property
    def kept(self) -> timedelta:
        """`keep` as a span of time."""
        return timedelta(days=int(self.keep.removesuffix("d")))


class SettingsWrong(Exception):
    """A setting has a value that it cannot have; the message names it."""


S = TypeVar("S", bound=Settings)


def settings(**given: Any) -> Settings:
    """The settings, from the options that are not None, the environment and the defaults. Raises SettingsWrong."""
    return _settings(Settings, given)


def collect_settings(**given: Any) -> CollectSettings:
    """The same with those of collecting."""
    return _settings(CollectSettings, given)


def keep_settings(**given: Any) -> KeepSettings:
    """The same with those of forgetting."""
    return _settings(KeepSettings, given)


def _settings(kind: type[S], given: dict[str, Any]) -> S:
    try:
        return kind(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0])
        told = first["msg"].removeprefix("Value error, ")
        said = told[0].lower() + told[1:]
        raise SettingsWrong(f"{_flag(name)} ({variable(name)}) is {_shown(first['input'])}: {said}.") from None


def manners(chosen: CollectSettings) -> Manners:
    """How sites are treated. Raises SettingsWrong where nobody could be reached."""
    if not chosen.contact.strip():
        raise SettingsWrong(
            "--contact (OGI_CONTACT) is missing: name a page or address where a site's owner can reach you."
        )
    if not chosen.contact.isascii() or not chosen.contact.isprintable():
        raise SettingsWrong("--contact (OGI_CONTACT) stands in a header of HTTP: it takes printable ASCII only.")
    return Manners(
        contact=chosen.contact.strip(),
        rate=chosen.rate,
        per_host=chosen.per_host,
        attempts=chosen.attempts,
        whole_seconds=chosen.whole_seconds,
    )


def _shown(given: Any) -> str:
    return repr(str(given)) if isinstance(given, Path) else repr(given)


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def variable(name: str) -> str:
    """The environment variable of an option."""
    return PREFIX + name.upper()


def option(name: str, *flags: str) -> Any:
    """The command-line option of a setting: its text, default and environment variable come from the field."""
    field = KeepSettings.model_fields[name]
    if field.default_factory is not None:
        default: str | None = f"data/{name} here if it is there, else what is shipped"
    else:
        default = None if isinstance(field.default, bool) else str(field.default)
    declared = flags or (_flag(name),)
    return typer.Option(*declared, help=field.description, envvar=variable(name), show_default=default or False)
