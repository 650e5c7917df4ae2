"""Models of a stand-in Hub, pulled in the page and used everywhere by their names; and links that ask for one."""

import pytest
from dates_files import FILES
from playwright.sync_api import expect
from stand_in_hub import READ_TOKEN, WRITE_TOKEN, StandInHub
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
def open_models(hub, serve_page, open_page, tmp_path, monkeypatch, request):
    """Open a page whose Hub is the stand-in, at an address with a query; a parameter sets more variables."""
    for name, value in hub.environment(tmp_path / "hugging face").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SEQ2SEQ_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SEQ2SEQ_SHARED", "false")
    for name, value in getattr(request, "param", {}).items():
        monkeypatch.setenv(name, value)
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
    expect(page.locator("#models .models-said")).to_contain_text("ana/days is here, at commit")
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
    card = page.locator("#model-card article")
    row.get_by_role("button", name="Card: ana/days").click()
    expect(card.get_by_role("heading", name="newer")).to_be_visible()
    expect(card).to_be_focused()
    assert violations(page) == []
    row.get_by_role("button", name="Remove: ana/days").click()
    row.get_by_role("button", name="Really remove: ana/days").click()
    expect(row).to_have_count(0)
    expect(card).to_have_count(0)
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
    page.locator("#models .models-said", has_text="Pulling ana/slow:").wait_for()
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


def preview(page, repository, token):
    page.locator("#push-repository").get_by_role("textbox").fill(repository)
    page.locator("#models-token input").fill(token)
    page.locator("#push-preview").click()


def test_a_model_is_pushed_after_a_look_at_all_of_it(hub, open_models):
    page = open_models()
    open_tab(page)
    page.locator("#push-model input").click()
    page.get_by_role("option", name="dates").click()
    preview(page, "ana/mine", READ_TOKEN)
    page.locator("#push .trace-message", has_text="The token of ana may only read.").wait_for()
    expect(page.locator("#push-go")).to_be_hidden()
    preview(page, "ana/mine", WRITE_TOKEN)
    page.locator("#push-go").wait_for()
    expect(page.locator(".push-target")).to_contain_text(
        "ana/mine, licence apache-2.0: will be made by ana. Everyone"
    )
    shown = {
        row.locator("th").inner_text(): row.locator("td").inner_text().replace(",", "")
        for row in page.locator("#push tbody tr:not(.push-sum)").all()
    }
    page.locator("#push-card-fold button").first.click()
    page.locator("#push-card h1", has_text="mine").wait_for()
    picture = page.locator("#push-card img")
    picture.wait_for()
    assert picture.evaluate("image => image.naturalWidth") > 100
    assert violations(page) == []
    assert ("model", "ana/mine") not in hub.names()
    page.locator("#push-go").click()
    page.locator("#push .models-said", has_text="ana/mine is at commit").wait_for()
    there = {name: str(len(content)) for name, content in hub.files_of("ana/mine").items()}
    assert {name: size for name, size in there.items() if name != ".gitattributes"} == shown
    assert len(hub.commits_of("ana/mine")) == 2  # made, and one for all files
    preview(page, "ana/mine", WRITE_TOKEN)
    page.locator("#push-go").click()
    page.locator("#push .models-said", has_text="has all of it already").wait_for()
    pull(page, "ana/mine")
    expect(page.locator("#models .models-said")).to_contain_text("ana/mine is here, at commit")
    assert page.complaints == []


def test_nobody_is_asked_to_sign_in_on_ones_own_machine(hub, open_models):
    page = open_models()
    open_tab(page)
    assert page.locator("#models-sign-in").count() == 0
    assert hub.requests == []


def test_a_run_pushes_its_best_weights_and_the_page_says_so(hub, open_models, tmp_path):
    pairs = "\n".join(
        f"{day}.{month}.2001\t2001-{month:02}-{day:02}" for day in range(1, 29) for month in range(1, 13)
    )
    (tmp_path / "days.tsv").write_text(pairs)
    page = open_models()
    page.set_default_timeout(90_000)
    page.get_by_role("tab", name="Train").click()
    page.locator("#train-file input[type=file]").set_input_files(str(tmp_path / "days.tsv"))
    page.locator(".data-name", has_text="days.tsv").wait_for()
    page.locator("#train-examine").click()
    page.locator(".data-report").wait_for()
    page.locator("#train-base input").click()
    page.get_by_role("option", name="100").click()
    page.get_by_role("button", name="Push while it trains").click()
    page.wait_for_timeout(700)  # what is typed while the fields are still being made is lost
    page.locator("#train-push-to").get_by_role("textbox").fill("ana/trained")
    page.locator("#train-push-licence input").click()
    page.get_by_role("option", name="mit", exact=True).click()
    page.locator("#train-push-token input").fill(WRITE_TOKEN)
    page.locator("#train-go").click()
    page.locator(".train-pushed", has_text="Each new best is pushed to ana/trained").wait_for()
    page.locator(
        ".train-pushed", has_text="ana/trained on the Hugging Face Hub has the weights of step"
    ).wait_for()
    page.locator("#train-stop").click()
    page.locator('.train[data-state="stopped"]').wait_for()
    assert {"config.json", "model.safetensors", "README.md"} < hub.files_of("ana/trained").keys()
    assert b"days" not in hub.files_of("ana/trained")["README.md"]
    written = [
        path for path in tmp_path.rglob("*") if path.is_file() and WRITE_TOKEN.encode() in path.read_bytes()
    ]
    assert written == []
    assert page.complaints == []


SIGNING_IN = {"OAUTH_CLIENT_ID": "x", "SEQ2SEQ_SHARED": "true", "HF_TOKEN": WRITE_TOKEN}


@pytest.mark.parametrize("open_models", [SIGNING_IN], indirect=True, ids=["signing-in"])
def test_where_visitors_sign_in_they_push_as_themselves_and_never_as_the_server(hub, open_models):
    """Where it is no Space, gradio signs a visitor in as the login of this machine."""
    hub.users["mock-oauth-token-for-local-dev"] = "ana"  # gradio's, where it is no Space
    page = open_models()
    open_tab(page)
    preview(page, "ana/mine", "")
    page.locator("#push .trace-message", has_text="Nobody is logged in to the Hub here. Sign in").wait_for()
    with page.expect_navigation(url="**/"):
        page.locator("#models-sign-in").click()
    page.locator("#translate").wait_for()
    open_tab(page)
    page.locator("#models-sign-in", has_text="Logout (ana)").wait_for()
    preview(page, "ana/mine", "")
    page.locator("#push-go").click()
    page.locator("#push .models-said", has_text="ana/mine is at commit").wait_for()
    assert hub.files_of("ana/mine")
    pushing = [asked for asked in hub.requests if asked.path.startswith("/api/models/ana/mine")]
    tokens = {asked.headers.get("authorization") for asked in pushing}
    assert tokens == {"Bearer mock-oauth-token-for-local-dev"}
