"""The order of the house, read from the source with `ast`: who may import whom, and what nobody may do."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "seq2seq"
FILES = [*sorted(PACKAGE.rglob("*.py")), ROOT / "app.py"]
NAMES = [str(file.relative_to(ROOT)) for file in FILES]
LONGEST_FILE_LINES = 320

FLOORS = (
    {"errors", "home"},
    {"settings", "stored_files"},
    {"config", "options"},
    {"flags"},
    {"data"},
    {"doctor"},
    {"models"},
    {"decoding", "checkpoints"},
    {"translation", "hub"},
    {"translator", "model_card", "averaging"},
    {"evaluation", "given", "lines", "neighbours", "borrowing"},
    {"training"},
    {"figures", "explanation", "desk"},
    {"publishing"},
    {"cli_flags", "cli_transfer"},
    {
        "cli_check",
        "cli_evaluate",
        "cli_compare",
        "cli_lesson",
        "cli_hub",
        "cli_push",
        "cli_train_push",
        "cli_deploy",
    },
    {"ui", "cli"},
    {"__main__", "app"},
)
"""Rooms from the ground up; a room imports from floors below its own and from itself."""
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

DOORS = {
    "gradio": ("seq2seq/ui/", "app.py"),
    "spaces": ("seq2seq/ui/devices.py", "app.py"),
    "plotly": ("seq2seq/figures/",),
    "huggingface_hub": ("seq2seq/hub/",),
    "sacrebleu": ("seq2seq/evaluation/",),
    "sentencepiece": ("seq2seq/data/tokenizers.py",),
    "safetensors": ("seq2seq/stored_files.py",),
    "httpx2": ("seq2seq/hub/",),
    "httpx": ("seq2seq/ui/devices.py",),
    "filelock": ("seq2seq/desk/runs_folder.py", "seq2seq/hub/store.py"),
    "platformdirs": ("seq2seq/home.py",),
    "charset_normalizer": ("seq2seq/doctor/encodings.py",),
    "defusedxml": ("seq2seq/doctor/hardened_xml.py",),
    "openpyxl": ("seq2seq/doctor/spreadsheet.py",),
    "py3langid": ("seq2seq/doctor/languages.py",),
    "yaml": ("seq2seq/hub/card_header.py",),
    "num2words": ("seq2seq/data/lessons.py",),
}
NO_TORCH = {
    "ui", "cli", "cli_check", "cli_flags", "cli_evaluate", "cli_compare", "cli_lesson", "cli_hub",
    "cli_push", "cli_train_push", "cli_deploy", "cli_transfer", "doctor", "figures", "hub", "explanation", "desk",
    "flags", "config", "options", "settings", "errors",
}  # fmt: skip
BANNED_MODULES = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}
BANNED_CALLS = {"torch.load", "torch.save"}
VAGUE_NAMES = ("utils", "util", "helpers", "helper", "common", "manager", "misc")


def room_of(name: str) -> str:
    """The room of a file by its path from the root; the package's own `__init__` has the name `seq2seq`."""
    parts = Path(name).with_suffix("").parts
    if parts == ("app",):
        return "app"
    return "seq2seq" if parts[1:] == ("__init__",) else parts[1]


def imported_modules(tree: ast.AST) -> Iterator[str]:
    """Every imported module, `from x import y` as x; relative ones with their dots."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def dotted(node: ast.AST) -> str:
    """`a.b.c` of such an expression, else an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def problems_of_order(name: str, source: str) -> list[str]:
    """Imports of a file that go up, sideways, through the root, or are relative."""
    room, problems = room_of(name), []
    for module in imported_modules(ast.parse(source)):
        target = module.split(".")[1] if module.startswith("seq2seq.") else ""
        if module.startswith("."):
            problems.append(f"relative import {module}")
        elif module == "seq2seq":
            problems.append("imports through the package root")
        elif target and room != "seq2seq" and target not in FLOOR_OF:
            problems.append(f"{target} has no floor: add it to FLOORS")
        elif target and room not in ("seq2seq", target) and FLOOR_OF[target] >= FLOOR_OF[room]:
            problems.append(f"{room} may not import {module}")
    return problems


def problems_of_doors(name: str, source: str) -> list[str]:
    """Libraries imported elsewhere than through their one door, torch where it has no place, pickle anywhere."""
    problems = []
    for module in imported_modules(ast.parse(source)):
        library = module.split(".")[0]
        doors = DOORS.get(library)
        if doors and not any(
            name == door or (door.endswith("/") and name.startswith(door)) for door in doors
        ):
            problems.append(f"{library} belongs in {' or '.join(doors)}")
        if library == "torch" and room_of(name) in NO_TORCH:
            problems.append("no torch here")
        if library in BANNED_MODULES:
            problems.append(f"{library} is banned")
    return problems


