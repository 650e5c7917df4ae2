"""Replay, and the ways of reading attention in the live view."""

import json
import re

import numpy as np
import pytest
from test_bundled_page import CHECKPOINT, open_date
from test_explore_page import HOSTILE, canvas_colors, shown_tokens, translate

from seq2seq.explanation.attention import coverage, hide_columns
from seq2seq.explanation.words import group_words, merge_attention
from seq2seq.translation import Translation

pytestmark = pytest.mark.browser
needs_dates = pytest.mark.skipif(not CHECKPOINT.exists(), reason="checkpoints/dates is not there")
KEY = "seq2seq-explorer-reading"
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
LEVEL_PERCENT = 100 / 255
"""The browser has weights in 256 levels, each at most half a level off."""


def picture_of(page):
    """All that a replay changes, as text."""
    return page.evaluate(
        """() => ['text', 'tokens', 'source-tokens', 'candidates', 'words', 'status']
          .map((name) => document.querySelector(`.trace-${name}`).innerHTML)
          .concat(document.querySelector('.trace canvas').toDataURL()).join('\\n')"""
    )


def set_reading(page, **choices):
    for name, value in choices.items():
        control = page.locator(f'[data-reading="{name}"]')
        if name in ("links", "relative"):
            control.select_option(str(value).lower())
        else:
            control.set_checked(value)


def scrub_to(page, place):
    page.locator(".trace-replay input").fill(str(place))
    page.wait_for_function("count => document.querySelectorAll('.trace-token').length === count", arg=place)


# -- replay --------------------------------------------------------------------------------------------


def test_a_replay_shows_each_state_and_ends_as_it_began_without_the_server(open_page):
    page = open_page()
    translate(page, "one two three")
    page.wait_for_timeout(300)
    before, asked = picture_of(page), len(page.asked)
    page.get_by_role("button", name="One token back").click()
    page.locator(".trace-status", has_text="After 3 of 4 tokens").wait_for()
    assert shown_tokens(page) == ["ONE", "TWO", "THREE"]
    assert page.locator(".trace-token.is-active").inner_text() == "THREE"
    page.get_by_role("button", name="One token back").click()
    page.locator(".trace-status", has_text="After 2 of 4 tokens").wait_for()
    assert page.locator("[data-translation]").inner_text() == "ONE TWO"
    assert page.locator(".trace-words tr").count() == 2
    label = page.locator(".trace canvas").get_attribute("aria-label")
    assert "2 tokens of the translation against 4 source tokens" in label
    scrub_to(page, 0)
    assert page.locator("[data-translation]").inner_text() == ""
    scrub_to(page, 1)
    for _ in range(3):
        page.get_by_role("button", name="One token forward").click()
    page.locator(".trace-status", has_text="4 tokens in").wait_for()
    page.mouse.move(5, 5)
    page.wait_for_timeout(300)
    assert picture_of(page) == before
    assert page.asked[asked:] == []
    assert page.complaints == []


@needs_dates
def test_a_replay_shows_the_hypotheses_of_each_moment(open_page, bundled_address):
    page = open_page(bundled_address)
    page.set_default_timeout(60_000)
    open_date(page, "March 3, 1999")
    final = page.locator(".trace-hypotheses bdi").all_inner_texts()
    scrub_to(page, 3)
    page.locator(".trace-hypotheses h3", has_text="The beam now").wait_for()
    then = page.locator(".trace-hypotheses bdi").all_inner_texts()
    assert then != final
    assert len(then) == len(set(then)) == 5
    assert max(len(text) for text in then) == 3
    assert page.locator(".trace-hypotheses .is-chosen bdi").inner_text() == "199"
    assert page.locator(".trace-hypotheses button:enabled").count() == 0
    scrub_to(page, 10)
    page.locator('[data-replay="forward"]').click()
    page.locator(".trace-hypotheses button:enabled").first.wait_for()
    assert page.locator(".trace-hypotheses bdi").all_inner_texts() == final


@needs_dates
def test_every_step_of_a_run_without_pauses_is_drawn(open_page, bundled_address):
    page = open_page(bundled_address)
    page.set_default_timeout(60_000)
    open_date(page, "March 3, 1999")
    page.get_by_role("button", name="More settings").click()
    page.locator("#speed input").first.click()
    page.evaluate(
        """() => {
          const seen = window.seen = new Set();
          const look = () => {
            const count = document.querySelectorAll('.trace-token').length;
            const box = document.querySelector('.trace');
            if (box.dataset.status === 'running') seen.add(count);
            requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        }"""
    )
    page.locator("#translate").click()
    page.wait_for_function("() => window.seen.has(10)")
    page.locator('.trace[data-status="done"]').wait_for()
    assert set(range(1, 11)) <= set(page.evaluate("() => [...window.seen]"))


