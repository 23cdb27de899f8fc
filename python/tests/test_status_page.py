"""Opens the driver's page in a browser, while its services are called."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urljoin

import pytest
import requests
from browsers import complaints, needs_browser, open_browser, requested_hosts
from pyspark.sql import DataFrame
from pyspark.sql.functions import col, length
from pyspark.sql.types import IntegerType, StringType, StructType
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from conftest import Service

PATIENCE_SECONDS = 30
SCHEMA = StructType().add("foo", StringType()).add("bar", IntegerType())
TOKEN = "swordfish-0123456789"
NOTHING = "\N{EN DASH}"
PHONE = {"width": 360, "height": 740, "deviceScaleFactor": 1.5, "mobile": True}
DESKTOP = {"width": 1200, "height": 560, "deviceScaleFactor": 1, "mobile": False}

#: A folder for the pictures that the documentation has, which take a minute of calls; or none.
PICTURES = os.environ.get("STATUS_PAGE_PICTURES")
SECONDS_BEFORE_PICTURES = 62
WIDTH = "return innerWidth"
#: Calls back once the browser has drawn what is there now.
DRAWN = """
    const done = arguments[0];
    requestAnimationFrame(() => requestAnimationFrame(done));
"""

pytestmark = needs_browser


@pytest.fixture
def browser() -> Iterator[Chrome]:
    with open_browser(1200, 900) as opened:
        yield opened


@pytest.fixture
def service(
    requests_to: Callable[..., DataFrame], serve: Callable[[str, DataFrame], Service]
) -> Service:
    parsed = requests_to("my_api", methods="POST").parseRequest(SCHEMA)
    replies = parsed.withColumn("fooLength", length(col("foo"))).makeReply("fooLength")
    return serve("my_api", replies)


def test_the_page_shows_what_happens_to_requests(service: Service, browser: Chrome) -> None:
    browser.get(urljoin(service.url, "/_serving/"))
    card = '[data-service="my_api"] '
    until(browser, lambda: text(browser, card + ".state") == "serving")
    assert figure(browser, "2xx") == "0"

    with calling(service):
        assert requests.get(service.url + "?user=alice", timeout=60).status_code == 405
        until(browser, lambda: figure(browser, "2xx") != "0")
        before = figure(browser, "2xx")
        until(browser, lambda: number(figure(browser, "2xx")) > number(before))
        until(browser, lambda: number(text(browser, card + "[data-text=rate]")) > 0)
        until(browser, lambda: text(browser, card + "[data-text=p99]").endswith("s"))
        assert figure(browser, "4xx") == "1"
        assert "server · micro-batches" in text(browser, card + "[data-text=facts]")
        browser.find_element(By.CSS_SELECTOR, card + "summary").click()
        errors = text(browser, card + ".errors tbody")
        assert "405 Method Not Allowed driver" in errors
        assert "alice" not in browser.page_source
        take_pictures(browser)

    assert is_within_its_width(browser)
    emulate(browser, "Emulation.setDeviceMetricsOverride", PHONE)
    assert browser.execute_script(WIDTH) == 360
    assert is_within_its_width(browser)
    assert complaints(browser) == []
    assert requested_hosts(browser) == {service.url.split("/")[2]}


def test_the_page_follows_a_service_to_its_end_and_says_so(
    service: Service, browser: Chrome
) -> None:
    browser.get(urljoin(service.url, "/_serving/"))
    until(browser, lambda: text(browser, ".state") == "serving")
    light = background(browser)
    dark = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    emulate(browser, "Emulation.setEmulatedMedia", dark)
    assert background(browser) != light

    service.query.stop()

    until(browser, lambda: "Trying again" in text(browser, "#trouble"))


def test_the_page_asks_for_a_token_and_shows_what_it_is_good_for(
    requests_to: Callable[..., DataFrame],
    serve: Callable[[str, DataFrame], Service],
    browser: Chrome,
) -> None:
    def served(name: str, **options: str) -> Service:
        parsed = requests_to(name, **options).parseRequest(SCHEMA)
        return serve(name, parsed.makeReply("bar"))

    guarded = served("guarded", **{"auth.tokens": "operator=" + TOKEN})
    browser.get(urljoin(guarded.url, "/_serving/"))
    until(browser, lambda: "ask for a token" in text(browser, "#ask"))
    assert browser.find_elements(By.CSS_SELECTOR, "article") == []

    show_token(browser, "wrong-0123456789")
    until(browser, lambda: "No service takes this token" in text(browser, "#ask"))
    show_token(browser, TOKEN)
    until(browser, lambda: text(browser, '[data-service="guarded"] .state') == "serving")
    assert not browser.find_element(By.ID, "ask").is_displayed()

    served("other", **{"auth.tokens": "another-0123456789"})
    until(browser, lambda: "Not all services" in text(browser, "#ask"))
    assert browser.find_elements(By.CSS_SELECTOR, '[data-service="other"]') == []
    assert TOKEN not in browser.page_source
    stored = "return JSON.stringify([{...sessionStorage}, {...localStorage}, document.cookie])"
    assert TOKEN not in browser.execute_script(stored)
    assert "401" in "".join(complaints(browser))


def show_token(browser: Chrome, token: str) -> None:
    browser.find_element(By.ID, "token").send_keys(token)
    browser.find_element(By.CSS_SELECTOR, "#ask button").click()


def test_the_page_shows_services_that_are_hardly_there(service: Service, browser: Chrome) -> None:
    browser.get(urljoin(service.url, "/_serving/"))
    gone = {"id": "1", "executor": "7", "url": "http://a:1/b", "state": "silent", "reason": "It."}
    given_up = {"state": "given up", "reason": "Too often.", "restarts": 3, "servers": [gone]}
    starting = {"state": "starting", "reason": "Soon.", "restarts": 0, "servers": []}
    status = {
        "time": "2026-01-01T00:00:00Z",
        "versions": {"sparkServing": "1", "scala": "2.13", "java": "17"},
        "replyTimeEndsSeconds": [1],
        "services": [
            {"name": "<b>none</b>", "path": "/none", **starting},
            {"name": "lost", "path": "/lost", **given_up},
        ],
    }
    browser.execute_script(
        "const text = JSON.stringify(arguments[0]); fetch = async () => new Response(text);", status
    )

    until(browser, lambda: text(browser, '[data-service="lost"] h2') == "lost")

    assert text(browser, "#trouble") == ""
    assert text(browser, "article h2") == "<b>none</b>"
    assert text(browser, "article [data-text=rate]") == NOTHING
    lost = text(browser, '[data-service="lost"]')
    for shown in ("given up", "Too often.", "3 restarts", "executor 7", "silent"):
        assert shown in lost
    assert browser.find_elements(By.CSS_SELECTOR, '[data-service="my_api"]') == []


def test_the_page_reckons_as_prometheus_does(service: Service, browser: Chrome) -> None:
    browser.get(urljoin(service.url, "/_serving/"))

    assert {call: reckoned(browser, call) for call in RECKONED} == RECKONED


def reckoned(browser: Chrome, call: str) -> object:
    script = """
        const done = arguments[0];
        import("/_serving/page.js")
          .then(({ quantile, progress, answersOf, duration }) => done(CALL))
          .catch((failure) => done(String(failure)));
    """
    return browser.execute_async_script(script.replace("CALL", call))


#: What the functions of the page's script give.
RECKONED = {
    # Of four, two are below 1 s and two from 1 s to 3 s.
    "quantile([1, 3], [2, 2, 0], 0.5)": 1,
    "quantile([1, 3], [2, 2, 0], 0.75)": 2,
    "quantile([1, 3], [2, 0, 0], 0.5)": 0.5,
    "quantile([1, 3], [0, 0, 0], 0.5)": None,
    "duration(quantile([1, 3], [1, 0, 9], 0.5))": "> 60 s",
    "duration(0.00025)": "0.25 ms",
    "duration(0.0425)": "43 ms",
    "duration(1.25)": "1.3 s",
    "duration(null)": NOTHING,
    "answersOf({answers: {200: 3, 404: 1, 405: 2}}, '4')": 3,
    # A server that has come meanwhile counts from now on.
    "progress([{id: 'a', accepted: 1, answers: {200: 1}, replyTimes: [1, 0]}],"
    " [{id: 'a', accepted: 4, answers: {200: 3, 500: 1}, replyTimes: [2, 2]},"
    " {id: 'new', accepted: 9, answers: {200: 9}, replyTimes: [9, 0]}])": {
        "answered": 3,
        "replyTimes": [1, 2],
    },
    "progress([{id: 'lost', state: 'silent'}], [{id: 'lost', accepted: 4, answers: {}}])": {
        "answered": 0,
        "replyTimes": [],
    },
    # Not measured, but counted.
    "progress([{id: 'a', accepted: 0, replies: 0, rejected: 0, timedOut: 0, withoutReply: 0,"
    " poison: 0}], [{id: 'a', accepted: 9, replies: 4, rejected: 1, timedOut: 1, withoutReply: 1,"
    " poison: 1}])": {"answered": 8, "replyTimes": []},
}


@contextmanager
def calling(service: Service) -> Iterator[None]:
    """Call a service all the time, from another thread."""
    ended = threading.Event()

    def call() -> None:
        with requests.Session() as session:
            while not ended.wait(0.01):
                session.post(service.url, data='{"foo": "hello", "bar": 1}', timeout=60)

    caller = threading.Thread(target=call, daemon=True)
    caller.start()
    try:
        yield
    finally:
        ended.set()
        caller.join(PATIENCE_SECONDS)


def until(browser: Chrome, condition: Callable[[], bool]) -> None:
    """Wait for what the page is to show; its elements come and go meanwhile."""
    gone = [NoSuchElementException, StaleElementReferenceException]
    WebDriverWait(browser, PATIENCE_SECONDS, 0.1, gone).until(lambda _: condition())


def text(browser: Chrome, selector: str) -> str:
    return browser.find_element(By.CSS_SELECTOR, selector).text


def figure(browser: Chrome, label: str) -> str:
    """Give what the only server's row says under a heading."""
    return text(browser, f'[data-service="my_api"] .servers td[data-label="{label}"]')


def number(shown: str) -> float:
    return float(shown.replace(",", "").replace(NOTHING, "0"))


def emulate(browser: Chrome, what: str, how: dict[str, object]) -> None:
    browser.execute_cdp_cmd(what, how)


def background(browser: Chrome) -> str:
    return str(browser.execute_script("return getComputedStyle(document.body).backgroundColor"))


def is_within_its_width(browser: Chrome) -> bool:
    script = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    return bool(browser.execute_script(script))


def take_pictures(browser: Chrome) -> None:
    if not PICTURES:
        return
    # The page's figures are those of the last minute, which a picture is to show in full.
    time.sleep(SECONDS_BEFORE_PICTURES)
    for name, screen in {"status-page": DESKTOP, "status-page-phone": PHONE}.items():
        emulate(browser, "Emulation.setDeviceMetricsOverride", screen)
        until(browser, lambda wide=screen["width"]: browser.execute_script(WIDTH) == wide)
        browser.execute_async_script(DRAWN)
        browser.save_screenshot(f"{PICTURES}/{name}.png")
