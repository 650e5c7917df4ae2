"""Keep and share: the link, files, and traces that come back."""

from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest

pytestmark = pytest.mark.browser

COPY = {"permissions": ["clipboard-read", "clipboard-write"]}


def translate(page, source):
    page.locator("#source textarea").fill(source)
    page.locator("#translate").click()
    page.locator('.trace[data-status="done"]', has_text=source.split()[0].upper()).wait_for()


def parameters(address):
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_the_address_follows_what_is_shown_and_the_link_can_be_copied(open_page):
    page = open_page(query="?__theme=dark", **COPY)
    translate(page, "one & two")
    page.wait_for_function("location.search.includes('text=')")
    assert parameters(page.url) == {"__theme": "dark", "model": "shout", "text": "one & two"}
    page.locator("#copy-link").click()
    page.locator("#keep-note", has_text="Copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert parameters(link) == {"model": "shout", "text": "one & two"}
    translate(page, "another")
    page.wait_for_function("location.search.includes('another')")
    assert page.complaints == []


def test_a_link_fills_the_form_and_translates_at_once(open_page):
    query = "?model=plain&text=three+blind+mice&prefix=TWO&method=sampling&temperature=0.7&seed=5"
    query += "&lang=zh&__theme=dark"
    page = open_page(query=query)
    page.locator('.trace[data-status="done"]', has_text="TWO BLIND MICE").wait_for()
    assert page.locator("#source textarea").input_value() == "three blind mice"
    assert page.locator("#model input").input_value() == "plain (zh)"
    assert page.locator("#setting-temperature input[type=number]").input_value() == "0.7"
    assert page.locator("#translate").inner_text() == "翻译"
    assert page.evaluate("document.body.classList.contains('dark')")
    assert page.locator("#examples").get_by_text("this is plain").is_visible()
    assert parameters(page.url) == parameters(query)
    page.reload()
    page.locator('.trace[data-status="done"]', has_text="TWO BLIND MICE").wait_for()
    assert page.complaints == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?model=nothing&text=hi", "There is no model named 'nothing'"),
        ("?text=hi&beam_width=999", "beam_width to “999”"),
        ("?text=" + "x" * 5000, "5,000 characters"),
        ("?text=hi&method=" + quote("<img src=x onerror=window.hacked=1>"), "<img src=x onerror"),
        ("?lang=tlh&text=hi", "sets lang to “tlh”"),
    ],
    ids=["model", "number", "length", "html", "language"],
)
def test_a_wrong_link_gets_one_sentence_and_the_page_works(open_page, query, sentence):
    page = open_page(query=query)
    page.locator(".trace-message", has_text=sentence).wait_for()
    assert page.evaluate("window.hacked") is None
    translate(page, "still works")
    assert page.locator(".trace-message").is_hidden()
    assert page.complaints == []


def test_hostile_text_in_a_link_stays_text(open_page):
    source = "<img src=x onerror=window.hacked=1> ${window.hacked=1} {{value}}"
    page = open_page(query="?text=" + quote(source))
    page.locator('.trace[data-status="done"]').wait_for()
    assert page.locator("#source textarea").input_value() == source
    assert page.locator("[data-translation]").inner_text() == source.upper()
    assert page.evaluate("window.hacked") is None
    assert page.complaints == []


def download(page, name):
    with page.expect_download() as waiting:
        page.locator(f"#make-{name}").click()
    return Path(waiting.value.path()).read_text("utf-8")


def upload(page, name, content):
    with page.expect_file_chooser() as waiting:
        page.locator("#open-trace").click()
    file = {"name": name, "mimeType": "application/json", "buffer": content.encode()}
    waiting.value.set_files(file)


def test_a_saved_trace_opens_again_and_says_whose_it_is(open_page):
    page = open_page()
    translate(page, "one two three")
    content = download(page, "json")
    page = open_page(viewport={"width": 390, "height": 844})
    upload(page, "trace.json", content.replace('"name": "shout"', '"name": "<b>gone</b>"'))
    page.locator(".trace-saved", has_text="A saved trace of the model “<b>gone</b>”").wait_for()
    assert page.locator("[data-translation]").inner_text() == "ONE TWO THREE"
    assert page.locator(".trace-hypotheses li").count() == 5
    page.locator(".trace-force").nth(2).click()
    page.locator(".trace-message", has_text="which is not here").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    upload(page, "trace.json", content)
    page.locator(".trace-saved", has_text="model “shout”").wait_for()
    page.locator(".trace-force").nth(2).click()
    page.locator('.trace[data-status="done"] .is-forced').first.wait_for()
    assert page.locator(".trace-saved").is_hidden()
    assert page.complaints == []


def test_a_file_that_is_no_trace_gets_one_sentence(open_page):
    page = open_page()
    translate(page, "keep me")
    upload(page, "wrong.json", '{"format": "<img src=x onerror=window.hacked=1>"}')
    page.locator(".trace-message", has_text="not a trace saved by Seq2Seq Explorer").wait_for()
    assert page.locator("[data-translation]").inner_text() == "KEEP ME"
    assert page.evaluate("window.hacked") is None
    assert page.complaints == []


def test_pictures_come_as_svg_and_png(open_page):
    page = open_page()
    translate(page, "<b>one</b> & two")
    assert "&lt;b&gt;one&lt;/b&gt; &amp; two" in download(page, "svg")
    with page.expect_download() as waiting:
        page.locator("#make-png").click()
    assert waiting.value.suggested_filename == "attention.png"
    content = Path(waiting.value.path()).read_bytes()
    assert content.startswith(b"\x89PNG")
    assert int.from_bytes(content[16:20]) > 400  # its width
    page.locator('[data-reading="links"]').select_option("true")
    with page.expect_download() as waiting:
        page.locator("#make-svg").click()
    assert waiting.value.suggested_filename == "links.svg"
    assert "<path" in Path(waiting.value.path()).read_text("utf-8")
    assert page.complaints == []


def test_the_report_works_without_scripts_and_without_a_network(open_page, browser, tmp_path):
    page = open_page(query="?lang=zh")
    translate(page, "<img src=x onerror=window.hacked=1> two")
    file = tmp_path / "report.html"
    file.write_text(download(page, "report"), "utf-8")
    for scheme in ("light", "dark"):
        context = browser.new_context(
            color_scheme=scheme, viewport={"width": 390, "height": 844}, offline=True
        )
        reader, asked = context.new_page(), []
        reader.on("request", lambda request, asked=asked: asked.append(request.url))
        reader.goto(file.as_uri())
        assert reader.locator("h1").inner_text() == "<IMG SRC=X ONERROR=WINDOW.HACKED=1> TWO"
        assert reader.locator("h2", has_text="候选译文").is_visible()
        assert reader.locator("svg").is_visible()
        assert reader.evaluate("window.hacked") is None
        assert reader.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert asked == [file.as_uri()]
        context.close()
    assert page.complaints == []
