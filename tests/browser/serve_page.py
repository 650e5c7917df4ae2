"""Serves the page for the browser tests: `serve_page.py PORT scripted|checkpoints|training`.

A process of its own, so that warnings inside gradio's server threads are not errors of a test.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from scripted_translator import ScriptedShelf  # noqa: E402

from seq2seq.hub.store import ModelStore  # noqa: E402
from seq2seq.ui.app import build_app, serving_settings  # noqa: E402
from seq2seq.ui.run_shelf import RunShelf  # noqa: E402
from seq2seq.ui.shelf import CheckpointShelf  # noqa: E402
from seq2seq.ui.training_room import TrainingRoom, open_desk  # noqa: E402

port, kind = int(sys.argv[1]), sys.argv[2]
bundled = CheckpointShelf(ROOT / "checkpoints", store=ModelStore() if kind == "training" else None)
shelf = ScriptedShelf(step_seconds=0.02) if kind == "scripted" else bundled
room = None
if kind == "training":
    desk = open_desk()
    desk.keep_watch()
    shelf, room = RunShelf(bundled, desk), TrainingRoom(desk, bundled)
build_app(shelf, room).launch(server_name="127.0.0.1", server_port=port, quiet=True, **serving_settings(room))
