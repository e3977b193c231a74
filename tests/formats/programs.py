"""The programs that publishers use, run without a window: LibreOffice and Chromium, each with a profile of its own."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

SECONDS = 240  # for all documents of one call
PDF_A4 = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": True, "preferCSSPageSize": True}


class Missing(RuntimeError):
    """What a writer needs is not installed; the message names it."""


def program(*names: str) -> str:
    """The path of the first of these programs. Errors: `Missing`."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        raise Missing(f"{names[0]} is not installed")
    return found


def font(*families: str) -> Path:
    """The file of the first of these fonts that is installed. Errors: `Missing`."""
    lister = program("fc-list")
    for family in families:
        answer = subprocess.run([lister, f"{family}:lang=zh-cn", "file"], capture_output=True, text=True, check=True)
        files = sorted(line.split(":")[0] for line in answer.stdout.splitlines() if line)
        if files:
            return Path(files[0])
    raise Missing(f"the font {families[0]} is not installed")


def with_own_fonts(folder: Path) -> dict[str, str]:
    """The environment of a program that prints with the same fonts on every machine: DejaVu and WenQuanYi, whatever else
    is installed (another Chinese font breaks lines and pages elsewhere). The settings are written into `folder`.

    Errors: `Missing`.
    """
    chinese = font("WenQuanYi Micro Hei", "WenQuanYi Zen Hei").parent
    latin = Path("/usr/share/fonts/truetype/dejavu")
    settings = folder / "fonts.conf"
    folders = "".join(f"<dir>{room}</dir>" for room in (latin, chinese))
    settings.write_text(
        f'<?xml version="1.0"?><fontconfig>{folders}<cachedir>{folder / "fonts"}</cachedir></fontconfig>', "utf-8"
    )
    return os.environ | {"FONTCONFIG_FILE": str(settings)}


def convert(
    sources: Sequence[Path], target: str, out: Path, profile: Path, source_filter: str | None = None
) -> list[Path]:
    """LibreOffice converts all files in one call. `target`: `docx:MS Word 2007 XML`. The files written, in order.

    Errors: `Missing`; `CalledProcessError`; `RuntimeError` for a file that it did not write.
    """
    command = [program("soffice", "libreoffice"), f"-env:UserInstallation={profile.resolve().as_uri()}", "--headless"]
    command += [f"--infilter={source_filter}"] if source_filter else []
    command += ["--convert-to", target, "--outdir", str(out), *map(str, sources)]
    environment = with_own_fonts(out)
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS, env=environment)
    written = [out / f"{source.stem}.{target.partition(':')[0]}" for source in sources]
    lost = [file.name for file in written if not file.exists()]
    if lost:
        raise RuntimeError(f"LibreOffice did not write {', '.join(lost)}")
    return written


class Browser:
    """One Chromium for many pages, spoken to through a pipe (the DevTools protocol). Use it in a `with`."""

    def __init__(self, folder: Path, hosts: str = "MAP * ~NOTFOUND") -> None:
        self._folder, self._hosts, self._count = folder, hosts, 0

    def __enter__(self) -> Browser:
        ours, theirs = os.pipe(), os.pipe()  # we write to the first, it writes to the second

        def at_three_and_four() -> None:
            """Where Chromium looks for its pipes; copied upwards first, as either may stand on the other's place."""
            read, write = os.dup2(ours[0], 100), os.dup2(theirs[1], 101)
            os.dup2(read, 3)
            os.dup2(write, 4)

        command = [
            program("chromium", "chromium-browser", "google-chrome"), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", f"--host-resolver-rules={self._hosts}", "--disable-dev-shm-usage", "--remote-debugging-pipe",
            f"--user-data-dir={self._folder / 'chromium'}", "about:blank",
        ]  # fmt: skip
        self._process = subprocess.Popen(
            command, close_fds=False, preexec_fn=at_three_and_four, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=with_own_fonts(self._folder),
        )  # fmt: skip
        os.close(ours[0])
        os.close(theirs[1])
        self._to, self._from = os.fdopen(ours[1], "wb", 0), os.fdopen(theirs[0], "rb")
        target = self._call("Target.createTarget", {"url": "about:blank"})["targetId"]
        self._session = self._call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        self._call("Page.enable", session=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._to.close()
        self._from.close()
        self._process.kill()
        self._process.wait(20)

    def pdf(self, page: Path, css: str = "", **settings: Any) -> bytes:
        """The page as printed; `css` is added to it, `settings` are those of Page.printToPDF."""
        self._open(page)
        if css:
            script = f"document.head.insertAdjacentHTML('beforeend', {json.dumps(f'<style>{css}</style>')})"
            self._call("Runtime.evaluate", {"expression": script}, session=True)
        answer = self._call("Page.printToPDF", {**PDF_A4, **settings}, session=True)
        return base64.b64decode(answer["data"])

    def mht(self, page: Path) -> bytes:
        """The page as saved in one file (MHTML)."""
        self._open(page)
        answer = self._call("Page.captureSnapshot", {"format": "mhtml"}, session=True)
        return str(answer["data"]).encode()

    def evaluate(self, page: Path, expression: str, width: int = 1280, height: int = 800) -> Any:
        """What a script gives in the page, on a screen of this size."""
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._call("Emulation.setDeviceMetricsOverride", screen, session=True)
        self._open(page)
        asked = {"expression": expression, "returnByValue": True}
        answer = self._call("Runtime.evaluate", asked, session=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"the script ended with: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def _open(self, page: Path) -> None:
        self._call("Page.navigate", {"url": page.resolve().as_uri()}, session=True)
        while self._message().get("method") != "Page.loadEventFired":
            pass

    def _call(self, method: str, parameters: dict[str, Any] | None = None, session: bool = False) -> dict[str, Any]:
        self._count += 1
        request: dict[str, Any] = {"id": self._count, "method": method, "params": parameters or {}}
        if session:
            request["sessionId"] = self._session
        self._to.write(json.dumps(request).encode() + b"\0")
        while (answer := self._message()).get("id") != self._count:
            pass
        if "error" in answer:
            raise RuntimeError(f"Chromium answers {method} with: {answer['error']['message']}")
        found: dict[str, Any] = answer["result"]
        return found

    def _message(self) -> dict[str, Any]:
        """The next message, which ends with a zero byte."""
        parts = bytearray()
        while (byte := self._from.read(1)) != b"\0":
            if not byte:
                raise RuntimeError("Chromium has ended")
            parts += byte
        found: dict[str, Any] = json.loads(parts)
        return found
