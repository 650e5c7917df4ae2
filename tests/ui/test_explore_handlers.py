import json
import threading
import time
from pathlib import Path

import pytest
from scripted_translator import ScriptedShelf
from shown_view import shown, shown_pictures

from seq2seq.errors import CheckpointError, InputError
from seq2seq.ui import explore_handlers
from seq2seq.ui.explore_handlers import choose_part, rest, steer_live, stop_run, translate_live
from seq2seq.ui.feedback import describe_problem
from seq2seq.ui.forms import PAGE_DEFAULTS, PAGE_SETTINGS, SETTINGS
from seq2seq.ui.session import MEAN, MOST_REMEMBERED, Session
from seq2seq.ui.shelf import CheckpointShelf

CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"


def run(
    session, source="one two three", *, shelf=None, model="shout", speed="instant", prefix="", **settings
):
    defaults = {name: PAGE_DEFAULTS.get(name, SETTINGS[name].default) for name in PAGE_SETTINGS}
    values = (defaults | settings).values()
    return translate_live(shelf or ScriptedShelf(), session, "en", model, source, prefix, speed, *values)


def paced(session, source, **settings):
    """A run that yields every token."""
    return run(session, source, speed="quick", **settings)


def test_a_run_ends_with_the_whole_translation():
    session = Session()
    last = list(run(session))[-1]
    assert (last["status"], shown(last)["text"], last["message"]) == ("done", "ONE TWO THREE", "")
    assert len(shown(last)["hypotheses"]) == 5
    assert session.translation.done
    assert session.view == last


def test_the_first_view_comes_before_the_model_is_asked():
    first = next(run(Session(), model="broken"))
    assert (first["status"], shown(first)["steps"]) == ("running", [])


def test_a_paced_run_shows_every_token():
    lengths = [len(shown(view)["steps"]) for view in paced(Session(), "one two three")]
    assert lengths == [0, 1, 2, 3, 4]


def test_an_edited_source_word_shows_what_moved():
    session = Session()
    assert shown(list(run(session, "one two three"))[-1])["changed"] == []
    last = list(run(session, "one too three"))[-1]
    assert (shown(last)["text"], shown(last)["changed"]) == ("ONE TOO THREE", [1])
    assert not last["can_undo"]


@pytest.mark.parametrize(
    ("source", "settings"),
    [("four five six", {}), ("one too three", {"beam_width": 3}), ("one too three", {"prefix": "one"})],
)
def test_another_sentence_or_other_settings_mark_nothing(source, settings):
    session = Session()
    list(run(session, "one two three"))
    assert shown(list(run(session, source, **settings))[-1])["changed"] == []


def test_an_instant_run_sends_pictures_together_and_leaves_none_out(monkeypatch):
    monkeypatch.setattr(explore_handlers, "MESSAGE_SECONDS", 3600.0)
    seen = list(run(Session(), " ".join(["word"] * 50)))
    assert [len(shown(view)["steps"]) for view in seen[:-1]] == [0, 1]
    pictures = shown_pictures(seen[-1])
    assert [len(picture["steps"]) for picture in pictures] == list(range(1, 52))


def test_stop_ends_a_run_with_what_there_is():
    session = Session()
    views = paced(session, "one two three four five")
    seen = [next(views) for _ in range(3)]
    stop_run(session)
    seen += list(views)
    assert [view["status"] for view in seen] == ["running", "running", "running", "stopped"]
    assert shown(seen[-1])["text"] == "ONE TWO"


def test_a_newer_run_silences_the_older_one():
    session = Session()
    older = paced(session, "one two three four five")
    next(older), next(older)
    newer = list(paced(session, "six seven"))
    assert list(older) == []
    assert shown(newer[-1])["text"] == shown(session.view)["text"] == "SIX SEVEN"


def test_an_older_run_that_fails_late_says_nothing():
    session = Session()
    older = run(session, model="broken")
    next(older)
    list(run(session))
    assert list(older) == []


