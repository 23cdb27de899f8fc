"""A real browser, without a window, for the pages of services."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

pytest.importorskip("selenium", reason="comes with the session programs only")
from selenium.webdriver import Chrome, ChromeOptions, ChromeService

BROWSER = shutil.which("chromium")
DRIVER = shutil.which("chromedriver")

needs_browser = pytest.mark.skipif(
    not (BROWSER and DRIVER), reason="needs chromium, chromium-driver"
)


@contextmanager
def open_browser(width: int, height: int) -> Iterator[Chrome]:
    """Open a browser whose log and requests can be looked at."""
    options = ChromeOptions()
    options.binary_location = BROWSER or ""
    for argument in ("--headless=new", "--no-sandbox", f"--window-size={width},{height}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with Chrome(options, ChromeService(DRIVER)) as driver:
        yield driver


def complaints(browser: Chrome) -> list[str]:
    """List what the browser has found wrong with a page."""
    return [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]


def requested_hosts(browser: Chrome) -> set[str]:
    """Name the hosts that the browser has asked for anything."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]
    return {url.split("/")[2] for url in urls if not url.startswith("data:")}
