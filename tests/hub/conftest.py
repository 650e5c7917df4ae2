"""What the tests of uploading share: a Hub, a process with the real client, and files."""

import pytest
from hub_process import HubProcess
from stand_in_hub import StandInHub
from uploaded import WEIGHTS


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("uploads")
    (folder / "weights").write_bytes(WEIGHTS)
    return folder


@pytest.fixture(scope="module")
def hub():
    with StandInHub() as stand_in:
        stand_in.organizations = {"ana": ["team"]}
        yield stand_in


@pytest.fixture(scope="module")
def client(hub, place):
    """Uploads in a process of its own: ``client(repository=..., files=..., token=...)``."""
    with HubProcess(hub, place / "client") as process:
        yield process
    assert process.said.read_bytes() == b""


@pytest.fixture
def mended(hub):
    """The Hub has no faults afterwards, and has forgotten what was uploaded and not committed."""
    yield
    hub.mend()
    hub.faults.clear()
    hub.uploads.clear()
    hub.part_bytes = None


@pytest.fixture
def files(place):
    return {
        "config.json": "text:{}",
        "README.md": "text:---\na: b\n---\n# A",
        "model.safetensors": str(place / "weights"),
    }
