import re
from pathlib import Path
from string import Formatter

import pytest

from seq2seq.borrowing import USES
from seq2seq.data.lessons import LESSONS
from seq2seq.decoding.edits import EDIT_KINDS
from seq2seq.desk.outcomes import OUTCOMES
from seq2seq.desk.refusals import REFUSALS
from seq2seq.doctor.findings import KINDS
from seq2seq.evaluation.calibration import CALIBRATION_KINDS
from seq2seq.explanation.faithfulness import AGREEMENTS
from seq2seq.explanation.search_tree import REASONS
from seq2seq.explanation.verdict import VERDICTS
from seq2seq.hub.refusals import REFUSALS as HUB_REFUSALS
from seq2seq.hub.upload import STATES
from seq2seq.publishing.refusals import REFUSALS as PUBLISH_REFUSALS
from seq2seq.training.before_after import TESTS
from seq2seq.training.before_after import VERDICTS as TEST_VERDICTS
from seq2seq.ui.compare_tab import PLACES
from seq2seq.ui.evaluate_view import PARTS, STAGES
from seq2seq.ui.explanations import EXPLAINED
from seq2seq.ui.forms import PAGE_SETTINGS, SETTINGS
from seq2seq.ui.judge_panel import COLUMNS
from seq2seq.ui.keep_panel import FILES as KEPT_FILES
from seq2seq.ui.lines_handlers import FILES
from seq2seq.ui.methods_panel import COLUMNS as METHODS_COLUMNS
from seq2seq.ui.search_panel import COLUMNS as SEARCH_COLUMNS
from seq2seq.ui.strings import LANGUAGES, STRINGS, preferred_language, text, view_strings
from seq2seq.ui.train_handlers import MODEL_SETTINGS, STARTS, TRAINING_SETTINGS
from seq2seq.ui.train_presets import MINUTES
from seq2seq.ui.train_setting_strings import SETTINGS_ZH
from seq2seq.ui.train_tab import LEADS
from seq2seq.ui.train_view import RUN_STATUSES
from seq2seq.ui.train_wish import EMBEDDED

PACKAGE = Path(__file__).parents[2] / "seq2seq" / "ui"


def keys_in_python():
    source = "\n".join(path.read_text("utf-8") for path in PACKAGE.glob("*.py") if "strings" not in path.name)
    keys = {key for key in re.findall(r"""["']([a-z_]+)["']""", source) if key in STRINGS}
    asked = set(re.findall(r"""\b(?:text|refusal)\(["']([a-z_]+)["']""", source))
    engine = "\n".join(path.read_text("utf-8") for path in PACKAGE.parent.rglob("*.py"))
    asked |= set(re.findall(r"""\bkey=["']([a-z_]+)["']""", engine))
    for name in PAGE_SETTINGS:
        asked |= {name, f"{name}_help", *(f"{name}_{choice}" for choice in SETTINGS[name].choices)}
    asked |= {f"explain_{name}{part}" for name in EXPLAINED for part in ("", "_more")}
    asked |= {f"speed_{name}" for name in ("instant", "quick", "slow")}
    asked |= {f"own_columns_{name}" for name in COLUMNS}
    asked |= {f"verdict_{kind}" for kind in (*VERDICTS, "found_lower")}
    asked |= {f"faithfulness_{name}" for name in (*AGREEMENTS, "certain", "uncertain")}
    asked |= {f"methods_columns_{name}" for name in METHODS_COLUMNS}
    asked |= {f"search_columns_{name}" for name in SEARCH_COLUMNS}
    asked |= {
        f"fate_{name}" for name in {*REASONS, "result", "alive", "finished", "cut", "pruned"} - {"kept"}
    }
    asked |= {f"download_{name}" for name in (*KEPT_FILES, "png")}
    asked |= {f"{kind}_{name}" for kind in ("bad", "count") for name in ("beam_width", "length_penalty")}
    asked |= {f"compare_{place}" for place in PLACES}
    asked |= {f"lines_download_{kind}" for kind in FILES}
    asked |= {*HUB_REFUSALS, *PUBLISH_REFUSALS} | {f"push_state_{state}" for state in STATES}
    asked |= set(REFUSALS) | {f"outcome_{reason}" for reason in (*OUTCOMES, "kept", "nothing_kept")}
    asked |= {f"train_start_{name}" for name in STARTS} | {f"train_preset_{name}" for name in MINUTES}
    asked |= {f"lesson_{part}{name}" for name in LESSONS for part in ("", "about_")} | {"train_preset_lesson"}
    asked |= {f"train_{name}" for name in EMBEDDED}
    asked |= {f"coverage_{verdict}" for verdict in ("good", "spelled", "unknown")}
    asked |= {f"run_is_{status}" for status in RUN_STATUSES}
    asked |= {f"train_{action}" for action in ("stop", "resume", *LEADS, "rename", "delete")}
    asked |= {f"runs_on_{kind}" for kind in ("cpu", "cuda", "mps", *(f"zero_{use}" for use in USES))}
    return keys | asked


