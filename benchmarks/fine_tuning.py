"""Fine-tuning from the page: how soon it is better, and whether the page still answers meanwhile.

A browser uploads 5,000 pairs that the bundled English to French model has never seen and starts a run with what
the page proposes; meanwhile a program asks the page's API for translations, and a second browser clicks now and
then. The pairs are those of the validation and test files, their targets in lower case and without a final mark: a
house style to learn, as in most reasons to fine-tune.
"""

import re
import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gradio_client import Client

from benchmarks.children import ChildError
from benchmarks.page import (
    BUTTON,
    CHROMIUM,
    CHROMIUM_FLAGS,
    CLICK_AND_WAIT,
    SENTENCE,
    SOURCE,
    running_app,
    wait_for_answer,
)
from benchmarks.settings import Measurement, Settings
from seq2seq.data.readers import read_corpus
from seq2seq.training.events import Validated
from seq2seq.training.runs import EVENTS_FILE, read_events

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAIRS: Final = 5_000
LONGEST_SECONDS: Final = 180.0
PAUSE_MILLISECONDS: Final = 500
ANSWERS_A_CLICK: Final = 8
"""Answers of the API for every click of the second browser, which draws on the same processors."""
SYSTEM: Final = "ours"


def measure_fine_tuning(settings: Settings) -> list[Measurement]:
    """Seconds from the click on Start to the first better score, the gain, and the page's answers until then.

    Raises:
        ChildError: when the browser fails.
        TimeoutError: when the app does not start.
    """
    data, home = settings.work / "house style.tsv", settings.work / "fine_tuning_home"
    settings.work.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(home, ignore_errors=True)
    write_house_style(settings, data)
    with (
        running_app(settings, {"SEQ2SEQ_HOME": str(home)}) as (address, _child, start),
        _browser() as browser,
    ):
        wait_for_answer(address, start)
        page, reader = (_open(browser, address) for _ in range(2))
        _start_run(page, data)
        figures = _watch(reader, address, home)
        page.locator("#train-stop").click()
        page.locator('.train[data-state="stopped"]').wait_for()
    return [Measurement(system=SYSTEM, measure=name, value=value) for name, value in figures.items()]


def write_house_style(settings: Settings, path: Path) -> None:
    """Pairs that the model has not seen, in a style of their own."""
    pairs = chain(read_corpus(settings.validation).pairs, read_corpus(settings.test).pairs)
    lines = [f"{pair.source}\t{re.sub(r'[ .!?…]+$', '', pair.target.lower())}\n" for pair in pairs]
    path.write_text("".join(lines[:PAIRS]), encoding="utf-8")


@contextmanager
def _browser() -> Iterator["Browser"]:
    from playwright.sync_api import Error, sync_playwright

    try:
        with sync_playwright() as playwright:
            yield playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
    except Error as problem:
        raise ChildError(f"the browser failed: {problem}") from problem


def _open(browser: "Browser", address: str) -> "Page":
    page = browser.new_context().new_page()
    page.set_default_timeout(120_000)
    page.goto(address)
    page.locator(BUTTON).wait_for()
    return page


def _start_run(page: "Page", data: Path) -> None:
    page.get_by_role("tab", name="Train").click()
    page.locator("#train-file input[type=file]").set_input_files(str(data))
    page.locator(".data-name").wait_for()
    page.locator("#train-examine").click()
    page.locator(".data-report").wait_for()
    page.locator("#train-go").click()


def _watch(reader: "Page", address: str, home: Path) -> dict[str, float | None]:
    client = Client(address, verbose=False)
    start = time.perf_counter()
    asked, clicked = list[float](), list[Any]()
    found: list[Validated] = []
    while time.perf_counter() - start < LONGEST_SECONDS and not _is_better(found):
        asked.append(_ask(client, len(asked)))
        if len(asked) % ANSWERS_A_CLICK == 0:
            reader.locator(SOURCE).fill(f"{SENTENCE} ({len(asked)})")
            clicked.append(reader.evaluate(CLICK_AND_WAIT, BUTTON))
        reader.wait_for_timeout(PAUSE_MILLISECONDS)
        found = _validations(home)
    seconds, better = time.perf_counter() - start, found[-1] if _is_better(found) else None
    return {
        "tune_better": seconds if better else None,
        "tune_gain": (better.bleu or 0.0) - (found[0].bleu or 0.0) if better else None,
        "tune_answer": statistics.median(asked),
        "tune_answer_worst": max(asked),
        "tune_first_token": statistics.median(each["first"] for each in clicked) if clicked else None,
    }


def _is_better(found: list[Validated]) -> bool:
    return bool(found) and found[-1].step > 0 and found[-1].best


def _ask(client: Client, number: int) -> float:
    """Milliseconds that the API takes to answer with a translation it has not made before."""
    start = time.perf_counter()
    client.predict(f"{SENTENCE} ({number})", api_name="/translate")
    return 1000 * (time.perf_counter() - start)


def _validations(home: Path) -> list[Validated]:
    folders = [path.parent for path in home.glob(f"runs/*/checkpoint/{EVENTS_FILE}")]
    return [event for folder in folders for event in read_events(folder) if isinstance(event, Validated)]