def test_without_motion_a_run_is_shown_as_far_as_it_is(open_page):
    page = open_page()
    page.emulate_media(reduced_motion="reduce")
    translate(page, "one two three")
    assert shown_tokens(page) == ["ONE", "TWO", "THREE", "end"]
    assert page.complaints == []


def test_a_replay_plays_pauses_and_goes_on_to_the_end(open_page):
    page = open_page()
    translate(page, "one two three four five six seven")
    page.locator(".trace-replay select").select_option(label="slow")
    page.locator('[data-replay="play"]', has_text="Replay").click()
    page.locator(".trace-status", has_text="After 2 of 8 tokens").wait_for()
    page.locator('[data-replay="play"]', has_text="Pause").click()
    words = page.locator(".trace-status").inner_text()
    page.wait_for_timeout(900)
    assert page.locator(".trace-status").inner_text() == words
    page.locator(".trace-replay select").select_option(label="fast")
    page.locator('[data-replay="play"]').click()
    page.locator(".trace-status", has_text="8 tokens in").wait_for()
    assert len(shown_tokens(page)) == 8
    page.locator('[data-replay="play"]', has_text="Replay").wait_for()
    assert page.complaints == []


def test_the_scrubber_obeys_the_keyboard_and_says_where_it_is(open_page):
    page = open_page()
    translate(page, "one two three")
    scrubber = page.get_by_role("slider", name="How many tokens are shown")
    scrubber.focus()
    page.keyboard.press("ArrowLeft")
    page.locator(".trace-status", has_text="After 3 of 4 tokens").wait_for()
    assert scrubber.get_attribute("aria-valuetext") == "After 3 of 4 tokens"
    page.keyboard.press("Home")
    page.locator(".trace-status", has_text="After 0 of 4 tokens").wait_for()
    page.keyboard.press("Space")
    page.locator('[data-replay="play"]', has_text="Pause").wait_for()
    page.locator(".trace-status", has_text="4 tokens in").wait_for()


def test_what_the_server_sends_ends_a_replay(open_page):
    page = open_page()
    translate(page, "one two three")
    scrub_to(page, 1)
    page.locator(".trace-layer select").select_option("1")
    page.locator(".trace-status", has_text="4 tokens in").wait_for()
    assert len(shown_tokens(page)) == 4
    assert page.locator(".trace-replay input").input_value() == "4"
    page.locator(".trace-hypotheses button").nth(2).click()
    page.locator("[data-translation]", has_text="ONE TWO THREE!!").wait_for()
    scrub_to(page, 2)
    page.locator(".trace-force", has_text="other2").click()
    page.locator("[data-translation]", has_text="ONE other2 THREE").wait_for()
    assert page.complaints == []


def test_a_run_has_no_replay_while_it_goes_on_and_a_stopped_one_has(open_page):
    page = open_page()
    page.locator("#source textarea").fill(" ".join(f"word{number}" for number in range(100)))
    page.locator("#translate").click()
    page.locator(".trace-token").nth(3).wait_for()
    assert page.locator(".trace-replay").is_hidden()
    page.locator("#stop").click()
    page.locator('.trace[data-status="stopped"]').wait_for()
    scrub_to(page, 2)
    assert page.locator("[data-translation]").inner_text() == "WORD0 WORD1"


@needs_dates
def test_a_replay_of_characters_shows_the_beginning_of_the_text(open_page, bundled_address):
    page = open_page(bundled_address)
    page.set_default_timeout(60_000)
    open_date(page, "March 3, 1999")
    scrub_to(page, 6)
    assert page.locator("[data-translation]").inner_text() == "1999-0"


# -- words, specials, scale, coverage ------------------------------------------------------------------


def trace_of(page):
    """Attention [T,S], and source and target tokens, as the server has them."""
    with page.expect_download() as waiting:
        page.locator("#make-json").click()
    translation = Translation.from_json(json.loads(waiting.value.path().read_text("utf-8")))
    steps = translation.beams[-1].hypotheses[0].steps
    attention = np.stack([step.attention.mean(axis=(0, 1)) for step in steps])
    return attention, translation.source_tokens, [translation.token_strings[step.token_id] for step in steps]


