"""A process that runs commands of `python -m seq2seq`: its arguments come as lines of JSON."""

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout

from seq2seq.cli import main

for line in sys.stdin:
    output, errors = io.StringIO(), io.StringIO()
    with redirect_stdout(output), redirect_stderr(errors):
        code = main(json.loads(line)["arguments"])
    print(json.dumps({"code": code, "output": output.getvalue(), "errors": errors.getvalue()}), flush=True)