def test_run_numbers_rise():
    session = Session()
    numbers = [list(run(session))[-1]["run"] for _ in range(3)]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize(
    ("source", "settings", "sentence"),
    [
        ("", {}, "There is no text to translate: type a sentence first."),
        (None, {}, "There is no text to translate: type a sentence first."),
        (" \n\t\u3000", {}, "There is no text to translate: type a sentence first."),
        ("x" * 5000, {}, "The text has 5,000 characters and this page translates at most 1,000 at once"),
        ("hello", {"prefix": "y" * 301}, "The forced beginning has 301 characters, and 300 is the limit"),
        ("hello", {"minimum_length": 9, "maximum_length": 3}, "The minimum length (9) is above the maximum"),
        ("hello", {"model": "broken"}, "weights are truncated. Copy the checkpoint again."),
        ("hello", {"beam_width": 10_000}, "beam_width must lie between 1 and 50, not 10000."),
        (
            "hello",
            {"method": "magic"},
            "method must be one of greedy, beam, sampling, diverse_beam, not 'magic'.",
        ),
        ("unreadable", {}, "no token that the model could read. Type <b>another</b>."),
    ],
)
def test_a_problem_is_one_sentence_and_loses_nothing(source, settings, sentence):
    session = Session()
    before = list(run(session, "keep this"))[-1]
    last = list(run(session, source, **settings))[-1]
    assert sentence in last["message"]
    assert (last["status"], shown(last)["steps"]) == ("done", shown(before)["steps"])
    assert session.view == before


def test_a_problem_is_said_in_chinese():
    values = [PAGE_DEFAULTS.get(name, SETTINGS[name].default) for name in PAGE_SETTINGS]
    (view,) = translate_live(ScriptedShelf(), Session(), "zh", "shout", "", "", "quick", *values)
    assert view["message"] == "没有可翻译的文字：请先输入一句话。"


def test_the_engines_own_sentences_are_said_in_chinese_or_announced_as_english():
    known = InputError("Too long.", key="many_tokens", values={"tokens": 1200, "limit": 999})
    assert describe_problem(known, "zh") == "文字有 1200 个词元，最多只能读 999 个：请逐句翻译。"
    assert describe_problem(CheckpointError("It is broken."), "zh") == "模型引擎报告（英文）：It is broken."
    assert describe_problem(CheckpointError("It is broken."), "en") == "It is broken."


def test_a_forced_beginning_reaches_the_model():
    assert shown(list(run(Session(), "zero two", prefix="one"))[-1])["text"] == "ONE TWO"


def steer(session, **wanted):
    return list(steer_live(ScriptedShelf(), session, "en", "quick", wanted))


def steps_of(view):
    return shown(view)["steps"]


def test_another_token_is_forced_and_the_change_is_marked():
    session = Session()
    before = list(run(session))[-1]
    assert (shown(before)["changed"], before["can_undo"], before["can_redo"]) == ([], False, False)
    last = steer(session, action="force", step=1, candidate=3)[-1]
    assert (shown(last)["text"], last["status"]) == ("ONE other2 THREE", "done")
    assert [step["forced"] for step in steps_of(last)] == [True, True, False, False]
    assert (shown(last)["changed"], last["can_undo"], last["can_redo"]) == ([1], True, False)


def test_a_typed_word_is_forced():
    session = Session()
    list(run(session))
    assert (
        shown(steer(session, action="force", step=2, text=" four five ")[-1])["text"] == "ONE TWO FOUR FIVE"
    )


def test_forcing_the_end_ends_the_translation():
    session = Session()
    shelf = ScriptedShelf()
    list(run(session, "one", shelf=shelf))
    last = steer(session, action="force", step=1, candidate=0)[-1]  # the end itself
    assert (shown(last)["text"], last["status"]) == ("ONE", "done")