def percentages(page, rows, columns):
    """Every weight of the picture as it is said in words, cell by cell through the keyboard."""
    page.locator(".trace canvas").focus()
    page.keyboard.press("Escape")
    for _ in range(rows + 1):
        page.keyboard.press("ArrowUp")
    for _ in range(columns + 1):
        page.keyboard.press("ArrowLeft")
    found = np.zeros((rows, columns))
    for row in range(rows):
        for place in range(columns):
            column = place if row % 2 == 0 else columns - 1 - place
            page.evaluate(TWO_FRAMES)
            words = page.locator("[data-edit-cell]").inner_text()
            found[row, column] = float(re.search(r"with [<> ]*([\d.]+) %", words)[1])
            page.keyboard.press("ArrowRight" if row % 2 == 0 else "ArrowLeft")
        page.keyboard.press("ArrowDown")
    return found


@needs_dates
def test_between_words_the_numbers_are_those_of_merged_attention(open_page, bundled_address):
    page = open_page(bundled_address)
    page.set_default_timeout(60_000)
    open_date(page, "the 3rd of March 1999")
    attention, source, target = trace_of(page)
    targets, sources = group_words(target, "characters"), group_words(source, "characters")
    merged = merge_attention(attention, targets, sources)
    set_reading(page, words=True)
    page.locator(".trace-words tr").nth(len(targets)).wait_for(state="detached")
    found = percentages(page, *merged.shape)
    assert page.locator(".trace-source-tokens bdi").count() == len(sources) < len(source)
    page.keyboard.press("ArrowUp")
    page.locator("[data-edit-cell]", has_text="words of several tokens").wait_for()
    assert page.locator(".trace-edit button:enabled").count() == 0
    longest = max(word.end - word.start for word in sources)
    np.testing.assert_allclose(found, 100 * merged, atol=0.5 * LEVEL_PERCENT * longest + 0.1)
    set_reading(page, hidden=True, shared=True)
    page.wait_for_timeout(200)
    renormalized = hide_columns(merged, [len(sources) - 1], renormalize=True)
    np.testing.assert_allclose(percentages(page, *renormalized.shape)[0], 100 * renormalized[0], atol=4)
    assert page.complaints == []


def test_a_hidden_end_token_leaves_the_columns_but_not_the_source(open_page):
    page = open_page()
    translate(page, "one two three")
    assert page.locator('[data-reading="shared"]').is_disabled()
    set_reading(page, hidden=True)
    page.locator('.trace canvas[aria-label*="against 3 source tokens"]').wait_for()
    assert page.locator(".trace-source-tokens bdi").count() == 4
    assert page.locator(".trace-source-tokens .is-left-out").count() == 1
    kept = percentages(page, 4, 3)
    set_reading(page, shared=True)
    page.wait_for_timeout(200)
    shared = percentages(page, 4, 3)
    np.testing.assert_allclose(shared.sum(axis=1), 100, atol=0.3)
    np.testing.assert_allclose(shared, 100 * kept / kept.sum(axis=1, keepdims=True), atol=0.5)


def test_the_coverage_of_each_source_token_is_a_bar_and_words(open_page):
    page = open_page()
    translate(page, "one two three")
    attention, _, _ = trace_of(page)
    said = page.locator(".trace-source-tokens bdi .trace-hidden").all_text_contents()
    found = [float(re.search(r"got ([\d.]+) tokens' worth", words)[1]) for words in said]
    np.testing.assert_allclose(found, coverage(attention), atol=0.02)
    bars = page.locator(".trace-source-tokens i")
    widths = bars.evaluate_all("bars => bars.map((bar) => parseFloat(bar.style.width))")
    np.testing.assert_allclose(np.array(widths) * max(1, *found), 100 * np.array(found), atol=1)


def test_colours_can_compare_within_a_row(open_page):
    page = open_page()
    translate(page, "one two three four five six seven eight")
    fixed = page.evaluate("() => document.querySelector('.trace canvas').toDataURL()")
    set_reading(page, relative=True)
    page.locator(".trace-note", has_text="compare within a row only").wait_for()
    assert page.evaluate("() => document.querySelector('.trace canvas').toDataURL()") != fixed


