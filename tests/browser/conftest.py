"""A page over scripted models, and Debian's chromium to look at it."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip


@contextlib.contextmanager
def serve(kind: str) -> Iterator[str]:
    """Serve the page over "scripted" models or the bundled "checkpoints" in a process: its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    script = Path(__file__).with_name("serve_page.py")
    with subprocess.Popen([sys.executable, str(script), str(port), kind]) as server:
        try:
            wait_for_answer(address, server)
            yield address
        finally:
            server.terminate()


def wait_for_answer(address: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(1800):
        try:
            urllib.request.urlopen(address, timeout=10).close()  # noqa: S310 - our own address
        except OSError:
            if server.poll() is not None:
                pytest.fail(f"The page's server ended with code {server.returncode}.")
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"Nothing answers at {address}.")


@pytest.fixture(scope="session")
def browser():
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("Debian's chromium is not installed, and CI must not pass without browser tests.")
        pytest.skip("Debian's chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def scripted_address() -> Iterator[str]:
    with serve("scripted") as address:
        yield address


@pytest.fixture(scope="session")
def bundled_address() -> Iterator[str]:
    with serve("checkpoints") as address:
        yield address


@pytest.fixture(scope="session")
def training_address(tmp_path_factory) -> Iterator[str]:
    """A page that trains, shared by visitors who do not see each other's runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEQ2SEQ_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("SEQ2SEQ_SHARED", "true")
        with serve("training") as address:
            yield address


@pytest.fixture
def serve_page():
    """`serve`, for a test that needs a server of its own."""
    return serve


@pytest.fixture
def open_page(browser, scripted_address):
    """Open the scripted page; what it asked of the network and wrote to the console lies in lists on it."""
    contexts = []

    def open_it(address: str = scripted_address, query: str = "", **settings):
        context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 900}, "locale": "en-US"} | settings
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
        page.goto(address + query)
        page.locator("#translate").wait_for()
        return page

    yield open_it
    for context in contexts:
        context.close()
