"""A process that runs commands with the real client: reads words and a token from each line, and answers with
the exit code and what was said."""

import contextlib
import io
import json
import os
import sys

from seq2seq.cli import main

for line in sys.stdin:
    case = json.loads(line)
    os.environ["HF_TOKEN"] = case["token"]
    said, problem = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(problem):
        code = main(case["words"])
    print(json.dumps([code, said.getvalue(), problem.getvalue()]), flush=True)