def test_undo_redo_and_restart_show_earlier_translations_without_translating_again():
    session = Session()
    list(run(session))
    steer(session, action="force", step=0, candidate=1)
    steer(session, action="force", step=1, candidate=2)
    (view,) = steer(session, action="undo")
    assert (shown(view)["text"], view["can_undo"], view["can_redo"]) == ("other0 TWO THREE", True, True)
    (view,) = steer(session, action="redo")
    assert (shown(view)["text"], view["can_redo"]) == ("other0 other1 THREE", False)
    (view,) = steer(session, action="restart")
    assert (shown(view)["text"], view["can_undo"], view["can_redo"]) == ("ONE TWO THREE", False, True)
    assert steer(session, action="undo") == []
    steer(session, action="force", step=0, candidate=4)
    assert steer(session, action="redo") == []
    list(run(session, "new"))
    assert steer(session, action="undo") == []


def test_no_more_than_the_limit_is_remembered():
    session = Session()
    list(run(session))
    for _ in range(MOST_REMEMBERED + 5):
        steer(session, action="force", step=0, candidate=1)
    undone = 0
    while steer(session, action="undo"):
        undone += 1
    assert undone == MOST_REMEMBERED - 1


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"step": 99, "candidate": 0}, "This token is not there any more"),
        ({"step": "0", "candidate": 0}, "This token is not there any more"),
        ({"step": 0, "candidate": 10}, "This token is not there any more"),
        ({"step": 0, "text": "  "}, "There is no text to force"),
        ({"step": 0, "text": "a" * 301}, "301 characters"),
    ],
)
def test_what_cannot_be_forced_is_one_sentence_and_loses_nothing(wanted, sentence):
    session = Session()
    before = list(run(session))[-1]
    (view,) = steer(session, action="force", **wanted)
    assert sentence in view["message"]
    assert shown(view)["steps"] == shown(before)["steps"]


def test_steering_before_anything_was_translated_does_nothing():
    assert steer(Session(), action="force", step=0, candidate=0) == []
    assert list(steer_live(ScriptedShelf(), Session(), "en", "quick", "nonsense")) == []


def test_a_rest_ends_at_once_when_the_run_is_stopped():
    session = Session()
    number = session.start()
    threading.Timer(0.05, session.stop).start()
    before = time.perf_counter()
    rest(session, number, 5.0)
    assert time.perf_counter() - before < 1.0


def test_another_hypothesis_is_shown_without_translating_again():
    session = Session()
    done = list(run(session))[-1]
    view = choose_part(session, {"hypothesis": 3, "layer": MEAN, "head": MEAN})
    assert (shown(view)["text"], view["selected"], view["run"]) == ("ONE TWO THREE!!!", 3, done["run"])
    assert view["status"] == "done"


def test_a_new_run_shows_its_best_hypothesis_and_keeps_the_head():
    session = Session()
    list(run(session))
    choose_part(session, {"hypothesis": 3, "layer": 1, "head": 2})
    last = list(run(session))[-1]
    assert (last["selected"], last["layer"], last["head"]) == (0, 1, 2)


def test_a_head_chosen_during_a_run_counts_from_the_next_token():
    session = Session()
    views = paced(session, "one two three")
    next(views), next(views)
    assert choose_part(session, {"hypothesis": 0, "layer": 0, "head": 1}) is None
    assert next(views)["head"] == 1


@pytest.mark.parametrize(
    "wanted",
    [
        {"hypothesis": 10**9, "layer": 99, "head": -5},
        {"hypothesis": "1", "layer": None, "head": 0.5},
        {"hypothesis": True, "layer": [], "head": {}},
        {},
    ],
)
def test_a_choice_out_of_bounds_means_the_best_and_the_mean(wanted):
    session = Session()
    list(run(session))
    view = choose_part(session, wanted)
    assert (view["selected"], view["layer"], view["head"]) == (0, MEAN, MEAN)


@pytest.mark.parametrize("wanted", [None, "text", 5, []])
def test_a_choice_that_is_no_choice_changes_nothing(wanted):
    session = Session()
    list(run(session))
    assert choose_part(session, wanted) is None


def test_nothing_can_be_chosen_before_the_first_translation():
    assert choose_part(Session(), {"hypothesis": 0}) is None


# Attention, on the bundled model of dates


