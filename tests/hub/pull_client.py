"""A process that pulls: reads cases as JSON from standard input and writes what came of each, one line for a case.

A case has a name, and may have a token, limit_bytes, and stop_after (bytes).
"""

import json
import sys
import time
from pathlib import Path

from seq2seq.errors import HubError
from seq2seq.hub.names import HubName
from seq2seq.hub.pull import pull
from seq2seq.hub.store import ModelStore

STORE = ModelStore(Path(sys.argv[1]))


def run(case):
    seen, start = [0], time.perf_counter()
    stop_after = case.pop("stop_after", None)
    try:
        model = pull(
            HubName.parse(case.pop("name")),
            STORE,
            progress=lambda done, total: seen.append(done),
            should_stop=lambda: stop_after is not None and seen[-1] >= stop_after,
            **case,
        )
        answer = {"commit": model.commit, "folder": str(model.folder), "private": model.private} | {
            "unasked": model.unasked
        }
    except HubError as problem:
        answer = {"key": problem.key, "message": str(problem)}
    return answer | {"progress": seen, "seconds": time.perf_counter() - start}


for each in json.load(sys.stdin):
    print(json.dumps(run(each)), flush=True)
