"""The live view in a browser: first picture, pictures a second, a slow network, a large trace, many watchers."""

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from benchmarks.children import ChildError
from benchmarks.page import (
    BUTTON,
    CHROMIUM,
    CHROMIUM_FLAGS,
    SETTLE_SECONDS,
    SYSTEM,
    running_app,
    wait_for_answer,
)
from benchmarks.settings import Measurement, Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SENTENCE = (
    "When the old man opened the door of his small house, he saw that the children were playing in the garden "
    "with the dog that had disappeared three days before."
)
BEAM_5 = {"beam_width": "5"}
WIDE_BEAM = {"beam_width": "20", "minimum_length": "60", "maximum_length": "60"}
SLOW_BYTES_PER_SECOND = 2_000_000 / 8
SLOW_LATENCY_MILLISECONDS = 40
WATCHERS = 24
LIMIT_MILLISECONDS = 120_000.0


def measure_live_view(settings: Settings) -> list[Measurement]:
    """Figures of the live view with the bundled English to French model.

    Raises:
        ChildError: when the browser does not get that far.
    """
    from playwright.sync_api import Error, sync_playwright

    figures: dict[str, float] = {}
    try:
        with running_app(settings) as (address, _, start), sync_playwright() as playwright:
            wait_for_answer(address, start)
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
            figures |= _measure_speed(browser, address)
            figures |= _measure_large_trace(browser, address)
            figures |= _measure_watchers(browser, address)
            browser.close()
    except Error as problem:
        raise ChildError(f"the browser failed: {problem}") from problem
    return [Measurement(system=SYSTEM, measure=name, value=value) for name, value in figures.items()]


def _measure_speed(browser: "Browser", address: str) -> dict[str, float]:
    page = _open(browser, address, BEAM_5)
    _run(page)
    runs = [_run(page) for _ in range(5)]
    best = min(runs, key=lambda run: run["whole"])
    figures = {
        "live_first_picture": min(run["first"] for run in runs),
        "live_pictures_per_second": max(run["rate"] for run in runs),
    }
    page.context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": SLOW_LATENCY_MILLISECONDS,
            "downloadThroughput": SLOW_BYTES_PER_SECOND,
            "uploadThroughput": SLOW_BYTES_PER_SECOND,
        },
    )
    slow = min(_run(page)["whole"] for _ in range(3))
    page.context.close()
    return figures | {"live_slow_lag": slow - best["whole"]}


def _measure_large_trace(browser: "Browser", address: str) -> dict[str, float]:
    """Bytes that reach the browser while a beam of 20 writes 60 tokens."""
    page = _open(browser, address, WIDE_BEAM)
    received: list[float] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.dataReceived", lambda event: received.append(event["encodedDataLength"]))
    _run(page)
    page.wait_for_timeout(1000)
    page.context.close()
    return {"live_large_trace": sum(received) / 1000}


def _measure_watchers(browser: "Browser", address: str) -> dict[str, float]:
    """Many people press Translate at once: how many see the whole translation, and when the last one does."""
    pages = [_open(browser, address, BEAM_5) for _ in range(WATCHERS)]
    expected = pages[0].locator("[data-translation]").inner_text()
    start = time.perf_counter()
    for page in pages:
        page.evaluate(START_WATCHING, BUTTON)
    ends = [page.evaluate("() => window.watched") for page in pages]
    seconds = time.perf_counter() - start
    right = sum(end["text"] == expected for end in ends)
    for page in pages:
        page.context.close()
    return {"live_watchers_served": float(right), "live_watchers_seconds": seconds}


def _open(browser: "Browser", address: str, values: dict[str, str]) -> "Page":
    """A page that has translated the sentence once, without pauses between tokens."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(LIMIT_MILLISECONDS)
    query = urlencode({"model": "en-fr", "text": SENTENCE, **values})
    page.goto(f"{address}?{query}")
    page.locator('.trace[data-status="done"]').wait_for()
    page.get_by_role("button", name="More settings").click()
    page.locator("#speed input").first.click()  # without pauses
    page.wait_for_timeout(SETTLE_SECONDS * 200)
    return page


def _run(page: "Page") -> dict[str, Any]:
    """One translation: milliseconds to its first picture and to its end, and pictures a second in between."""
    page.evaluate(START_WATCHING, BUTTON)
    found: dict[str, Any] = page.evaluate("() => window.watched")
    page.wait_for_timeout(300)
    return found


START_WATCHING = """
button => {
  const trace = document.querySelector('.trace'), start = performance.now(), pictures = [];
  let shown = -1, began = false;
  document.querySelector(button).click();
  window.watched = new Promise((resolve, reject) => {
    const watch = () => {
      const passed = performance.now() - start;
      began ||= trace.dataset.status === 'running';
      const tokens = document.querySelectorAll('.trace-token').length;
      if (began && tokens && tokens !== shown) { shown = tokens; pictures.push(passed); }
      if (began && trace.dataset.status === 'done') {
        const seconds = (pictures.at(-1) - pictures[0]) / 1000;
        const text = document.querySelector('[data-translation]').innerText;
        resolve({ first: pictures[0], whole: passed, text, rate: seconds ? (pictures.length - 1) / seconds : 0 });
      } else if (passed > 110000) {
        reject(new Error('no translation in 110 s'));
      } else {
        requestAnimationFrame(watch);
      }
    };
    requestAnimationFrame(watch);
  });
}
"""
