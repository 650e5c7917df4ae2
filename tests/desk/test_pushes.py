import sys

import pytest

from seq2seq.desk.pushes import last_push
from seq2seq.desk.records import LOG_FILE, LastPush
from seq2seq.publishing.background import BestPusher

PROGRAM = "import sys; print({words!r}); sys.exit({code})"


def log_of(folder, *lines):
    (folder / LOG_FILE).write_text("".join(f"{line}\n" for line in ("step 1 loss 2.0", *lines)))


def pushed(folder, words, code, step=1234):
    """What a push whose program prints words and ends with a code says in the log of its run."""
    said = []
    (folder / "model.safetensors").write_bytes(b"")
    (folder / "scores.json").write_text(f'{{"step": {step}}}')
    command = (sys.executable, "-S", "-c", PROGRAM.format(words=words, code=code))
    BestPusher(folder, command, said.append, every_best=True).finish()
    return [f"        {line}" for line in said]


def test_what_the_pusher_says_is_read_back(tmp_path):
    log_of(tmp_path, *pushed(tmp_path, "http://hub/ana/mine is at commit 1", 0))
    assert last_push(tmp_path) == LastPush(step=1234)
    log_of(tmp_path, *pushed(tmp_path, "error: The Hub cannot be reached.", 2, step=7))
    assert last_push(tmp_path) == LastPush(step=7, reason="The Hub cannot be reached.")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("        the push of step 5 took too long and was ended", (5, "took too long and was ended")),
        ("        step 12,000 was not pushed: No space left", (12000, "No space left")),
    ],
)
def test_the_last_push_counts(tmp_path, line, expected):
    log_of(tmp_path, "        pushed the best weights, of step 3: there", line)
    assert last_push(tmp_path) == LastPush(step=expected[0], reason=expected[1])
    log_of(tmp_path, line, "        pushed the best weights, of step 13,000: there")
    assert last_push(tmp_path) == LastPush(step=13_000)


def test_a_run_that_pushed_nothing_yet_has_no_last_push(tmp_path):
    assert last_push(tmp_path) is None
    log_of(tmp_path, "pushed the best weights, of step 3: not the pusher's line")
    assert last_push(tmp_path) is None
