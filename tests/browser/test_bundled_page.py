"""The page over the bundled checkpoints."""

from pathlib import Path

import pytest

CHECKPOINT = Path(__file__).parents[2] / "checkpoints" / "dates"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHECKPOINT.exists(), reason="checkpoints/dates is not there"),
]


def open_date(page, text):
    """The page once it has translated a date."""
    page.locator("#model input").click()
    page.get_by_role("option", name="dates").click()
    page.locator("#examples button", has_text="I love you.").wait_for(state="detached")
    page.locator("#source textarea").fill(text)
    page.locator("#translate").click()
    page.locator('.trace[data-status="done"]').wait_for()
    return page


def test_a_date_is_translated_and_its_attention_drawn(open_page, bundled_address):
    page = open_date(open_page(bundled_address), "the 3rd of March 1999")
    assert page.locator("[data-translation]").inner_text() == "1999-03-03"
    assert "".join(page.locator(".trace-token").all_inner_texts()) == "1999-03-03end"
    page.locator(".trace-token").nth(9).focus()
    page.locator(".trace-looks", has_text="looks at: “3”").wait_for()
    assert page.locator(".trace-hypotheses li").count() == 5
    assert page.complaints == []


def test_a_cell_of_the_heatmap_is_chosen_by_keyboard_and_knocked_out(open_page, bundled_address):
    page = open_date(open_page(bundled_address), "March 3, 1999")
    page.locator(".trace canvas").focus()
    for key in ["ArrowRight"] * 7:
        page.keyboard.press(key)
    page.locator(".trace-edit", has_text="looks at “3”").wait_for()
    page.get_by_role("button", name="Knock out at every step").click()
    page.locator(".trace-edits li", has_text="Knocked out “3” · every step").wait_for()
    page.locator('.trace[data-status="done"]').wait_for()
    assert "log-probability" in page.locator("[data-effect]").inner_text()
    page.get_by_role("button", name="Take back: Knocked out “3” · every step").click()
    page.locator(".trace-edits").wait_for(state="hidden")
    page.locator('.trace[data-status="done"]').wait_for()
    assert page.locator("[data-translation]").inner_text() == "1999-03-03"
    assert page.complaints == []


def test_a_readers_own_translation_is_judged(open_page, bundled_address):
    page = open_date(open_page(bundled_address), "March 3, 1999")
    page.get_by_role("button", name="Ask what went wrong").click()
    for own, words in (("1999-03-03", "Same:"), ("<img src=x onerror=window.hacked=1>", "Model error:")):
        page.locator("#own textarea").fill(own)
        page.locator("#judge").click()
        page.wait_for_function(
            "words => document.querySelector('#verdict textarea').value.startsWith(words)", arg=words
        )
    assert page.evaluate("window.hacked") is None
    assert page.complaints == []


def test_the_search_is_told_step_by_step(open_page, bundled_address):
    page = open_date(open_page(bundled_address), "March 3, 1999")
    page.get_by_role("button", name="See the search").click()
    table = page.locator("#search-table")
    table.get_by_text("kept").filter(visible=True).first.wait_for()
    page.locator("#search-step input[type=number]").fill("5")
    page.locator("#search-step input[type=number]").press("Tab")
    table.get_by_text("1999", exact=True).filter(visible=True).first.wait_for()
    table.get_by_text("the last free place went to").filter(visible=True).first.wait_for()
    assert page.complaints == []
