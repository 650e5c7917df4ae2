"""The Explore tab as a reader meets it, with scripted models."""

import json
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

LOW_CONTRAST = Path(__file__).with_name("low_contrast.js").read_text("utf-8")
HOSTILE = [
    "<img src=x onerror=window.hacked=1>",
    "<script>window.hacked=1</script>",
    "${window.hacked=1} {{window.hacked}} `${window.hacked=1}`",
    "</script><b>bold</b> &amp; \"quoted\" 'single'",
]


def translate(page, source, status="done"):
    page.locator("#source textarea").fill(source)
    page.locator("#translate").click()
    page.locator(f'.trace[data-status="{status}"]', has_text=source.split()[0].upper()).wait_for()


def shown_tokens(page):
    return page.locator(".trace-token").all_inner_texts()


def canvas_colors(page):
    """How many different colours the heatmap has."""
    return page.evaluate(
        """() => {
          const canvas = document.querySelector('.trace canvas');
          const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          const colors = new Set();
          for (let i = 0; i < pixels.length; i += 4) colors.add(pixels.slice(i, i + 4).join());
          return colors.size;
        }"""
    )


def test_a_translation_appears_token_by_token(open_page):
    page = open_page()
    page.locator("#source textarea").fill("one two three four five six")
    page.evaluate(
        """() => {
          window.seen = new Set();
          const box = document.querySelector('.trace-tokens');
          new MutationObserver(() => window.seen.add(box.children.length)).observe(box, { childList: true });
        }"""
    )
    page.locator("#translate").click()
    page.locator('.trace[data-status="done"]').wait_for()
    assert len(page.evaluate("[...window.seen]")) >= 4
    assert page.locator("[data-translation]").inner_text() == "ONE TWO THREE FOUR FIVE SIX"
    assert shown_tokens(page) == ["ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "end"]
    assert page.complaints == []


def test_the_heatmap_is_drawn_and_said_in_words(open_page):
    page = open_page()
    translate(page, "one two three")
    assert canvas_colors(page) > 10
    label = page.locator(".trace canvas").get_attribute("aria-label")
    assert "4 tokens of the translation against 4 source tokens" in label
    page.locator(".trace-words tr").nth(3).wait_for(state="attached")
    assert page.locator(".trace-words tr").nth(0).locator("td").all_inner_texts()[:2] == ["ONE", "98.0 %"]


def test_focus_on_a_token_shows_its_alternatives_and_arrow_keys_move(open_page):
    page = open_page()
    translate(page, "one two three")
    page.locator(".trace-token").nth(0).focus()
    page.locator(".trace-chosen", has_text="“ONE” 98.0 %").wait_for()
    assert page.locator(".trace-candidates tr").count() == 10
    page.keyboard.press("ArrowRight")
    page.locator(".trace-chosen", has_text="“TWO” 90.0 %").wait_for()
    assert page.locator(".trace-token.is-active").inner_text() == "TWO"
    assert "looks at" in page.locator(".trace-looks").inner_text()
    page.keyboard.press("End")
    page.locator(".trace-chosen", has_text="end").wait_for()


def test_pointing_at_the_heatmap_chooses_the_row(open_page):
    page = open_page()
    translate(page, "one two three")
    page.locator(".trace canvas").scroll_into_view_if_needed()
    box = page.locator(".trace canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 12)
    page.locator(".trace-chosen", has_text="end").wait_for()
    assert "end →" in page.locator(".trace-cell").inner_text()


def test_stop_ends_the_run_and_keeps_what_there_is(open_page):
    page = open_page()
    page.locator("#source textarea").fill(" ".join(f"word{number}" for number in range(100)))
    page.locator("#translate").click()
    page.locator(".trace-token").nth(3).wait_for()
    page.locator("#stop").click()
    page.locator('.trace[data-status="stopped"]').wait_for()
    tokens = len(shown_tokens(page))
    assert 4 <= tokens < 60
    page.wait_for_timeout(400)
    assert len(shown_tokens(page)) == tokens
    assert f"Stopped after {tokens} tokens" in page.locator(".trace-status").inner_text()
    assert not page.locator("#stop").is_visible()


def test_a_new_run_supersedes_the_old_one(open_page):
    page = open_page()
    page.locator("#source textarea").fill(" ".join(f"old{number}" for number in range(100)))
    page.locator("#translate").click()
    page.locator(".trace-token", has_text="OLD3").first.wait_for()
    page.locator("#source textarea").fill("brand new words")
    page.locator("#translate").click()
    page.locator('.trace[data-status="done"]').wait_for()
    assert shown_tokens(page) == ["BRAND", "NEW", "WORDS", "end"]
    page.wait_for_timeout(500)
    assert shown_tokens(page) == ["BRAND", "NEW", "WORDS", "end"]
    assert page.locator("[data-translation]").inner_text() == "BRAND NEW WORDS"


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_text_stays_text(open_page, source):
    page = open_page()
    translate(page, f"hello {source}", status="done")
    assert page.locator("[data-translation]").inner_text() == f"HELLO {' '.join(source.split()).upper()}"
    assert page.evaluate("window.hacked") is None
    assert page.locator(".trace img, .trace script, .trace b").count() == 0
    assert page.complaints == []


@pytest.mark.parametrize("source", ["我们 看见 了 他", "שלום עולם טוב", "🙂 👩‍👩‍👧 🇫🇷", "a" * 300])
def test_every_script_is_shown(open_page, source):
    page = open_page()
    translate(page, source)
    assert page.locator("[data-translation]").inner_text() == source.upper()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_refused_text_gets_one_sentence_and_the_old_result_stays(open_page):
    page = open_page()
    translate(page, "keep me")
    page.locator("#source textarea").fill("x" * 5000)
    page.locator("#translate").click()
    page.locator(".trace-message", has_text="5,000 characters").wait_for()
    assert "at most 1,000" in page.locator(".trace-message").inner_text()
    assert shown_tokens(page) == ["KEEP", "ME", "end"]
    page.locator("#source textarea").fill("")
    page.locator("#translate").click()
    page.locator(".trace-message", has_text="type a sentence").wait_for()
    translate(page, "good again")
    assert not page.locator(".trace-message").is_visible()


def test_an_error_of_the_engine_is_shown_as_text(open_page):
    page = open_page()
    page.locator("#source textarea").fill("unreadable text")
    page.locator("#translate").click()
    page.locator(".trace-message", has_text="Type <b>another</b>.").wait_for()
    assert page.locator(".trace-message b").count() == 0


def test_the_page_asks_nothing_of_anyone_else(open_page, scripted_address):
    page = open_page()
    translate(page, "one two three")
    foreign = [url for url in page.asked if not url.startswith((scripted_address, "data:", "blob:"))]
    assert foreign == []


def test_settings_are_shown_only_where_they_apply(open_page):
    page = open_page()
    assert page.locator("#setting-beam-width").is_visible()
    assert not page.locator("#setting-temperature").is_visible()
    page.locator("#setting-method").get_by_text("Sampling").click()
    page.locator("#setting-temperature").wait_for()
    assert not page.locator("#setting-beam-width").is_visible()
    page.locator("#setting-method").get_by_text("Greedy").click()
    page.locator("#setting-temperature").wait_for(state="hidden")


def test_a_hypothesis_can_be_chosen(open_page):
    page = open_page()
    translate(page, "one two three")
    page.locator(".trace-hypotheses button").nth(2).click()
    page.locator('.trace-hypotheses button[aria-pressed="true"]', has_text="ONE TWO THREE!!").wait_for()
    assert page.locator("[data-translation]").inner_text() == "ONE TWO THREE!!"


def test_a_layer_and_a_head_can_be_chosen(open_page):
    page = open_page()
    translate(page, "one two three")
    page.locator(".trace-token").nth(0).focus()
    page.locator(".trace-looks", has_text=re.compile(r"looks at: (?!“one” 77)")).wait_for()
    page.locator(".trace-layer select").select_option("0")
    page.locator(".trace-head-choice select").select_option("0")
    page.locator(".trace-token").nth(0).focus()
    page.locator(".trace-looks", has_text="looks at: “one” 77").wait_for()
    assert page.locator(".trace-head-choice select").input_value() == "0"


def test_a_model_without_attention_says_so(open_page):
    page = open_page()
    page.locator("#model input").click()
    page.get_by_role("option", name="plain (en)").click()
    page.locator("#examples button", has_text="this is plain").wait_for()
    translate(page, "one two three")
    page.locator(".trace-note", has_text="no attention to show").wait_for()
    assert not page.locator(".trace canvas").is_visible()


def test_an_example_is_translated_at_once(open_page):
    page = open_page()
    page.locator("#examples button", has_text="one two three four five").click()
    page.locator("[data-translation]", has_text="ONE TWO THREE FOUR FIVE").wait_for()
    assert page.locator("#source textarea").input_value() == "one two three four five"


def test_the_figure_and_the_numbers_can_be_downloaded(open_page):
    page = open_page()
    assert not page.locator("#make-json").is_visible()
    translate(page, "one two three")
    with page.expect_download() as waiting:
        page.locator("#make-json").click()
    assert waiting.value.suggested_filename == "trace.json"
    trace = json.loads(waiting.value.path().read_text("utf-8"))
    assert trace["texts"][0] == "ONE TWO THREE"
    with page.expect_download() as waiting:
        page.locator("#make-csv").click()
    assert waiting.value.path().read_text("utf-8").splitlines()[1].startswith("1,▁ONE,0.98,")
    with page.expect_download() as waiting:
        page.locator("#make-figure").click()
    assert "Plotly.newPlot" in waiting.value.path().read_text("utf-8")


def test_a_phone_shows_the_page_without_sideways_scrolling(open_page):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    translate(page, " ".join(f"word{number}" for number in range(40)))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".trace").bounding_box()["y"] < 844
    page.locator(".trace-token").nth(1).tap()
    page.locator(".trace-chosen", has_text="“WORD1” 90.0 %").wait_for()


def test_chinese_is_remembered_by_the_browser(open_page):
    page = open_page()
    page.locator("#language").get_by_text("中文").click()
    page.locator("#translate", has_text="翻译").wait_for()
    translate(page, "one two three")
    page.locator(".trace-status", has_text="4 个词元").wait_for()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    page.reload()
    page.locator("#translate", has_text="翻译").wait_for()


def test_a_language_chosen_before_the_server_told_the_first_one_stays(open_page):
    """On a slow line the first answer comes after a quick visitor's choice."""
    page = open_page()
    held = []
    page.route("**/run/predict*", lambda route: route.continue_() if held else held.append(route))
    page.reload()
    page.locator("#translate").wait_for()
    page.wait_for_timeout(500)
    page.locator("#language").get_by_text("中文").click()
    page.locator("#translate", has_text="翻译").wait_for()
    held[0].continue_()
    page.wait_for_timeout(2_000)
    assert page.locator("#translate", has_text="翻译").is_visible()
    assert page.locator("#language input").nth(1).is_checked()


def test_a_chinese_browser_is_greeted_in_chinese(open_page):
    page = open_page(locale="zh-CN")
    page.locator("#translate", has_text="翻译").wait_for()
    page.locator("label", has_text="shout (zh)").or_(page.locator("#model input")).first.wait_for()
    english = page.evaluate(
        """() => [...document.querySelectorAll('.gradio-container :is(label, button, h2, h3)')]
          .filter((node) => node.checkVisibility()).map((node) => node.innerText.trim())
          .filter((words) => /[a-z]{4}/.test(words) && !/[\\u4e00-\\u9fff]/.test(words))"""
    )
    allowed = {"English", "this is shout", "one two three four five", "hello"}
    assert set(english) <= allowed


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_is_legible(open_page, theme):
    page = open_page(query=f"?__theme={theme}")
    page.get_by_text("More settings").click()
    translate(page, "one two three four five six seven eight")
    page.mouse.move(5, 5)
    page.wait_for_timeout(400)
    assert page.evaluate(LOW_CONTRAST) == []


def test_motion_is_left_out_for_those_who_ask(open_page):
    page = open_page(reduced_motion="reduce")
    translate(page, "one two three")
    moving = page.evaluate(
        "() => document.getAnimations().filter((animation) => animation.playState === 'running').length"
    )
    assert moving == 0


def test_a_click_on_an_alternative_steers_the_translation_and_undo_leads_back(open_page):
    page = open_page()
    translate(page, "one two three")
    assert page.locator(".trace-travel").is_hidden()
    page.locator(".trace-token").nth(1).click()
    page.locator(".trace-force", has_text="other2").click()
    page.locator("[data-translation]", has_text="ONE other2 THREE").wait_for()
    page.locator('.trace[data-status="done"]').wait_for()
    assert page.locator(".trace-token.is-changed").all_inner_texts() == ["other2"]
    assert "forced by you, changed" in page.locator(".trace-token").nth(1).get_attribute("aria-label")
    page.get_by_role("button", name="Undo").click()
    page.locator("[data-translation]", has_text="ONE TWO THREE").wait_for()
    page.get_by_role("button", name="Redo").click()
    page.locator("[data-translation]", has_text="ONE other2 THREE").wait_for()
    assert page.complaints == []


def test_a_typed_word_steers_by_keyboard_alone(open_page):
    page = open_page()
    translate(page, "one two three")
    page.locator(".trace-token").nth(2).focus()
    page.locator(".trace-chosen", has_text="“THREE”").wait_for()
    page.locator(".trace-own input").focus()
    page.keyboard.type("<b>four</b>")
    page.keyboard.press("Enter")
    page.locator("[data-translation]", has_text="ONE TWO <B>FOUR</B>").wait_for()
    page.locator('.trace[data-status="done"]').wait_for()
    assert page.locator(".trace-own input").input_value() == ""
    assert page.complaints == []
