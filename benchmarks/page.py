"""The page: from ``python app.py`` to an answer and to a drawn page, the first translation, memory."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.children import ChildError, stop_group
from benchmarks.settings import ROOT, Measurement, Settings

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
START_LIMIT_SECONDS = 120.0
SETTLE_SECONDS = 5.0
SENTENCE = "The children are playing in the garden."
SYSTEM = "ours"


def measure_page(settings: Settings) -> list[Measurement]:
    """Start the app once to warm the disk, once for its answer and idle memory, once beside a browser.

    The translation's time holds the page's own pauses between tokens, which let people watch.
    """
    with running_app(settings) as (address, _child, start):
        wait_for_answer(address, start)
    with running_app(settings) as (address, child, start):
        figures = {"page_answer": wait_for_answer(address, start)}
        time.sleep(SETTLE_SECONDS)
        figures["page_memory"] = memory_megabytes(child.pid)
    measurements = [Measurement(system=SYSTEM, measure=name, value=value) for name, value in figures.items()]
    try:
        with running_app(settings) as (address, child, start):
            figures = _watch(address, start)
            time.sleep(SETTLE_SECONDS)
            figures["page_memory_used"] = memory_megabytes(child.pid)
    except ChildError as problem:
        return [
            *measurements,
            Measurement(system=SYSTEM, measure="page_drawn", value=None, note=str(problem)),
        ]
    return measurements + [
        Measurement(system=SYSTEM, measure=name, value=value) for name, value in figures.items()
    ]


@contextlib.contextmanager
def running_app(
    settings: Settings, more: Mapping[str, str] | None = None
) -> Iterator[tuple[str, "subprocess.Popen[bytes]", float]]:
    """The app as a child process, with more in its environment: its address, the process, when it was started."""
    port = _free_port()
    environment = settings.environment() | {
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_SERVER_NAME": "127.0.0.1",
        **(more or {}),
    }
    log = settings.work / "page.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        start = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield f"http://127.0.0.1:{port}/", child, start
        finally:
            child.send_signal(signal.SIGINT)
            stop_group(child)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_answer(address: str, start: float) -> float:
    """Seconds from ``start`` to the first page that comes with status 200.

    Raises:
        TimeoutError: when there is none in two minutes.
    """
    while time.perf_counter() - start < START_LIMIT_SECONDS:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own address
                if answer.status == 200 and answer.read():
                    return time.perf_counter() - start
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
    raise TimeoutError(f"app.py did not answer within {START_LIMIT_SECONDS:g} s")


def memory_megabytes(process: int) -> float:
    """Resident memory of a process and all its children, in MB of 10**6 bytes."""
    folder = Path("/proc") / str(process)
    try:
        pages = int((folder / "statm").read_text(encoding="ascii").split()[1])
        tasks = list((folder / "task").iterdir())
        children = " ".join((task / "children").read_text(encoding="ascii") for task in tasks).split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    own = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    return own + sum(memory_megabytes(int(child)) for child in children)


def _watch(address: str, start: float) -> dict[str, float]:
    """What a browser sees.

    Raises:
        ChildError: when it does not get that far.
    """
    from playwright.sync_api import Error, sync_playwright

    try:
        with sync_playwright() as playwright:
            return _drive(playwright, address, start)
    except Error as problem:
        raise ChildError(f"the browser failed: {problem}") from problem


def _drive(playwright: "Playwright", address: str, start: float) -> dict[str, float]:
    """Seconds to a drawn page; milliseconds from a click to the first token and to the whole translation."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
    page = browser.new_page()
    wait_for_answer(address, start)
    page.goto(address)
    page.locator(BUTTON).wait_for()
    figures = {"page_drawn": time.perf_counter() - start}
    for name in ("first", "later"):
        page.locator(SOURCE).fill(f"{SENTENCE} ({name})")
        page.wait_for_timeout(SETTLE_SECONDS * 1000)
        times = page.evaluate(CLICK_AND_WAIT, BUTTON)
        figures |= {f"page_{name}_token": times["first"], f"page_{name}_translation": times["whole"]}
    browser.close()
    return figures


SOURCE = "#source textarea"
BUTTON = "#translate"
CLICK_AND_WAIT = """
button => new Promise((resolve, reject) => {
  const text = () => document.querySelector('[data-translation]').textContent.trim();
  const before = text(), start = performance.now();
  let first = null;
  const watch = () => {
    const passed = performance.now() - start;
    if (first === null && text() && text() !== before) first = passed;
    if (first !== null && document.querySelector('.trace').dataset.status === 'done') {
      resolve({ first, whole: passed });
    } else if (passed > 30000) {
      reject(new Error('no translation in 30 s'));
    } else {
      requestAnimationFrame(watch);
    }
  };
  document.querySelector(button).click();
  requestAnimationFrame(watch);
})
"""
