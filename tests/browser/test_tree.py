"""The search as a tree, methods in one tree, and whether attention can be trusted, as a reader meets them."""

import re
import struct
from xml.etree import ElementTree

import pytest
from test_bundled_page import CHECKPOINT, open_date
from test_explore_page import HOSTILE, LOW_CONTRAST, translate

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHECKPOINT.exists(), reason="checkpoints/dates is not there"),
]

PATIENCE_MS = 60_000


@pytest.fixture
def open_search(open_page, bundled_address):
    """The page once it has translated a date, with the search unfolded."""

    def open_it(**settings):
        page = open_page(bundled_address, **settings)
        page.set_default_timeout(PATIENCE_MS)
        open_date(page, "the 3rd of March 1999")
        page.locator("#search-panel > button").first.click()
        page.locator("#search-tree .tree-scroll svg").wait_for()
        return page

    return open_it


def words(page):
    return page.locator("#search-tree .tree-words")


def chosen(page):
    return page.locator('#search-tree [role=treeitem][aria-selected="true"]').get_attribute("aria-label")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_the_best_result_is_a_bold_straight_line(open_search):
    page = open_search()
    labels = page.locator("#search-tree [role=treeitem].is-best").evaluate_all(
        "nodes => nodes.map((node) => node.getAttribute('aria-label'))"
    )
    assert labels == ["start", *"1999-03-03", "end ✓1"]
    heights = page.locator("#search-tree [role=treeitem].is-best > rect:first-child").evaluate_all(
        "nodes => nodes.map((node) => node.getAttribute('y'))"
    )
    assert len(set(heights)) == 1
    dashed = page.locator("#search-tree .tree-scroll .tree-edge.is-lost").first
    assert dashed.evaluate("node => getComputedStyle(node).strokeDasharray") != "none"
    widths = page.locator("#search-tree .tree-scroll .tree-edge").evaluate_all(
        "nodes => nodes.map((node) => Number(node.getAttribute('stroke-width')))"
    )
    assert min(widths) < 2 < 5 < max(widths)
    assert page.complaints == []


def test_arrow_keys_move_along_the_tree_and_the_table_follows(open_search):
    page = open_search()
    page.locator("#search-tree .tree-scroll").focus()
    press(page, "ArrowRight", "ArrowRight", "ArrowRight")
    words(page).filter(has_text="“9”, step 3, after “19”.").wait_for()
    assert "Log-probability" in words(page).inner_text()
    assert "Rank 1 of what this step considered. Kept" in words(page).inner_text()
    page.wait_for_function("document.querySelector('#search-step input[type=number]').value === '3'")
    page.locator("#search-table").get_by_text("▶ 9", exact=True).filter(visible=True).first.wait_for()
    press(page, "ArrowDown")
    assert chosen(page) != "9"
    press(page, "ArrowUp", "ArrowLeft")
    words(page).filter(has_text="step 2").wait_for()
    press(page, "End")
    words(page).filter(has_text="Finished. Result 1.").wait_for()
    press(page, "Home")
    assert chosen(page) == "start"
    active = page.locator("#search-tree .tree-scroll").get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("role") == "treeitem"
    assert page.complaints == []


def test_pruned_branches_unfold_and_say_who_took_their_place(open_search):
    page = open_search()
    nodes = page.locator("#search-tree [role=treeitem]")
    before = nodes.count()
    page.locator("#search-tree .tree-scroll").focus()
    press(page, "ArrowRight", "Enter")
    page.wait_for_function(f"document.querySelectorAll('#search-tree [role=treeitem]').length > {before}")
    page.locator("#search-tree [role=treeitem].is-dropped").first.click()
    words(page).filter(
        has_text=re.compile(r"Not kept\. The last free place went to “.+”, .+ nats better")
    ).wait_for()
    page.locator("#search-table").get_by_text("▶").filter(visible=True).first.wait_for()
    page.locator("#search-tree .tree-show select").select_option("0")
    assert page.locator("#search-tree [role=treeitem].is-lost").count() == 0
    page.locator("#search-tree .tree-show select").select_option("2")
    assert nodes.count() > before
    assert page.complaints == []


def test_another_run_brings_another_tree(open_search):
    page = open_search()
    page.locator("#source textarea").fill("May 5, 2011")
    page.locator("#translate").click()
    page.locator("#search-tree [role=treeitem].is-best", has_text="2").first.wait_for()
    page.wait_for_function(
        "[...document.querySelectorAll('#search-tree [role=treeitem].is-best')]"
        ".map((node) => node.getAttribute('aria-label')).join('').startsWith('start2011-05-05')"
    )
    assert page.complaints == []


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_tokens_are_labels(open_page, source):
    page = open_page()
    page.set_default_timeout(PATIENCE_MS)
    page.locator("#search-panel > button").first.click()
    translate(page, f"hello {source}")
    page.locator("#search-tree [role=treeitem]", has_text="HELLO").first.wait_for()
    page.locator("#search-tree .tree-scroll").focus()
    press(page, *["ArrowRight"] * 3)
    words(page).filter(has_text="step 3").wait_for()
    assert page.evaluate("window.hacked") is None
    assert page.locator("#search-tree :is(img, script, b)").count() == 0
    assert page.complaints == []


