import asyncio
import os
import re
from types import SimpleNamespace

import pytest
from scripted_translator import ScriptedShelf

from seq2seq.figures.style import contrast
from seq2seq.options import METHOD_NAMES
from seq2seq.ui.app import build_app, first_language, serving_settings, warm_up
from seq2seq.ui.decoding_form import show_settings
from seq2seq.ui.explore_tab import take_example
from seq2seq.ui.headers import SecurityHeaders
from seq2seq.ui.look import build_theme
from seq2seq.ui.shelf import CheckpointShelf
from seq2seq.ui.training_room import open_room


@pytest.fixture(scope="module")
def page():
    async def build():
        return build_app(ScriptedShelf())

    return asyncio.run(build())


def test_only_the_named_endpoints_are_open_to_programs(page):
    public = {handler.api_name for handler in page.fns.values() if handler.api_visibility != "private"}
    assert public == {"models", "translate", "translate_many", "alternatives", "score", "trace"}
    assert page.api_open is False


def test_the_queue_is_bounded(page):
    assert page._queue.max_size == 64


def test_stop_does_not_wait_in_the_queue(page):
    queued = {getattr(handler.fn, "__name__", ""): handler.queue for handler in page.fns.values()}
    assert queued["stop_run"] is False


def test_a_newer_run_may_start_while_one_is_going(page):
    runs = [handler for handler in page.fns.values() if handler.concurrency_id == "runs"]
    assert len(runs) >= 5
    assert all(handler.trigger_mode == "multiple" and handler.concurrency_limit > 1 for handler in runs)


def test_only_two_jobs_of_many_sentences_run_at_once(page):
    jobs = [handler for handler in page.fns.values() if handler.concurrency_id == "lines"]
    assert [handler.concurrency_limit for handler in jobs] == [2, 2, 2]


def test_each_side_of_a_comparison_begins_with_its_own_method_and_settings(page):
    shown = {getattr(block, "elem_id", None): block for block in page.blocks.values()}
    assert shown["left-setting-method"].value == "greedy"
    assert shown["right-setting-method"].value == "beam"
    assert shown["left-setting-beam-width"].parent.parent.visible is False
    assert shown["right-setting-beam-width"].parent.parent.visible is True


def test_an_empty_shelf_still_makes_a_page(tmp_path):
    async def build():
        return build_app(CheckpointShelf(tmp_path))

    labels = [getattr(block, "value", "") for block in asyncio.run(build()).blocks.values()]
    assert any("no trained model" in str(label) for label in labels)


def test_every_answer_carries_the_security_headers():
    sent = []

    async def application(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x", b"y")]})
        await send({"type": "http.response.body", "body": b""})

    async def keep(message):
        sent.append(message)

    asyncio.run(SecurityHeaders(application)({"type": "http"}, None, keep))
    headers = dict(sent[0]["headers"])
    assert headers[b"x"] == b"y"
    assert b"default-src 'self';" in headers[b"content-security-policy"]
    assert b"http" not in headers[b"content-security-policy"]
    assert headers[b"content-security-policy"].endswith(b"; frame-ancestors 'self'")
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert sent[1] == {"type": "http.response.body", "body": b""}


def test_on_a_space_the_hub_may_show_the_page_inside_its_own(monkeypatch):
    monkeypatch.setenv("SPACE_ID", "ana/explorer")
    policy = dict(SecurityHeaders(None)._headers)[b"content-security-policy"]
    assert policy.endswith(
        b" frame-ancestors 'self' https://huggingface.co https://*.huggingface.co https://*.hf.space"
    )


def test_the_hubs_own_header_with_its_fonts_from_elsewhere_is_left_out_on_a_space(monkeypatch):
    monkeypatch.setenv("SYSTEM", "spaces")
    monkeypatch.setenv("SPACE_ID", "ana/explorer")

    async def build():
        return build_app(ScriptedShelf())

    assert asyncio.run(build()).get_config_file()["space_id"] is None


def test_the_header_says_what_is_missing_on_this_server():
    async def build():
        return build_app(ScriptedShelf(), notes=("nothing_is_kept",))

    headings = [str(getattr(block, "value", "")) for block in asyncio.run(build()).blocks.values()]
    assert any(
        "Runs on: " in heading and "No training and no pulled models: " in heading for heading in headings
    )


def test_the_page_serves_no_telemetry_and_no_history():
    settings = serving_settings()
    assert settings["run_history"] is False
    assert settings["state_session_capacity"] <= 1000
    assert "://" not in settings["head"]
    assert settings["head"].startswith('<meta http-equiv="Content-Security-Policy"')
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"


def test_the_theme_asks_for_no_font_from_elsewhere():
    theme = build_theme()
    assert theme._stylesheets == []
    assert not re.search(r"@import|url\(.?https?:", theme._get_theme_css())


@pytest.mark.parametrize("color", ["#225ea8", "#1d4d8b", "#2c66a8", "#255a97", "#b42318", "#912018"])
def test_white_is_legible_on_the_filled_buttons(color):
    assert contrast(color, "#ffffff") >= 4.5


@pytest.mark.parametrize(
    ("remembered", "accepted", "language"),
    [("zh", "en", "zh"), ("en", "zh-CN", "en"), (None, "zh-CN", "zh"), ("xx", "", "en"), (None, "", "en")],
)
def test_a_remembered_language_comes_before_the_browsers(remembered, accepted, language):
    request = SimpleNamespace(headers={"accept-language": accepted}, query_params={})
    assert first_language(remembered, request) == language
    request.query_params = {"lang": "zh"}
    assert first_language(remembered, request) == "zh"


def test_settings_follow_the_method():
    for method, groups in (
        ("greedy", [False, False, False]),
        ("beam", [True, False, False]),
        ("sampling", [False, False, True]),
        ("diverse_beam", [True, True, False]),
    ):
        shown = [update["visible"] for update in show_settings(method)]
        assert shown == [*groups, *(name == method for name in METHOD_NAMES)]


def test_an_example_is_its_text():
    assert take_example(["hello"]) == "hello"


def test_warming_up_loads_the_first_model_and_survives_a_damaged_one(capsys):
    class Shelf(ScriptedShelf):
        loaded = ()

        def load(self, name):
            self.loaded += (name,)
            return super().load(name)

    good, bad = Shelf(), Shelf()
    bad.names = lambda: ("broken",)
    warm_up(good)
    warm_up(bad)
    assert (good.loaded, bad.loaded) == (("shout",), ("broken",))
    assert "weights are truncated" in capsys.readouterr().out


def test_where_runs_cannot_be_kept_the_page_starts_without_training(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SEQ2SEQ_HOME", str(tmp_path / "file"))
    assert open_room(CheckpointShelf(tmp_path)) is None
    assert f"Runs cannot be kept in {tmp_path / 'file'}: Not a directory." in capsys.readouterr().out
