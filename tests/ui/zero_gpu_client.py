"""Translates as the page does on a Space on ZeroGPU, and says as JSON what came of it."""

import json
import os
import sys
from pathlib import Path

import gradio as gr
import spaces

from seq2seq.borrowing import FEWEST_LINES
from seq2seq.errors import Seq2SeqError
from seq2seq.options import DecodingOptions
from seq2seq.ui.devices import lend_gpu
from seq2seq.ui.shelf import CheckpointShelf

SOURCE = "March 3, 1999"
told = []
gr.Info = told.append
bundled = CheckpointShelf(Path(sys.argv[1]))
shelf = lend_gpu(bundled, device="cpu")
here, lent = bundled.load("dates"), shelf.load("dates")
options = DecodingOptions(method="beam", beam_width=3)


def comparable(translation):
    return {**translation.to_json(), "seconds": 0}


mine, theirs = list(here.stream(SOURCE, options)), list(lent.stream(SOURCE, options))
sentence_asked = list(spaces.ASKED)
lines = [SOURCE] * FEWEST_LINES
few = list(lent.translate_lines(iter(lines[:3]), options))
few_asked = list(spaces.ASKED)
many = list(lent.translate_lines(iter(lines), options))
many_asked = list(spaces.ASKED)
problems = []
for text, prefix in (("", ""), (SOURCE, "9" * 2000)):
    try:
        list(lent.stream(text, options, prefix=prefix))
    except Seq2SeqError as problem:
        problems.append([type(problem).__name__, problem.key])
print(
    json.dumps(
        {
            "same": [comparable(each) for each in mine] == [comparable(each) for each in theirs],
            "steps": len(theirs),
            "seconds_grow": sorted(each.seconds for each in theirs) == [each.seconds for each in theirs],
            "sentence_asked": sentence_asked,
            "few_asked": few_asked,
            "many_asked": many_asked,
            "few": [line.texts[0] for line in few],
            "many": sorted({line.texts[0] for line in many}),
            "many_count": len(many),
            "process": os.getpid(),
            "told": told,
            "problems": problems,
            "kept": shelf.load("dates") is lent,
            "device": str(here.device),
        }
    )
)
