"""What people with a screen reader, a keyboard or little patience meet: axe-core's rules, and explanations."""

import pytest
from wcag import violations

pytestmark = pytest.mark.browser

TABS = ("Explore", "Many sentences", "Compare")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation_in_a_finished_translation(open_page, theme):
    page = open_page(query=f"?__theme={theme}")
    page.locator("#source textarea").fill("one two three")
    page.locator("#translate").click()
    page.locator('.trace[data-status="done"]').wait_for()
    page.get_by_role("button", name="See the search").click()
    page.locator("#search-tree .tree-scroll svg").wait_for()
    page.wait_for_timeout(500)
    assert violations(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("tab", TABS[1:])
def test_axe_finds_no_violation_in_the_other_tabs(open_page, tab, theme):
    page = open_page(query=f"?__theme={theme}")
    page.get_by_role("tab", name=tab).click()
    page.wait_for_timeout(1000)
    assert violations(page) == []


def test_the_chosen_method_is_explained_and_more_is_said_on_demand(open_page):
    page = open_page()
    page.locator(".explanation summary", has_text="keeps several beginnings").wait_for()
    page.locator("#setting-method label", has_text="Sampling").click()
    chosen = page.locator(".explanation summary", has_text="draws the next token at random")
    chosen.wait_for()
    page.locator(".explanation summary", has_text="Temperature says").wait_for()
    assert not page.locator(".explanation summary", has_text="keeps several beginnings").is_visible()
    chosen.focus()
    page.keyboard.press("Enter")
    page.locator(".explanation p", has_text="Each seed gives another translation").wait_for()
    page.locator("#language label", has_text="中文").click()
    page.locator(".explanation summary", has_text="随机抽取下一个词元").wait_for()
    assert page.complaints == []


def test_axe_would_find_a_violation(open_page):
    page = open_page()
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert [found.split(":")[0] for found in violations(page)] == ["label"]
