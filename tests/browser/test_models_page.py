"""Models of a stand-in Hub, pulled in the page and used everywhere by their names; and links that ask for one."""

import pytest
from dates_files import FILES
from playwright.sync_api import expect
from stand_in_hub import WRITE_TOKEN, StandInHub
from stand_in_repositories import Faults
from wcag import violations

pytestmark = pytest.mark.browser
SLOWLY = Faults(chunk_bytes=20_000, chunk_seconds=0.05, where="model.safetensors")
MODELS = "#models .models-table tbody"


@pytest.fixture
def hub():
    with StandInHub() as stand_in:
        stand_in.add_repository("ana/days", FILES)
        stand_in.add_repository("ana/secret", FILES, private=True)
        stand_in.add_repository("ana/slow", FILES, faults=SLOWLY)
        yield stand_in


@pytest.fixture
def open_models(hub, serve_page, open_page, tmp_path, monkeypatch):
    """Open a page whose Hub is the stand-in, at an address with a query."""
    for name, value in hub.environment(tmp_path / "hugging face").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SEQ2SEQ_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SEQ2SEQ_SHARED", "false")
    with serve_page("training") as address:
        yield lambda query="", **settings: open_page(address, query, **settings)


def open_tab(page):
    page.get_by_role("tab", name="Models").click()
    page.locator(f"{MODELS} tr").first.wait_for()


def pull(page, name):
    page.locator("#models-name").get_by_role("textbox").fill(name)
    page.locator("#models-pull").click()


def test_a_model_is_pulled_explored_renewed_and_removed(hub, open_models):
    page = open_models()
    open_tab(page)
    pull(page, "ana/days")
    expect(page.locator(".models-said")).to_contain_text("ana/days is here, at commit")
    row = page.locator(f"{MODELS} tr", has_text="ana/days")
    row.get_by_role("button", name="Explore: ana/days").click()
    page.locator('#trace .trace[data-status="done"]').wait_for()
    assert page.locator("#model input").input_value().startswith("ana/days · 100.0 % exact")
    hub.add_commit("ana/days", {"README.md": b"# newer\n"})
    open_tab(page)
    page.locator("#models-newer").click()
    row.get_by_role("button", name="Pull the newer one: ana/days").click()
    expect(row.locator(".models-newer")).to_have_count(0)
    expect(row.locator(".models-commit")).to_contain_text(hub.commits_of("ana/days")[0].sha[:12])
    page.get_by_role("tab", name="Compare").click()
    page.locator("#left-model input").click()
    page.get_by_role("option", name="ana/days").wait_for()
    page.keyboard.press("Escape")
    open_tab(page)
    row.get_by_role("button", name="Remove: ana/days").click()
    row.get_by_role("button", name="Really remove: ana/days").click()
    expect(row).to_have_count(0)
    assert violations(page) == []
    assert page.complaints == []
    assert all(url.startswith(("http://127.0.0.1", "data:", "blob:")) for url in page.asked)


def test_a_private_model_needs_a_token_which_is_shown_and_kept_nowhere(hub, open_models, tmp_path):
    page = open_models()
    open_tab(page)
    pull(page, "ana/secret")
    page.locator(
        "#models .trace-message", has_text="There is no model ana/secret on the Hub, or it is private"
    ).wait_for()
    field = page.locator("#models-token input")
    assert field.get_attribute("type") == "password"
    field.fill(WRITE_TOKEN)
    pull(page, "ana/secret")
    page.locator(f"{MODELS} tr", has_text="ana/secret").locator(".models-mark", has_text="private").wait_for()
    written = [
        path for path in tmp_path.rglob("*") if path.is_file() and WRITE_TOKEN.encode() in path.read_bytes()
    ]
    assert written == []
    assert not any(WRITE_TOKEN in url for url in page.asked)
    assert page.complaints == []


def test_a_pull_shows_its_bytes_and_can_be_stopped(hub, open_models):
    page = open_models()
    open_tab(page)
    pull(page, "ana/slow")
    page.locator(".models-said", has_text="Pulling ana/slow:").wait_for()
    expect(page.locator("#models progress")).not_to_have_js_property("value", 0)
    page.locator("#models-stop").click()
    page.locator("#models .trace-message", has_text="was stopped. Nothing was kept of it.").wait_for()
    assert page.locator(f"{MODELS} tr").count() == 2
    assert page.complaints == []


def test_a_link_only_offers_a_model_and_a_click_pulls_it_and_follows_the_link(hub, open_models):
    page = open_models("?model=ana/days&text=March+3,+1999&lang=zh", viewport={"width": 390, "height": 844})
    offer = page.locator("#models-offer")
    expect(offer).to_contain_text("此链接要用 Hugging Face Hub 上的模型 ana/days")
    assert hub.requests == []
    expect(offer).to_be_in_viewport()
    page.locator("#models-accept").click()
    page.locator('#trace .trace[data-status="done"]').wait_for()
    expect(page.locator("#trace .trace-text")).to_have_text("1999-03-03")
    expect(offer).to_be_hidden()
    assert page.complaints == []
