"""A reader with a browser: opens pages, types, clicks, and keeps what the browser asked for and complained of."""

from __future__ import annotations

import base64
import time
from pathlib import Path
from typing import Any

from tests.formats.programs import Browser

SECONDS = 20


class Reader(Browser):
    """Chromium with its requests (`asked`), and its errors and warnings (`complaints`)."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
        self.asked: list[str] = []
        self.complaints: list[str] = []

    def __enter__(self) -> Reader:
        super().__enter__()
        for domain in ("Runtime", "Network", "Log"):
            self._call(f"{domain}.enable", session=True)
        return self

    def _message(self) -> dict[str, Any]:
        message = super()._message()
        told, method = message.get("params", {}), message.get("method")
        if method == "Network.requestWillBeSent":
            self.asked.append(told["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(str(told["exceptionDetails"]))
        elif method == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.complaints.append(f"{told['entry']['text']} {told['entry'].get('url', '')}")
        elif method == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning", "assert"):
            self.complaints.append(str(told["args"]))
        return message

    def open(self, address: str) -> None:
        """Go to an address, and wait until a page is shown."""
        self._call("Page.navigate", {"url": address}, session=True)
        self.wait("document.readyState === 'complete' && document.querySelector('main h1') !== null")

    def say(self, expression: str) -> Any:
        """What an expression gives in the page. Errors: `AssertionError` with what it threw."""
        asked = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        answer = self._call("Runtime.evaluate", asked, session=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, expression: str) -> None:
        """Until the expression is true. Errors: `AssertionError` with what the page shows."""
        end = time.monotonic() + SECONDS
        while not self.say(expression):
            assert time.monotonic() < end, f"{expression}: {self.text()}; {self.complaints}"
            time.sleep(0.05)

    def text(self) -> str:
        """The text of the page as shown."""
        return str(self.say("document.body.innerText"))

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self._call("Input.insertText", {"text": text}, session=True)

    def click(self, selector: str, holding: str = "") -> None:
        """Click on the first element of this selector, or the first whose text holds something."""
        chosen = f"[...document.querySelectorAll({selector!r})].find((e) => e.textContent.includes({holding!r}))"
        self.wait(f"{chosen} !== undefined")
        self.say(f"{chosen}.click()")

    def picture(self, file: Path, width: int, dark: bool = False) -> None:
        """The whole page as a picture."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self._call("Emulation.setDeviceMetricsOverride", size, session=True)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self._call("Emulation.setEmulatedMedia", {"features": scheme}, session=True)
        answer = self._call("Page.captureScreenshot", {"captureBeyondViewport": True}, session=True)
        file.write_bytes(base64.b64decode(answer["data"]))

    def printed(self, width: int | None) -> None:
        """Lay the page out as for paper that is so many pixels wide; None: as on a screen again."""
        media = {"media": "" if width is None else "print"}
        self._call("Emulation.setEmulatedMedia", media, session=True)
        if width is None:
            self._call("Emulation.clearDeviceMetricsOverride", session=True)
        else:
            size = {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
            self._call("Emulation.setDeviceMetricsOverride", size, session=True)