def test_the_choices_of_reading_are_remembered_and_nothing_else(open_page):
    page = open_page()
    set_translation_and_reading(page)
    kept = json.loads(page.evaluate(f"localStorage.getItem('{KEY}')"))
    assert kept == {"words": True, "hidden": True, "shared": False, "relative": False, "links": True}
    leave_and_come_back(page)
    translate(page, "one two three")
    assert page.locator('[data-reading="words"]').is_checked()
    assert page.locator('[data-reading="links"]').input_value() == "true"
    damaged = json.dumps({"words": "<b>", "links": [1]})
    page.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [KEY, damaged])
    leave_and_come_back(page)
    translate(page, "one two three")
    assert not page.locator('[data-reading="words"]').is_checked()
    assert page.complaints == []


def leave_and_come_back(page):
    """Load the page again; gradio complains of requests that leaving cut short."""
    before = list(page.complaints)
    page.reload()
    page.locator("#translate").wait_for()
    page.complaints[:] = before


def set_translation_and_reading(page):
    translate(page, "one two three")
    set_reading(page, words=True, hidden=True, links=True)


# -- links ---------------------------------------------------------------------------------------------


def test_links_are_drawn_said_in_words_and_follow_the_pointer(open_page):
    page = open_page()
    translate(page, "one two three")
    set_reading(page, links=True)
    page.locator(".trace-note", has_text="a thicker line is more attention").wait_for()
    canvas = page.locator('.trace canvas[role="img"]')
    assert "Links of attention between 4 source tokens and 4 tokens" in canvas.get_attribute("aria-label")
    assert canvas_colors(page) > 10
    size = canvas.bounding_box()
    canvas.hover(position={"x": size["width"] - 20, "y": 14})
    page.locator(".trace-chosen", has_text="“ONE”").wait_for()
    canvas.click(position={"x": size["width"] - 20, "y": 14 + (size["height"] - 4) / 4})
    page.mouse.move(5, 5)
    page.locator(".trace-chosen", has_text="“TWO”").wait_for()
    assert page.locator(".trace-token.is-active").inner_text() == "TWO"
    assert page.complaints == []


@pytest.mark.parametrize("source", ["我们 看见 了 他", "שלום עולם טוב", HOSTILE[0], " ".join(["word"] * 59)])
def test_links_hold_every_script_and_sixty_tokens(open_page, source):
    page = open_page(viewport={"width": 390, "height": 844})
    page.set_default_timeout(60_000)
    translate(page, source)
    set_reading(page, links=True)
    page.locator(".trace-scroll.is-links").wait_for()
    sizes = page.evaluate(
        """() => {
          const box = document.querySelector('.trace-scroll');
          return [document.documentElement.scrollWidth, box.clientHeight, box.scrollHeight];
        }"""
    )
    assert sizes[0] <= 390
    assert sizes[1] <= 560
    assert (sizes[2] > 560) == (len(source.split()) > 50)
    assert canvas_colors(page) > 10
    assert page.evaluate("window.hacked") is None
    assert page.complaints == []


# -- what surprises people -----------------------------------------------------------------------------


def test_the_end_token_is_explained_where_a_row_stands_on_it(open_page):
    page = open_page()
    translate(page, "one two three")
    page.locator(".trace-layer select").select_option("0")
    page.locator(".trace-head-choice select").select_option("0")
    page.locator(".trace-token").nth(0).focus()
    page.locator(".trace-looks", has_text="looks at: “one” 77").wait_for()
    assert page.locator(".trace-sink").is_hidden()
    page.keyboard.press("End")
    page.locator(".trace-sink summary", has_text="park attention on the end token").click()
    assert page.locator(".trace-sink p").is_visible()
    page.locator(".trace-honest summary", has_text="Attention is not an explanation").click()
    assert page.locator(".trace-honest a").count() == 2
    assert page.locator(".trace-honest p").is_visible()


def test_every_token_shows_its_entropy(open_page):
    page = open_page()
    translate(page, "one two three")
    bars = page.locator(".trace-token").evaluate_all(
        "tokens => tokens.map((token) => parseFloat(token.style.getPropertyValue('--entropy')))"
    )
    np.testing.assert_allclose(bars, [10 / 3, 110 / 3, 70, 100], atol=0.1)
    assert "entropy 1.10" in page.locator(".trace-token").nth(1).get_attribute("aria-label")


def test_all_of_it_speaks_chinese(open_page):
    page = open_page(locale="zh-CN")
    translate(page, "one two three")
    page.locator(".trace-reading", has_text="整词").wait_for()
    page.locator('[data-replay="play"]', has_text="回放").wait_for()
    page.locator(".trace-honest summary", has_text="注意力并不等于解释").wait_for()
    english = page.locator(".trace-reading, .trace-replay, .trace-honest summary").all_inner_texts()
    assert not re.search(r"[a-z]{3}", " ".join(english))