def all_scripts():
    return "\n".join(path.read_text("utf-8") for path in sorted((PACKAGE / "static").glob("*.js")))


def keys_in_javascript():
    script = all_scripts()
    names = re.findall(r"say\(([^()]*)", script)
    names = {name for call in names for name in re.findall(r"'([a-z_]+)'", call)}
    template = "\n".join(path.read_text("utf-8") for path in (PACKAGE / "static").glob("*.html"))
    return names | set(re.findall(r'data-(?:string|label)="([a-z_]+)"', template))


def test_every_word_the_python_asks_for_is_in_the_table():
    assert sorted(keys_in_python() - STRINGS.keys()) == []


def test_every_word_the_javascript_asks_for_is_in_the_table():
    asked = keys_in_javascript()
    assert len(asked) > 20
    assert sorted(asked - view_strings("en").keys()) == []


def test_the_table_has_no_word_that_nobody_asks_for():
    quoted = set(re.findall(r"'([a-z_]+)'", all_scripts())) | keys_in_javascript()
    view = {f"view_{name}" for name in {*quoted, *EDIT_KINDS}}
    view |= {f"view_finding_{kind}" for kind in KINDS} | {f"view_train_{status}" for status in RUN_STATUSES}
    view |= {f"view_test_title_{test}" for test in TESTS}
    view |= {f"view_test_{test}_{verdict}" for test in TESTS for verdict in (*TEST_VERDICTS, "same")}
    view |= {f"view_test_{name}" for name in ("source", "reference", "before", "after", "change", "p")}
    view |= {f"evaluate_part_{part}" for part in PARTS} | {f"view_evaluate_stage_{stage}" for stage in STAGES}
    view |= {f"view_evaluate_{status}" for status in ("done", "stopped")}
    view |= {f"view_evaluate_verdict_{verdict}" for verdict in ("first", "second", "undecided")}
    view |= {
        f"view_evaluate_{kind}_{each}"
        for kind in ("calibration", "hint_calibration")
        for each in CALIBRATION_KINDS
    }
    view |= {f"view_data_side_{unit}" for unit in ("words", "characters")}
    assert sorted(STRINGS.keys() - keys_in_python() - view) == []


@pytest.mark.parametrize("key", sorted(STRINGS))
def test_every_word_is_said_in_every_language(key):
    words = STRINGS[key]
    assert len(words) == len(LANGUAGES)
    english_elsewhere = key.endswith("_help") and key.removesuffix("_help") in SETTINGS
    assert all(words) or (english_elsewhere and words[1])
    assert words[0] == "" or set(map(repr, fields(words[0]))) == set(map(repr, fields(words[1])))


def fields(words):
    return [(name, format_spec) for _, name, format_spec, _ in Formatter().parse(words) if name]


def test_chinese_is_chinese():
    latin = {key for key in STRINGS if not re.search(r"[\u4e00-\u9fff]", text(key, "zh"))}
    assert latin == {"top_k", "top_p", "bleu", "view_grid_scores", "view_data_is", "view_models_of"}


def test_every_setting_of_a_run_has_a_name_and_a_help_in_chinese():
    assert SETTINGS_ZH.keys() == {*MODEL_SETTINGS, *TRAINING_SETTINGS}
    for words in SETTINGS_ZH.values():
        assert all(re.search(r"[\u4e00-\u9fff]", part) for part in words)


def test_an_unknown_language_gets_english():
    assert text("translate", "tlh") == "Translate"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,zh;q=0.5", "en"),
        ("fr-FR, zh;q=0.3", "zh"),
        ("fr;q=0.9, de", "en"),
        ("en;q=0.2, zh-Hant;q=0.7", "zh"),
        ("*;q=nonsense, ;;;,zh;q=x", "zh"),
    ],
)
def test_the_language_follows_the_browser(accepted, language):
    assert preferred_language(accepted) == language