def test_greedy_beam_and_samples_come_into_one_tree(open_search):
    page = open_search()
    page.locator("#methods-draw").click()
    page.wait_for_function("document.querySelector('#methods-status textarea').value.startsWith('Done')")
    page.locator("#methods-table").get_by_text("all together", exact=True).filter(
        visible=True
    ).first.wait_for()
    drawn = [page.locator(f"#methods-tree .tree-scroll .tree-edge.is-by-{letter}").first for letter in "gbs"]
    dashes = [edge.evaluate("node => getComputedStyle(node).strokeDasharray") for edge in drawn]
    assert len(set(dashes)) == 3
    page.locator("#methods-tree .tree-scroll").focus()
    press(page, "ArrowRight")
    taken = page.locator(
        "#methods-tree .tree-words",
        has_text=re.compile(r"Taken by: greedy search, beam × \d, and samples × \d"),
    )
    taken.wait_for()
    assert page.locator("#methods-tree .is-letters").first.text_content().startswith("g b")
    assert page.complaints == []


def test_whether_attention_can_be_trusted_is_measured(open_search):
    page = open_search()
    page.locator("#faithfulness-panel > button").first.click()
    page.locator("#measure").click()
    page.locator("#faithfulness-table tbody tr").nth(20).wait_for()
    assert "Kendall’s τ = " in page.locator("#faithfulness-answer textarea").input_value()
    lost = page.locator("#faithfulness-table tbody tr td:nth-child(3) i").evaluate_all(
        "bars => bars.map((bar) => bar.getBoundingClientRect().width)"
    )
    assert max(lost) > 20
    assert page.complaints == []


def test_a_phone_in_chinese_and_dark_shows_it_all(open_search):
    page = open_search(
        viewport={"width": 390, "height": 844}, locale="zh-CN", query="?__theme=dark", reduced_motion="reduce"
    )
    page.locator("#search-tree h3", has_text="搜索树").wait_for()
    page.locator("#search-tree .tree-scroll").focus()
    press(page, "ArrowRight")
    words(page).filter(has_text="第 1 步").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(LOW_CONTRAST) == []
    assert page.complaints == []


def saved_picture(page, button):
    with page.expect_download() as waiting:
        button.click()
    return waiting.value.suggested_filename, waiting.value.path().read_bytes()


def test_the_tree_is_saved_as_it_is_drawn_with_its_settings_below(open_search):
    page = open_search(color_scheme="dark")
    name, content = saved_picture(page, page.locator('#search-tree [data-save="svg"]'))
    assert name == "search-tree.svg"
    picture = ElementTree.fromstring(content.decode("utf-8"))  # noqa: S314 - a picture that the page just made
    words = ["".join(node.itertext()) for node in picture.iter("{http://www.w3.org/2000/svg}text")]
    drawn = page.locator("#search-tree [role=treeitem]").count()
    assert len(words) > drawn
    assert "Source text: the 3rd of March 1999" in words
    assert any(line.startswith("Method: ") for line in words)
    assert "var(" not in content.decode("utf-8")
    assert page.complaints == []


def test_a_saved_png_has_the_size_of_the_drawing(open_search):
    page = open_search()
    name, content = saved_picture(page, page.locator('#search-tree [data-save="png"]'))
    assert name == "search-tree.png"
    assert content.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", content[16:24])
    drawn = page.locator("#search-tree .tree-scroll svg").get_attribute("viewBox").split()
    assert width >= 2 * float(drawn[2])
    assert height > 2 * float(drawn[3])


def test_what_a_person_typed_stays_text_in_a_saved_picture(open_page, bundled_address):
    page = open_page(bundled_address)
    page.set_default_timeout(PATIENCE_MS)
    open_date(page, " ".join(HOSTILE))
    page.locator("#search-panel > button").first.click()
    page.locator("#search-tree .tree-scroll svg").wait_for()
    _, content = saved_picture(page, page.locator('#search-tree [data-save="svg"]'))
    picture = ElementTree.fromstring(content.decode("utf-8"))  # noqa: S314 - a picture that the page just made
    tags = {node.tag.rpartition("}")[2] for node in picture.iter()}
    assert tags <= {"svg", "g", "path", "rect", "text", "title"}
    assert page.evaluate("window.hacked") is None
