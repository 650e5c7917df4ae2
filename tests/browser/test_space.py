"""The app as a Space starts it: by environment variables, as a user without a home who cannot write the checkout.

With `GRADIO_SSR_MODE`, which a Space sets, gradio lets a server of Node send the page where there is one.
"""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import wait_for_answer

ROOT = Path(__file__).parents[2]
NOBODY = "65534"
REQUESTS = 8
"""Of one visitor that may run or wait; the page itself has fewer."""
pytestmark = pytest.mark.browser


def as_nobody(command):
    """The command as a user that may read all, as this checkout may lie in a home, and write nothing of it."""
    if os.getuid() or not shutil.which("setpriv"):
        return command
    reading = "-all,+dac_read_search"
    kept = (f"--inh-caps={reading}", f"--ambient-caps={reading}", f"--bounding-set={reading}")
    return ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", *kept, *command]


def start(port, folder, **variables):
    """A Space's process; what it says goes to a file."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "SYSTEM": "spaces",
        "SPACE_ID": "ana/explorer",
        "SPACE_HOST": "ana-explorer.hf.space",
        "GRADIO_SERVER_NAME": "127.0.0.1",
        "GRADIO_SERVER_PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        **variables,
    }
    with (folder / "log").open("wb") as log:
        command = as_nobody([sys.executable, str(ROOT / "app.py")])
        return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)


@pytest.fixture(scope="module", params=["True", "False"])
def space(request, tmp_path_factory):
    """The address of a Space, what it says on its terminal, and whether Node may send the page."""
    folder = tmp_path_factory.mktemp("space")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    limit = {"SEQ2SEQ_REQUESTS_OF_VISITOR": str(REQUESTS)}
    with start(port, folder, GRADIO_SSR_MODE=request.param, **limit) as process:
        try:
            address = f"http://127.0.0.1:{port}/"
            wait_for_answer(address, process)
            yield address, folder / "log", request.param == "True"
        finally:
            process.terminate()


def test_a_sentence_is_translated_without_a_request_to_anyone_else(open_page, space):
    address, log, _ = space
    page = open_page(address)
    page.locator("#source textarea").fill("I love you.")
    page.wait_for_timeout(500)
    page.locator("#translate").click()
    page.locator('.trace[data-status="done"]').wait_for()
    assert page.locator("[data-translation]").inner_text() == "Je t'aime."
    local = (address, "data:", "blob:", f"http://localhost:{address.rsplit(':', 1)[1]}")
    assert [url for url in page.asked if not url.startswith(local)] == []
    assert page.complaints == []
    assert "Runs cannot be kept in /nonexistent/.local/share/seq2seq-explorer: " in log.read_text()


def test_the_page_says_where_it_runs_and_what_is_missing(open_page, space):
    page = open_page(space[0])
    page.locator(".page-server", has_text="Runs on: CPU, ").wait_for()
    page.locator(".page-server", has_text="No training and no pulled models: ").wait_for()
    assert page.get_by_role("tab", name="Train").count() == 0
    page.locator("#language label", has_text="中文").click()
    page.locator(".page-server", has_text="运行于：CPU").wait_for()


def test_a_download_works_without_a_home(open_page, space):
    page = open_page(space[0])
    page.locator("#source textarea").fill("I love you.")
    page.wait_for_timeout(500)
    page.locator("#translate").click()
    page.locator('.trace[data-status="done"]').wait_for()
    with page.expect_download() as download:
        page.locator("#make-json").click()
    assert "Je t'aime." in Path(download.value.path()).read_text(encoding="utf-8")


def test_the_policy_holds_also_where_node_sends_the_page(open_page, space):
    address, _, is_rendered = space
    page = open_page(address)
    refused = page.evaluate(
        "() => new Promise(done => {"
        "  addEventListener('securitypolicyviolation', e => done(e.effectiveDirective));"
        "  fetch('http://127.0.0.1:9/').catch(() => setTimeout(() => done('nothing'), 500)); })"
    )
    assert refused == "connect-src"
    header = page.request.get(address).headers.get("content-security-policy", "")
    frames = "frame-ancestors 'self' https://huggingface.co"
    assert frames in page.request.get(f"{address}config").headers["content-security-policy"]
    assert is_rendered or frames in header


def test_no_folder_is_listed_and_no_file_of_the_checkout_is_served(space, open_page):
    page = open_page(space[0])
    for path in (
        "gradio_api/file=.",
        f"gradio_api/file={ROOT / 'requirements.txt'}",
        "gradio_api/file=/etc/passwd",
    ):
        assert page.request.get(space[0] + path).status in (403, 404), path


def test_a_visitor_cannot_fill_the_queue(space, open_page):
    page = open_page(space[0])
    page.wait_for_timeout(2000)  # the page asks for things of its own as it opens
    long = {"data": [["I would have come if you had called me."] * 64, "en-fr", "beam", {"beam_width": 10}]}
    answers = [
        page.request.post(f"{space[0]}gradio_api/call/translate_many", data=long) for _ in range(REQUESTS + 4)
    ]
    statuses = [answer.status for answer in answers]
    assert REQUESTS - 1 <= statuses.count(200) <= REQUESTS
    assert statuses[-1] == 503
    assert f"You have {REQUESTS} requests running or waiting, and that is the limit" in answers[-1].text()
