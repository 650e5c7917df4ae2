"""The endpoints over HTTP, as the README tells people to call them."""

from pathlib import Path

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

CHECKPOINT = Path(__file__).parents[2] / "checkpoints" / "dates"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHECKPOINT.exists(), reason="checkpoints/dates is not there"),
]
ENDPOINTS = {"/models", "/translate", "/translate_many", "/alternatives", "/score", "/trace"}


@pytest.fixture(scope="module")
def client(bundled_address):
    client = Client(bundled_address, verbose=False)
    yield client
    client.close()


def test_the_named_endpoints_are_all_there_is(client):
    described = client.view_api(return_format="dict", print_info=False)
    assert set(described["named_endpoints"]) == ENDPOINTS
    assert described["unnamed_endpoints"] == {}
    parameters = described["named_endpoints"]["/translate"]["parameters"]
    assert [item["parameter_name"] for item in parameters][:2] == ["text", "model"]
    assert [item["parameter_has_default"] for item in parameters][:2] == [False, True]


def test_a_program_translates_and_asks_for_alternatives(client):
    found = client.predict("March 3, 1999", model="dates", n_best=2, api_name="/translate")
    assert found["text"] == "1999-03-03"
    assert len(found["translations"]) == 2
    alternatives = client.predict("March 3, 1999", prefix="1999-", model="dates", api_name="/alternatives")
    assert [item["token"] for item in alternatives][:1] == ["0"]
    many = client.predict(["1 May 2001", "2 May 2001"], model="dates", api_name="/translate_many")
    assert many == ["2001-05-01", "2001-05-02"]


def test_bad_input_reaches_the_program_as_one_sentence(client):
    with pytest.raises(AppError, match="no text to translate"):
        client.predict("", model="dates", api_name="/translate")
    with pytest.raises(AppError, match="does nothing when the method is greedy"):
        client.predict(
            "1 May 2001", model="dates", method="greedy", settings={"beam_width": 9}, api_name="/translate"
        )
