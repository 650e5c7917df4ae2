"""The neighbours panel over the bundled dates model."""

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from seq2seq.data.dates import generate_dates

CHECKPOINT = Path(__file__).parents[2] / "checkpoints" / "dates"
HOSTILE = "<img src=x onerror=window.hacked=1>${window.hacked=2}{{window.hacked=3}}"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHECKPOINT.exists(), reason="checkpoints/dates is not there"),
]


@pytest.fixture(scope="module", autouse=True)
def clean_checkpoint():
    yield
    shutil.rmtree(CHECKPOINT / "neighbours", ignore_errors=True)


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "dates.tsv"
    lines = [f"{pair.source}\t{pair.target}" for pair in generate_dates(300, seed=9).pairs]
    path.write_text("\n".join(["March 3, 1999\t1999-03-03", f"{HOSTILE}\t{HOSTILE}", *lines]), "utf-8")
    return path


@pytest.fixture
def page(open_page, bundled_address):
    page = open_page(bundled_address)
    page.set_default_timeout(60_000)
    page.locator("#model input").click()
    page.get_by_role("option", name="dates").click()
    page.locator("#examples button", has_text="202").first.wait_for()
    translate(page, "March 3, 1999")
    page.get_by_role("button", name="Neighbours: where").click()
    page.locator(".near figure circle").first.wait_for()
    return page


def translate(page, words):
    page.locator("#source textarea").fill(words)
    page.locator("#translate").click()
    page.locator(f'.trace[data-status="done"]:has-text("{words[-4:]}")').wait_for()


def read(page, path):
    page.locator("#near-corpus input[type=file]").set_input_files(path)
    page.locator("#near-corpus").get_by_text(".tsv").first.wait_for()
    page.locator("#near-build").click()


def test_the_states_of_a_sentence_are_drawn_with_names_and_as_a_table(page):
    for side, tokens in (("source", 14), ("target", 11)):
        figure = page.locator(f'.near figure[data-side="{side}"]')
        assert figure.locator("circle").count() == tokens
        assert "% of the variance" in figure.locator("svg").get_attribute("aria-label")
        figure.locator("summary").click()
        assert figure.locator("tr").filter(visible=True).count() == tokens + 1
    translate(page, "May 1, 2000")
    page.locator('.near figure[data-side="source"] circle').nth(11).wait_for()
    page.locator('.near figure[data-side="source"] circle').nth(12).wait_for(state="detached")
    assert page.complaints == []


def test_a_corpus_is_read_and_the_nearest_sentences_are_shown_marked(page, corpus):
    read(page, corpus)
    page.locator(".near-index", has_text="302 sentences").wait_for()
    assert "dates.tsv" in page.locator(".near-index").inner_text()
    token = page.locator('.near-tokens[data-side="source"] button').nth(6)
    token.focus()
    page.keyboard.press("Enter")
    first = page.locator(".near-found li").first
    first.wait_for()
    assert first.locator(".near-sentence").inner_text() == "March [3], 1999"
    assert first.locator("b").inner_text() == "[3]"
    assert first.locator(".near-other").inner_text() == "1999-03-03"
    assert "similarity 1.000 · line 1" in first.inner_text()
    assert page.locator(".near-found li").count() == 10
    assert token.get_attribute("aria-pressed") == "true"
    page.locator('.near figure[data-side="target"] .near-dot').nth(2).locator("circle").click(force=True)
    page.locator('.near-tokens[data-side="target"] button[aria-pressed="true"]').wait_for()
    page.locator("#trace .trace-token").nth(4).click()
    page.locator('.near-tokens[data-side="target"] button[aria-pressed="true"]', has_text="-").wait_for()
    assert page.complaints == []


def test_what_a_file_says_is_shown_as_text(page, tmp_path):
    path = tmp_path / "hostile.tsv"
    path.write_text(f"{HOSTILE}\t{HOSTILE}\n", "utf-8")
    read(page, path)
    page.locator(".near-index", has_text="1 sentences").wait_for()
    for side in ("source", "target"):
        page.locator(f'.near-tokens[data-side="{side}"] button').first.click()
        page.locator(f'.near-tokens[data-side="{side}"] button[aria-pressed="true"]').wait_for()
        assert page.locator(".near-other").first.inner_text() == HOSTILE
    assert page.evaluate("window.hacked") is None
    assert page.complaints == []


def test_a_file_that_cannot_be_read_is_one_sentence(page, tmp_path):
    page.locator("#near-build").click()
    page.locator(".near-message", has_text="Choose a file of sentences first.").wait_for()
    path = tmp_path / "bad.tsv"
    path.write_text("a\tb\nc\n", "utf-8")
    read(page, path)
    page.locator(".near-message", has_text="bad.tsv has 1 bad line").wait_for()
    assert page.locator('.near-tokens[data-side="source"] button').count() == 14
    assert page.complaints == []


def test_a_long_reading_is_stopped(page, tmp_path):
    path = tmp_path / "long.tsv"
    path.write_text("".join(f"{n} of March {n % 977}, 1999\t1999-03-03\n" for n in range(60_000)), "utf-8")
    page.locator("#near-limit input[type=number]").fill("200000")
    page.locator("#near-limit input[type=number]").press("Tab")
    read(page, path)
    page.wait_for_function("document.querySelector('.near progress').value > 0")
    page.locator("#near-stop").click()
    page.locator(".near-index", has_text="Stopped. Nothing was kept.").wait_for()
    page.locator("#near-stop").wait_for(state="hidden")
    page.wait_for_timeout(1500)
    assert page.locator(".near-progress").is_hidden()
    assert page.complaints == []


def test_the_panel_speaks_chinese_and_fits_a_phone(open_page, bundled_address):
    page = open_page(bundled_address, locale="zh-CN", viewport={"width": 390, "height": 844})
    page.set_default_timeout(60_000)
    page.get_by_role("button", name="近邻：").click()
    page.locator(".near-empty", has_text="请先翻译一句话").wait_for()
    page.locator("#translate").click()
    page.locator('.trace[data-status="done"]').wait_for()
    page.locator(".near figcaption", has_text="编码器状态的二维投影").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.complaints == []


def test_a_map_is_saved_with_what_it_shows_below(page):
    with page.expect_download() as waiting:
        page.locator('.near figure[data-side="target"] [data-save="svg"]').click()
    assert waiting.value.suggested_filename == "states-target.svg"
    picture = ElementTree.fromstring(waiting.value.path().read_text("utf-8"))  # noqa: S314 - made by the page
    space = "{http://www.w3.org/2000/svg}"
    assert len(list(picture.iter(f"{space}circle"))) == 11
    words = ["".join(node.itertext()) for node in picture.iter(f"{space}text")]
    assert "Source text: March 3, 1999" in words
    assert page.locator('.near figure[data-side="target"] p').inner_text() in words