@pytest.fixture
def dated():
    """A session with a translated date, its shelf, and a way to steer it."""
    shelf, session = CheckpointShelf(CHECKPOINTS), Session()
    list(run(session, "March 3, 1999", shelf=shelf, model="dates", method="greedy"))
    return session, lambda **wanted: list(steer_live(shelf, session, "en", "instant", wanted))


def test_a_knocked_out_position_gets_no_attention_and_the_effect_is_told(dated):
    session, steer_it = dated
    before = session.translation.beams[-1].hypotheses[0]
    last = steer_it(action="edit", kind="knock_out", position=6, step=None)[-1]
    steps = session.translation.beams[-1].hypotheses[0].steps
    assert not any(step.attention[..., 6].any() for step in steps)
    assert last["edits"] == [{"kind": "knock_out", "position": 6, "step": None, "factor": 1.0}]
    assert last["effect"][0] == pytest.approx(before.log_probability)
    assert last["effect"][1] < before.log_probability - 0.1
    assert last["can_undo"]


def test_an_edit_of_one_step_keeps_what_was_said_before_it(dated):
    session, steer_it = dated
    before = session.translation.beams[-1].hypotheses[0].token_ids
    last = steer_it(action="edit", kind="pin", position=0, step=5)[-1]
    after = session.translation.beams[-1].hypotheses[0]
    assert after.token_ids[:5] == before[:5]
    assert [step.forced for step in after.steps[:6]] == [True] * 5 + [False]
    assert after.steps[5].attention[0, 0, 0] == pytest.approx(1.0)
    assert last["edits"][0]["step"] == 5


def test_an_edit_can_be_taken_back(dated):
    session, steer_it = dated
    before = session.translation.texts
    steer_it(action="edit", kind="knock_out", position=6, step=None)
    last = steer_it(action="unedit", edit=0)[-1]
    assert (last["edits"], session.translation.texts) == ([], before)
    (view,) = steer_it(action="undo")
    assert len(view["edits"]) == 1


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"kind": "knock_out", "position": 99}, "not there any more"),
        ({"kind": "knock_out", "position": 0, "step": 99}, "not there any more"),
        ({"kind": "blur", "position": 0}, "no attention edit 'blur'"),
        ({"kind": "scale", "position": 0, "factor": -2}, "cannot be scaled by -2"),
        ({"kind": "scale", "position": 0, "factor": "big"}, "not there any more"),
    ],
)
def test_an_impossible_edit_is_one_sentence(dated, wanted, sentence):
    _, steer_it = dated
    (view,) = steer_it(action="edit", **wanted)
    assert sentence in view["message"]


def test_alarms_come_with_the_finished_translation():
    last = list(run(Session(), "no no no way", method="greedy", maximum_length=2))[-1]
    kinds = {alarm["kind"]: alarm for alarm in last["alarms"]}
    assert kinds["repetition"]["words"] == ("NO",)
    assert kinds["repetition"]["value"] == 3
    assert list(run(Session(), "one two"))[-1]["alarms"] == []


def test_alarms_stay_when_another_layer_is_shown_and_come_back_with_undo():
    session = Session()
    alarms = list(run(session, "no no no way"))[-1]["alarms"]
    assert alarms
    assert choose_part(session, {"layer": 1})["alarms"] == alarms
    assert choose_part(session, {"hypothesis": 2})["alarms"] == []
    assert choose_part(session, {"hypothesis": 0})["alarms"] == alarms
    steer(session, action="force", step=1, candidate=3)
    (view,) = steer(session, action="undo")
    assert view["alarms"] == alarms


def test_the_words_are_those_of_the_models_tokenizers_whatever_is_shown(dated):
    session, steer_it = dated
    steer_it(action="force", step=0, text="2")
    views = [choose_part(session, {"layer": 0}), steer_it(action="undo")[-1]]
    for view in views:
        texts = [json.loads(word)[2] for word in shown(view)["words"]]
        assert texts == [shown(view)["text"], "</s>"]
        assert [json.loads(word)[2] for word in view["source_words"]] == ["March", "3,", "1999", "</s>"]
