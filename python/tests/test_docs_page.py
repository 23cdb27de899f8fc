"""Opens a service's page in a browser and sends requests from it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsers import complaints, needs_browser, open_browser, requested_hosts
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col, length
from pyspark.sql.types import IntegerType, StringType, StructType
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import element_to_be_clickable
from selenium.webdriver.support.wait import WebDriverWait

from conftest import ANY_PORT, Service

PATIENCE_SECONDS = 30
TOKEN = "swordfish-0123456789"
SCHEMA = (
    StructType()
    .add("foo", StringType(), True, {"comment": "the text to measure"})
    .add("bar", IntegerType())
)

pytestmark = needs_browser


@pytest.fixture
def browser() -> Iterator[Chrome]:
    with open_browser(1000, 1720) as opened:
        yield opened


def test_a_request_is_sent_from_the_page_and_its_answer_seen(
    spark: SparkSession,
    serve: Callable[[str, DataFrame], Service],
    browser: Chrome,
    tmp_path: Path,
) -> None:
    service = serve("my_api", measured(spark, "my_api"))

    browser.get(service.url + "/docs")

    assert try_it(browser) == {"fooLength": 5}
    assert try_get(browser) == {"fooLength": 5}
    assert browser.title == "my_api"
    assert requested_hosts(browser) == {service.url.split("/")[2]}
    assert complaints(browser) == []
    assert browser.save_screenshot(str(tmp_path / "openapi.png"))


def test_the_page_asks_for_the_token_that_the_service_asks_for(
    spark: SparkSession, serve: Callable[[str, DataFrame], Service], browser: Chrome
) -> None:
    service = serve("guarded", measured(spark, "guarded", **{"auth.tokens": TOKEN}))
    assert service.post("{}").status_code == 401

    browser.get(service.url + "/docs")
    for token in ("wrong-0123456789", TOKEN):
        field = find(browser, "#token")
        field.clear()
        field.send_keys(token)
        find(browser, "#ask button").click()
        WebDriverWait(browser, PATIENCE_SECONDS).until(
            lambda page: (
                page.find_element(By.ID, "message").text != ""
                or page.find_elements(By.CSS_SELECTOR, ".opblock-summary-control")
            )
        )

    assert try_it(browser) == {"fooLength": 5}


def measured(spark: SparkSession, name: str, **options: str) -> DataFrame:
    requests = spark.readStream.server().address("localhost", ANY_PORT, name).options(**options)
    parsed = requests.load().parseRequest(SCHEMA)
    return parsed.withColumn("fooLength", length(col("foo"))).makeReply("fooLength")


def try_it(browser: Chrome) -> object:
    """Send a request by hand, and give the reply that the page shows."""
    find(browser, ".opblock-summary-control").click()
    find(browser, ".try-out__btn").click()
    body = find(browser, ".body-param__text")
    assert set(json.loads(str(body.get_property("value")))) == {"foo", "bar"}
    body.send_keys(Keys.CONTROL + "a")
    body.send_keys('{"foo": "hello", "bar": 1}')
    find(browser, ".execute").click()
    return shown(browser)


def try_get(browser: Chrome) -> object:
    """Fold what was sent by hand, send the same in the query string, and give the reply."""
    find(browser, ".opblock-post .opblock-summary-control").click()
    find(browser, ".opblock-get .opblock-summary-control").click()
    find(browser, ".opblock-get .try-out__btn").click()
    for name, value in (("foo", "hello"), ("bar", "1")):
        field = find(browser, f".opblock-get input[placeholder={name}]")
        field.send_keys(Keys.CONTROL + "a")
        field.send_keys(value)
    find(browser, ".opblock-get .execute").click()
    return shown(browser, ".opblock-get ")


def shown(browser: Chrome, below: str = "") -> object:
    """Give the reply that the page shows."""
    response = below + ".live-responses-table .response "
    status = find(browser, response + ".response-col_status")
    assert status.text.startswith("200"), status.text
    return json.loads(find(browser, response + ".response-col_description code").text)


def find(browser: Chrome, selector: str) -> WebElement:
    there = element_to_be_clickable((By.CSS_SELECTOR, selector))
    return WebDriverWait(browser, PATIENCE_SECONDS).until(there)
