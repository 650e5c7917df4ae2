"""The Compare tab and its settings grid as a reader meets them, with scripted models."""

import csv
import io

import pytest

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=window.hacked=1> ${window.hacked=1} {{window.hacked}}"


@pytest.fixture
def compare_page(open_page):
    def open_it(*arguments, **settings):
        page = open_page(*arguments, **settings)
        page.set_default_timeout(60_000)
        page.get_by_role("tab").nth(2).click()
        page.locator("#compare-start").wait_for()
        return page

    return open_it


def compare(page, source, state="done"):
    page.locator("#compare-source textarea").fill(source)
    page.locator("#compare-start").click()
    page.locator(f'.compare[data-state="{state}"]').wait_for()


def choose_model(page, box, name):
    page.locator(f"{box} input").click()
    page.get_by_role("option", name=name).filter(visible=True).click()
    page.get_by_role("option").filter(visible=True).first.wait_for(state="hidden")


def open_grid(page):
    """Unfold the panel; what is typed while its fields are still being made is lost."""
    page.locator("#grid-panel button").first.click()
    page.locator("#grid-start").wait_for()
    page.wait_for_timeout(700)


def test_two_models_stand_side_by_side_and_differences_are_marked(compare_page, bundled_address):
    page = compare_page(bundled_address)
    choose_model(page, "#left-model", "dates")
    choose_model(page, "#right-model", "dates")
    compare(page, "March 3, 1999")
    assert page.locator(".compare-result .trace-text").all_inner_texts() == ["1999-03-03"] * 2
    assert page.locator(".compare .trace-status").inner_text() == "Both sides say the same"
    assert "equally likely" in page.locator(".compare-verdict").inner_text()
    choose_model(page, "#right-model", "English")
    compare(page, "March 3, 1999", state="running")
    page.locator('.compare[data-state="done"]').wait_for()
    page.locator(".compare .trace-status", has_text="Words that only one side says").wait_for()
    marked = page.locator(".compare-result").nth(0).locator("mark")
    style = marked.first.locator("bdi").evaluate(
        "node => [getComputedStyle(node).textDecorationLine, getComputedStyle(node).fontWeight]"
    )
    assert style == ["underline", "750"]
    assert "only on this side" in marked.first.text_content()
    assert "do not compare" in page.locator(".compare-verdict").inner_text()
    assert page.complaints == []


def test_hostile_text_stays_text_and_a_refusal_keeps_the_result(compare_page):
    page = compare_page()
    compare(page, HOSTILE)
    assert page.locator(".compare-result .trace-text").all_inner_texts() == [HOSTILE.upper()] * 2
    assert page.evaluate("window.hacked") is None
    assert page.locator(".compare-token").first.inner_text().splitlines()[-1] == "98.0 %"
    page.locator("#compare-source textarea").fill("x" * 2000)
    page.locator("#compare-start").click()
    page.locator(".compare .trace-message", has_text="2,000 characters").wait_for()
    assert page.locator(".compare-result .trace-text").count() == 2
    assert page.complaints == []


def test_stop_ends_a_comparison_and_keeps_what_there_is(compare_page):
    page = compare_page()
    compare(page, " ".join(f"word{number}" for number in range(100)), state="running")
    page.locator(".compare-token").nth(2).wait_for()
    page.locator("#compare-stop").click()
    page.locator('.compare[data-state="stopped"]').wait_for()
    assert 0 < page.locator(".compare-token").count() < 202
    assert page.complaints == []


def test_the_grid_fills_and_is_downloaded_in_chinese_on_a_phone(compare_page):
    page = compare_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page.locator("#compare-start", has_text="开始对比").wait_for()
    open_grid(page)
    page.locator("#grid-source textarea").fill(f"one {HOSTILE}\tONE\ntwo\tTWO")
    page.locator("#grid-widths input, #grid-widths textarea").first.fill("1, 3")
    page.locator("#grid-start").click()
    page.locator('.grid-view[data-state="done"]').wait_for()
    assert page.locator(".grid-table tbody td").count() == 8
    assert "chrF" in page.locator(".grid-table tbody td").first.inner_text()
    with page.expect_download() as waiting:
        page.locator("#grid-csv").click()
    rows = list(csv.DictReader(io.StringIO(waiting.value.path().read_text("utf-8"))))
    assert [row["beam_width"] for row in rows] == ["1"] * 4 + ["3"] * 4
    page.locator("#grid-widths input, #grid-widths textarea").first.fill("99")
    page.locator("#grid-start").click()
    page.locator(".grid-view .trace-message", has_text="99").wait_for()
    assert page.locator(".grid-table tbody td").count() == 8
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("window.hacked") is None
    assert page.complaints == []


def test_a_wider_beam_that_does_worse_is_marked_in_words(compare_page):
    page = compare_page()
    open_grid(page)
    page.locator("#grid-source textarea").fill("cursed one two\tCURSED ONE TWO\nthree four\tTHREE FOUR")
    page.locator("#grid-widths input, #grid-widths textarea").first.fill("1, 2, 5")
    page.locator("#grid-penalties input, #grid-penalties textarea").first.fill("1")
    page.locator("#grid-start").click()
    page.locator('.grid-view[data-state="done"]').wait_for()
    narrow, middle, wide = (page.locator(".grid-table tbody tr").nth(row).locator("td") for row in range(3))
    assert "worse than beam width 1" in wide.inner_text()
    assert wide.evaluate("node => node.classList.contains('is-worse')")
    for cell in (narrow, middle):
        assert "worse" not in cell.inner_text()
        assert "chrF 100.0" in cell.inner_text()
    assert page.complaints == []
