"""What the environment sets, and the limits of time and memory on a run that ignores them."""

import re
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from training_desks import ANN, fake_desk, new_run, record_of, wait_for_status, wait_until

from seq2seq.desk import supervisor
from seq2seq.desk.quotas import NO_LIMITS, Quotas, is_shared, quotas_of, variable_of
from seq2seq.errors import ConfigError
from seq2seq.ui.app import launch_app, serving_settings
from seq2seq.ui.shelf import CheckpointShelf
from seq2seq.ui.train_tab import TrainingRoom

GREEDY = (
    sys.executable, "-S", "-c",
    "import sys; held = [bytearray(10_000_000) for _ in range(60)]; print(sum(map(len, held)))",
)  # fmt: skip
"""Takes 600 MB, which no quota of less lets it have."""


def test_every_limit_has_a_variable_and_a_line_in_the_readme():
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    for limit in Quotas.settings():
        assert f"`{variable_of(limit)}`" in readme
        environment = {variable_of(limit): "7"}
        for shared in (True, False):
            assert getattr(quotas_of(environment, shared=shared), limit.name) == 7
            others = quotas_of(environment, shared=shared).to_json()
            usual = (Quotas() if shared else NO_LIMITS).to_json()
            assert {**others, limit.name: 0} == {**usual, limit.name: 0}


def test_the_readme_tells_the_limits_as_they_are():
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    for line in readme.splitlines():
        if not line.startswith("| `SEQ2SEQ_"):
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        for place, name in enumerate(re.findall(r"SEQ2SEQ_(\w+)", cells[0])):
            for cell, quotas in zip(cells[1:3], (Quotas(), NO_LIMITS), strict=True):
                assert float(cell.split(", ")[place]) == getattr(quotas, name.lower())


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"SEQ2SEQ_PAIRS": "many"}, r"SEQ2SEQ_PAIRS is 'many', and it must be a whole number"),
        ({"SEQ2SEQ_PAIRS": "2.5"}, r"SEQ2SEQ_PAIRS is '2.5', and it must be a whole number"),
        ({"SEQ2SEQ_RUN_MINUTES": "an hour"}, r"SEQ2SEQ_RUN_MINUTES is 'an hour', and it must be a number"),
        ({"SEQ2SEQ_RUN_MINUTES": "-1"}, r"SEQ2SEQ_RUN_MINUTES must lie between 0 and 100000, not -1"),
        ({"SEQ2SEQ_RUN_MINUTES": "nan"}, r"SEQ2SEQ_RUN_MINUTES must lie between"),
        ({"SEQ2SEQ_UPLOAD_MEGABYTES": "0"}, r"SEQ2SEQ_UPLOAD_MEGABYTES must lie between 0.1"),
        ({"SEQ2SEQ_PAIRS": "x", "SEQ2SEQ_QUEUED_RUNS": "y"}, r"SEQ2SEQ_PAIRS .* SEQ2SEQ_QUEUED_RUNS"),
    ],
)
def test_a_wrong_value_is_told_in_one_sentence(environment, sentence):
    with pytest.raises(ConfigError, match=sentence):
        quotas_of(environment, shared=True)


def test_a_server_with_a_wrong_value_does_not_start(tmp_path, monkeypatch):
    monkeypatch.setenv("SEQ2SEQ_HOME", str(tmp_path))
    monkeypatch.setenv("SEQ2SEQ_UPLOAD_MEGABYTES", "plenty")
    with pytest.raises(SystemExit, match=r"^error: SEQ2SEQ_UPLOAD_MEGABYTES is 'plenty'"):
        launch_app(tmp_path)


def test_the_page_takes_uploads_of_the_size_that_the_desk_allows(tmp_path):
    assert serving_settings()["max_file_size"] == 20_000_000
    with fake_desk(tmp_path, quotas=Quotas(upload_megabytes=3.5)) as desk:
        room = TrainingRoom(desk, CheckpointShelf(tmp_path))
        assert serving_settings(room)["max_file_size"] == 3_500_000


@pytest.mark.parametrize(
    ("environment", "shared"),
    [
        ({}, False),
        ({"SPACE_ID": "a/b"}, True),
        ({"SPACE_ID": "a/b", "SEQ2SEQ_SHARED": "False"}, False),
        ({"SEQ2SEQ_SHARED": "yes"}, True),
    ],
)
def test_a_space_is_shared_unless_it_is_said_otherwise(environment, shared):
    assert is_shared(environment) is shared


def test_what_is_neither_yes_nor_no_is_refused():
    with pytest.raises(ConfigError, match=r"SEQ2SEQ_SHARED is 'perhaps'"):
        is_shared({"SEQ2SEQ_SHARED": "perhaps"})


def test_a_run_beyond_its_time_is_stopped_and_says_so(tmp_path):
    with fake_desk(tmp_path, quotas=Quotas(run_minutes=1.0)) as desk:
        run = desk.create(ANN, new_run("wait"))
        wait_until(lambda: record_of(desk, run).status == "running" and desk.follow(ANN, run)[1].best_step)
        record = record_of(desk, run)
        begun = datetime.now(UTC) - timedelta(seconds=60 + supervisor.GRACE_SECONDS + 1)
        desk._supervisor.save(replace_started(record, begun))
        assert wait_for_status(desk, run, "ended").reason == "over_time"


def test_a_run_within_its_time_and_grace_goes_on(tmp_path):
    with fake_desk(tmp_path, quotas=Quotas(run_minutes=1.0)) as desk:
        run = desk.create(ANN, new_run("wait"))
        wait_until(lambda: record_of(desk, run).status == "running")
        begun = datetime.now(UTC) - timedelta(seconds=60 + supervisor.GRACE_SECONDS - 30)
        desk._supervisor.save(replace_started(record_of(desk, run), begun))
        desk.advance()
        assert record_of(desk, run).status == "running"
        desk.stop(ANN, run)
        wait_for_status(desk, run, "ended")


def replace_started(record, begun):
    return replace(record, started=begun.isoformat(timespec="seconds"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a child's memory")
@pytest.mark.parametrize("megabytes", [200.0, 0.0])
def test_a_run_gets_no_more_memory_than_its_quota(tmp_path, megabytes):
    with fake_desk(tmp_path, program=GREEDY, quotas=Quotas(memory_megabytes=megabytes)) as desk:
        run = desk.create(ANN, new_run())
        record = wait_for_status(desk, run, "ended")
        said = (tmp_path / "runs" / run / "output.log").read_text()
        assert ("MemoryError" in said, "600000000" in said) == (megabytes > 0, megabytes == 0)
        assert ("MemoryError" in record.message) is (megabytes > 0)
