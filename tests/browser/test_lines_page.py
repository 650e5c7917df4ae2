"""The Many sentences tab as a reader meets it, with scripted models."""

import json
import re

import pytest

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=window.hacked=1> ${window.hacked=1} {{window.hacked}}"


@pytest.fixture
def lines_page(open_page):
    def open_it(**settings):
        page = open_page(**settings)
        page.set_default_timeout(30_000)
        page.get_by_role("tab").nth(1).click()
        page.locator("#lines-translate").wait_for()
        return page

    return open_it


def translate(page, content, state="done"):
    page.locator("#lines-source textarea").fill(content)
    page.locator("#lines-translate").click()
    page.locator(f'.lines[data-state="{state}"]').wait_for()


def cells(page, column):
    return page.locator(f".lines-table tbody td:nth-child({column})").all_inner_texts()


def test_lines_are_translated_and_downloaded(lines_page):
    page = lines_page()
    translate(page, f"one two\n\n{HOSTILE}\nunreadable")
    assert cells(page, 3)[:2] == ["ONE TWO", ""]
    assert cells(page, 3)[2] == HOSTILE.upper()
    assert "no token" in cells(page, 3)[3]
    assert re.fullmatch(r"-\d\.\d{3}", cells(page, 4)[0])
    assert page.evaluate("window.hacked") is None
    with page.expect_download() as waiting:
        page.locator("#lines-text").click()
    assert waiting.value.path().read_text("utf-8").splitlines()[:3] == ["ONE TWO", "", HOSTILE.upper()]
    with page.expect_download() as waiting:
        page.locator("#lines-tsv").click()
    assert waiting.value.suggested_filename == "translations.tsv"
    with page.expect_download() as waiting:
        page.locator("#lines-jsonl").click()
    rows = [json.loads(row) for row in waiting.value.path().read_text("utf-8").splitlines()]
    assert rows[0]["translation"] == "ONE TWO"
    assert page.complaints == []


def test_stop_really_stops_and_what_is_done_stays(lines_page):
    page = lines_page()
    translate(page, "one two three\n" * 600, state="running")
    page.locator(".lines-table tbody tr").nth(5).wait_for()
    assert page.locator(".lines-progress").is_visible()
    page.locator("#lines-stop").click()
    page.locator('.lines[data-state="stopped"]').wait_for()
    rows = page.locator(".lines-table tbody tr").count()
    assert 0 < rows < 600
    page.wait_for_timeout(1500)
    assert page.locator(".lines-table tbody tr").count() == rows
    assert f"Stopped after {rows} of 600 lines" in page.locator(".lines .trace-status").inner_text()
    assert not page.locator("#lines-stop").is_visible()
    assert page.complaints == []


def test_a_line_is_explored_by_mouse_and_by_keyboard(lines_page):
    page = lines_page()
    page.locator("#lines-model input").click()
    page.get_by_role("option", name="plain (en)").click()
    translate(page, "one two\nthree four")
    page.locator(".lines-table tbody tr").nth(1).locator("td").nth(1).click()
    page.locator("[data-translation]", has_text="THREE FOUR").wait_for()
    page.locator('.trace[data-status="done"]').wait_for()
    assert page.locator("#source textarea").input_value() == "three four"
    assert page.locator("#model input").input_value() == "plain (en)"
    page.locator("#examples button", has_text="this is plain").wait_for()
    page.get_by_role("tab").nth(1).click()
    page.get_by_role("button", name="Explore line 1").focus()
    page.keyboard.press("Enter")
    page.locator("[data-translation]", has_text="ONE TWO").wait_for()
    assert page.locator("#source textarea").input_value() == "one two"
    assert page.complaints == []


def test_a_file_fills_the_box_and_a_wrong_one_is_refused(lines_page, tmp_path):
    page = lines_page()
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_bytes("\ufeffeins\r\nzwei\r\n".encode())
    bad.write_bytes("ça".encode("latin-1"))
    page.locator("#lines-upload").locator("xpath=..").locator("input[type=file]").set_input_files(bad)
    page.locator(".lines .trace-message", has_text="not UTF-8").wait_for()
    page.locator("#lines-upload").locator("xpath=..").locator("input[type=file]").set_input_files(good)
    page.wait_for_function("document.querySelector('#lines-source textarea').value === 'eins\\nzwei'")
    page.locator(".lines .trace-message").wait_for(state="hidden")
    translate(page, "\n\n", state="empty")
    page.locator(".lines .trace-message", has_text="no line to translate").wait_for()
    assert page.complaints == []


def test_a_phone_shows_it_in_chinese_without_sideways_scrolling(lines_page):
    page = lines_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page.locator("#lines-translate", has_text="全部翻译").wait_for()
    translate(page, "a" * 300 + "\n" + "word " * 60)
    page.locator(".lines .trace-status", has_text="2 行").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.complaints == []