def problems_of_conduct(source: str) -> list[str]:
    """Asserts, broad excepts, and pickle by way of torch."""
    problems = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assert):
            problems.append(f"line {node.lineno}: assert")
        elif isinstance(node, ast.ExceptHandler):
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(kind is None or dotted(kind) in ("Exception", "BaseException") for kind in kinds):
                problems.append(f"line {node.lineno}: broad except")
        elif isinstance(node, ast.Attribute) and dotted(node) in BANNED_CALLS:
            problems.append(f"line {node.lineno}: {dotted(node)}")
        elif isinstance(node, ast.ImportFrom) and node.module == "torch":
            problems += [
                f"from torch import {a.name}" for a in node.names if f"torch.{a.name}" in BANNED_CALLS
            ]
    return problems


def is_vague(name: str) -> bool:
    """Whether a module's name, or a word of it, says nothing."""
    return any(word in VAGUE_NAMES for part in Path(name).with_suffix("").parts for word in part.split("_"))


@pytest.mark.parametrize("name", NAMES)
def test_imports_go_down(name):
    assert problems_of_order(name, (ROOT / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", NAMES)
def test_each_library_has_one_door(name):
    assert problems_of_doors(name, (ROOT / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", NAMES)
def test_no_assert_no_broad_except_no_pickle(name):
    assert problems_of_conduct((ROOT / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", NAMES)
def test_files_stay_short(name):
    lines = len((ROOT / name).read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE_LINES


def test_the_entry_point_stays_a_few_lines():
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) <= 30


def test_every_module_has_a_name_that_says_something():
    tests = [str(file.relative_to(ROOT)) for file in (ROOT / "tests").rglob("*.py")]
    assert [name for name in NAMES + tests if is_vague(name)] == []


def test_every_room_has_a_floor():
    assert {room_of(name) for name in NAMES} - {"seq2seq"} <= set(FLOOR_OF)


def test_benchmarks_are_not_imported():
    for name in NAMES:
        modules = imported_modules(ast.parse((ROOT / name).read_text(encoding="utf-8")))
        assert not [module for module in modules if module.split(".")[0] in ("benchmarks", "tests")]


@pytest.mark.parametrize(
    ("name", "source", "problem"),
    [
        ("seq2seq/data/corpus.py", "from seq2seq.models.attention import x", "data may not import"),
        ("seq2seq/checkpoints.py", "import seq2seq.decoding.beam", "checkpoints may not import"),
        ("seq2seq/cli.py", "from seq2seq.ui.app import launch", "cli may not import"),
        ("seq2seq/cli.py", "from seq2seq import train", "through the package root"),
        ("seq2seq/cli.py", "from .config import ModelConfig", "relative import .config"),
        ("seq2seq/cli.py", "def f():\n    from .. import x", "relative import .."),
        ("seq2seq/data/corpus.py", "import seq2seq.attic.old", "attic has no floor"),
    ],
)
def test_a_wrong_import_is_found(name, source, problem):
    (found,) = problems_of_order(name, source)
    assert problem in found


@pytest.mark.parametrize(
    ("name", "source", "problem"),
    [
        ("seq2seq/cli.py", "import gradio as gr", "gradio belongs in"),
        ("seq2seq/ui/app.py", "from torch import nn", "no torch here"),
        ("seq2seq/checkpoints.py", "import pickle", "pickle is banned"),
        ("seq2seq/data/readers.py", "from sentencepiece import x", "sentencepiece belongs in"),
    ],
)
def test_a_wrong_door_is_found(name, source, problem):
    (found,) = problems_of_doors(name, source)
    assert problem in found


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("assert x", "line 1: assert"),
        ("try:\n    f()\nexcept:\n    g()", "line 3: broad except"),
        ("try:\n    f()\nexcept (OSError, Exception) as e:\n    raise", "line 3: broad except"),
        ("import torch\ntorch.load('x')", "line 2: torch.load"),
        ("from torch import save", "from torch import save"),
    ],
)
def test_misconduct_is_found(source, problem):
    assert problems_of_conduct(source) == [problem]


@pytest.mark.parametrize(
    ("name", "vague"),
    [("seq2seq/utils.py", True), ("seq2seq/ui/text_helpers.py", True), ("seq2seq/data/words.py", False)],
)
def test_a_vague_name_is_found(name, vague):
    assert is_vague(name) is vague
