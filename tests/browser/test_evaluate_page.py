"""From a test of one's own to scores, charts, the worst sentence and the files."""

import csv
import json

import pytest

from seq2seq.data.dates import generate_dates

pytestmark = pytest.mark.browser


@pytest.fixture
def dates_file(tmp_path):
    path = tmp_path / "my test.tsv"
    pairs = {pair.source: pair.target for pair in generate_dates(60, seed=11).pairs}
    wrong = dict.fromkeys(list(pairs)[:1], "1900-01-01")
    lines = [f"{source}\t{target}\n" for source, target in {**pairs, **wrong}.items()]
    path.write_text("".join(lines), "utf-8")
    return path


def open_tab(page, path):
    page.get_by_role("tab", name="Evaluate").click()
    page.locator("#evaluate-model input").click()
    page.get_by_role("option", name="100").click()
    page.locator("#evaluate-file input[type=file]").set_input_files(str(path))
    page.locator("#evaluate-file", has_text="my test.tsv").wait_for()


def test_a_test_becomes_scores_charts_and_a_sentence_to_explore(open_page, training_address, dates_file):
    page = open_page(training_address)
    page.set_default_timeout(90_000)
    open_tab(page, dates_file)
    for part in ("Calibration", "Exposure bias", "Scores by beam width"):
        page.locator("#evaluate-parts label", has_text=part).click()
    page.locator("#evaluate-widths input, #evaluate-widths textarea").first.fill("1, 3")
    page.locator("#evaluate-start").click()
    page.locator('.evaluate[data-state="done"]').wait_for()
    assert "my test.tsv" in page.locator(".evaluate-name").inner_text()
    assert page.locator(".evaluate-scores tbody tr").count() == 7
    parts = page.locator(".evaluate-chart").evaluate_all("charts => charts.map(chart => chart.dataset.part)")
    assert parts == ["lengths", "widths", "calibration-forced", "calibration-inference", "exposure-0"]
    assert page.locator(".evaluate-chart svg").count() == 5
    assert "nrefs:1|bs:1000" in page.locator(".evaluate-signatures").text_content()

    with page.expect_download() as table:
        page.locator("#evaluate-csv").click()
    rows = list(csv.DictReader(table.value.path().read_text("utf-8-sig").splitlines()))
    assert rows[0]["reference"] == "1900-01-01"
    with page.expect_download() as whole:
        page.locator("#evaluate-json").click()
    assert json.loads(whole.value.path().read_text("utf-8"))["models"][0]["model"] == "dates"

    worst = page.locator(".evaluate-sentences tbody button").first
    worst.focus()
    page.keyboard.press("Enter")
    page.locator('.trace:not(.train):not(.evaluate)[data-status="done"]').wait_for()
    assert page.locator("#source textarea").input_value() == rows[0]["source"]
    assert page.complaints == []


def test_two_models_get_a_verdict_in_chinese_on_a_phone(open_page, training_address, dates_file):
    page = open_page(training_address)
    page.set_default_timeout(90_000)
    open_tab(page, dates_file)
    page.locator("#evaluate-other input").click()
    page.get_by_role("option", name="English → French").last.click()
    page.locator("#evaluate-start").click()
    page.locator('.evaluate[data-state="done"]').wait_for()
    verdict = page.locator(".evaluate-verdict")
    assert " is better than English → French: " in verdict.inner_text()
    page.locator("#language label", has_text="中文").click()
    page.locator(".evaluate-verdict", has_text="优于").wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator(".evaluate-chart .chart-line").count() == 2
    assert page.complaints == []


def test_without_a_test_one_sentence_says_what_to_do(open_page, training_address):
    page = open_page(training_address)
    page.get_by_role("tab", name="Evaluate").click()
    page.locator("#evaluate-start").click()
    page.locator(".evaluate .trace-message:not([hidden])", has_text="There is no test yet").wait_for()
    assert page.complaints == []
