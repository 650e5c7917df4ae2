"""The desk over a fake child: queue, owners, quotas, and what it says of every end."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from training_desks import (
    ANN,
    BEN,
    FAKE,
    PAIRS,
    fake_desk,
    kill,
    new_run,
    record_of,
    wait_for_status,
    wait_for_weights,
    wait_until,
)

from seq2seq.desk import new_run as new_run_module
from seq2seq.desk.outcomes import MOST_LOG_BYTES
from seq2seq.desk.processes import NICENESS, is_alive, process_identity
from seq2seq.desk.quotas import NO_LIMITS, Quotas
from seq2seq.desk.visitors import Visitor
from seq2seq.errors import CheckpointError, ConfigError, TrainingError


@pytest.fixture
def desk(tmp_path):
    made = fake_desk(tmp_path)
    yield made
    made.close()


def run_folder(tmp_path, run):
    return tmp_path / "runs" / run


def test_a_run_waits_runs_and_ends_with_a_sentence(desk, tmp_path):
    run = desk.create(ANN, new_run())
    assert record_of(desk, run).status == "queued"
    record = wait_for_status(desk, run, "ended")
    assert record.reason == "epochs"
    assert record.message == "All 2 epochs are done. The weights of step 3, its best, are kept."
    view, state = desk.follow(ANN, run)
    assert (state.step, state.best_step, state.losses[-1]) == (3, 3, (3, 2.0))
    assert state.validations[0].bleu == 7.0
    assert view.has_weights
    assert desk.checkpoint(ANN, run) == run_folder(tmp_path, run) / "checkpoint"


def test_the_command_is_a_list_that_can_be_copied_and_the_data_lies_in_the_folder(desk, tmp_path):
    new = new_run(model={"bidirectional": False}, training={"epochs": 2, "patience": 3}, source_language="en")
    view, _ = desk.follow(ANN, desk.create(ANN, new))
    folder = run_folder(tmp_path, view.record.id)
    command = view.record.command
    assert command[: len(FAKE) + 1] == (*FAKE, "train")
    assert {f"--output={folder / 'checkpoint'}", "--no-bidirectional", "--epochs=2", "--patience=3"} <= {
        *command
    }
    assert "--source-language=en" in view.command_line
    assert (folder / "data" / "training.tsv").read_text() == "a b\tb a\nb c\tc b\nc d\td c\n"
    assert oct((tmp_path / "runs").stat().st_mode)[-3:] == "700"


def test_one_run_at_a_time_in_the_order_of_the_queue(desk):
    first, second, third = (desk.create(owner, new_run("wait")) for owner in (ANN, BEN, ANN))
    wait_for_weights(desk, first)
    assert [desk.follow(o, r)[0].place for o, r in ((ANN, first), (BEN, second), (ANN, third))] == [0, 1, 2]
    desk.stop(BEN, second)
    assert desk.follow(ANN, third)[0].place == 1
    assert record_of(desk, second, BEN).reason == "withdrawn"
    desk.stop(ANN, first)
    wait_for_status(desk, first, "ended")
    assert wait_for_status(desk, third, "running").pid > 0


def test_the_child_gives_way_to_the_page_and_has_a_session_of_its_own(desk):
    record = wait_for_status(desk, desk.create(ANN, new_run("wait")), "running")
    assert os.getpriority(os.PRIO_PROCESS, record.pid) >= NICENESS
    assert os.getsid(record.pid) == record.pid
    wait_until(lambda: b"fake_run" in Path(f"/proc/{record.pid}/cmdline").read_bytes())
    environment = Path(f"/proc/{record.pid}/environ").read_bytes().split(b"\0")
    assert b"OMP_WAIT_POLICY=PASSIVE" in environment
    threads = next(word for word in record.command if word.startswith("--threads="))
    assert f"OMP_NUM_THREADS={threads.partition('=')[2]}".encode() in environment


def test_stopping_keeps_the_best_and_says_so(desk):
    run = desk.create(ANN, new_run("wait"))
    wait_for_weights(desk, run)
    desk.stop(ANN, run)
    desk.stop(ANN, run)
    record = wait_for_status(desk, run, "ended")
    assert record.reason == "stopped"
    assert record.message == (
        "You stopped it at step 2. The weights of step 2, its best, are kept. It can be resumed."
    )
    with pytest.raises(TrainingError, match=r"The run is over already\."):
        desk.stop(ANN, run)


def test_a_run_that_does_not_stop_is_ended(tmp_path):
    desk = fake_desk(tmp_path, quotas=Quotas(stop_seconds=0.0))
    run = desk.create(ANN, new_run("stubborn"))
    wait_until(lambda: desk.follow(ANN, run)[1].step == 2, desk=desk)
    desk.stop(ANN, run)
    record = wait_for_status(desk, run, "ended")
    assert record.reason == "ended_hard"
    assert "because it did not end by itself. No weights were kept yet." in record.message
    desk.close()


@pytest.mark.parametrize(
    ("does", "reason", "message"),
    [
        (
            "early",
            "patience",
            "It stopped early: bleu has not improved in 2 validations. The weights of step 3",
        ),
        ("crash", "failed", "It failed: RuntimeError: the sky fell No weights"),
        ("mend", "failed", "It failed: the run's folder is no place for a run. No weights"),
        ("full", "disk_full", "The disk is full: the run ended at step 0. No weights were kept yet. It can"),
    ],
)
def test_every_end_is_one_sentence_without_traceback_or_paths(desk, tmp_path, does, reason, message):
    record = wait_for_status(desk, desk.create(ANN, new_run(does)), "ended")
    assert record.reason == reason
    assert record.message.startswith(message)
    assert "Traceback" not in record.message
    assert str(tmp_path) not in record.message


def test_a_killed_run_says_so_and_resumes(desk):
    run = desk.create(ANN, new_run("wait"))
    wait_for_weights(desk, run)
    kill(record_of(desk, run).pid)
    record = wait_for_status(desk, run, "ended")
    assert (record.reason, record.pid) == ("killed", 0)
    assert record.message.startswith("It was killed by signal 9 at step 2")
    desk.resume(ANN, run)
    assert record_of(desk, run).command[-1] == "--resume"
    wait_for_status(desk, run, "running")
    desk.stop(ANN, run)
    assert wait_for_status(desk, run, "ended").reason == "stopped"


def test_a_run_killed_right_after_its_resume_does_not_show_its_old_end(desk, tmp_path):
    run = desk.create(ANN, new_run())
    wait_for_status(desk, run, "ended")
    desk.resume(ANN, run, {"epochs": 9})
    path = run_folder(tmp_path, run) / "run.json"
    later = {**json.loads(path.read_text()), "status": "running", "started": "2999-01-01T00:00:00+00:00"}
    desk.close()
    path.write_text(json.dumps(later))
    with_desk = fake_desk(tmp_path)
    assert record_of(with_desk, run).reason == "lost"
    with_desk.close()


def test_a_run_that_came_to_its_end_resumes_only_with_a_higher_limit(desk):
    run = desk.create(ANN, new_run())
    wait_for_status(desk, run, "ended")
    with pytest.raises(TrainingError, match=r"came to its end \(epochs\), and nothing was changed"):
        desk.resume(ANN, run)
    with pytest.raises(TrainingError, match=r"seed cannot change when a run is resumed"):
        desk.resume(ANN, run, {"seed": 2})
    with pytest.raises(ConfigError, match=r"epochs must lie between"):
        desk.resume(ANN, run, {"epochs": 0})
    desk.resume(ANN, run, {"epochs": 9})
    assert "--epochs=9" in record_of(desk, run).command


def test_a_log_stays_bounded(desk, tmp_path):
    run = desk.create(ANN, new_run("chatter"))
    wait_for_weights(desk, run)
    log = run_folder(tmp_path, run) / "output.log"
    desk.advance()
    assert 0 < log.stat().st_size < MOST_LOG_BYTES


# Restarts


def test_a_new_desk_finds_a_living_child_and_not_one_with_its_number(tmp_path):
    before = fake_desk(tmp_path)
    run = before.create(ANN, new_run("wait"))
    wait_for_weights(before, run)
    pid = record_of(before, run).pid
    before.close()
    after = fake_desk(tmp_path)
    assert (record_of(after, run).status, record_of(after, run).pid) == ("running", pid)
    after.close()
    path = run_folder(tmp_path, run) / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "identity": "another time"}))
    last = fake_desk(tmp_path)
    assert record_of(last, run).reason == "lost"
    assert is_alive(pid, process_identity(pid))
    last.close()


def test_a_server_killed_before_it_noted_the_child_finds_it_by_its_command(tmp_path):
    before = fake_desk(tmp_path)
    run = before.create(ANN, new_run("wait"))
    wait_for_weights(before, run)
    pid = record_of(before, run).pid
    before.close()
    path = run_folder(tmp_path, run) / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "pid": 0, "identity": ""}))
    after = fake_desk(tmp_path)
    assert record_of(after, run).pid == pid
    after.close()


SERVER = """
import sys, time
from pathlib import Path
sys.path.insert(0, {tests!r})
from training_desks import ANN, fake_desk, new_run, wait_for_weights
desk = fake_desk(Path({home!r}))
run = desk.create(ANN, new_run("wait"))
wait_for_weights(desk, run)
print(run, flush=True)
time.sleep(600)
"""


@pytest.mark.slow
def test_a_killed_server_leaves_the_run_alive_and_the_next_one_stops_it(tmp_path):
    code = SERVER.format(tests=str(Path(__file__).parents[1]), home=str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as server:
        run = server.stdout.readline().strip()
        reader = fake_desk(tmp_path)
        assert record_of(reader, run).status == "running"
        with pytest.raises(TrainingError, match=r"Another server looks after the runs"):
            reader.stop(ANN, run)
        server.send_signal(signal.SIGKILL)
        server.wait()
    reader.advance()
    record = record_of(reader, run)
    assert is_alive(record.pid, record.identity)
    reader.stop(ANN, run)
    assert wait_for_status(reader, run, "ended").reason == "stopped"
    reader.close()


def test_a_second_server_only_reads_and_takes_over_when_the_first_is_gone(tmp_path):
    first, second = fake_desk(tmp_path), fake_desk(tmp_path)
    run = first.create(ANN, new_run())
    second.advance()
    assert record_of(second, run).status == "queued"
    for change in (
        lambda: second.create(ANN, new_run()),
        lambda: second.stop(ANN, run),
        lambda: second.delete(ANN, run),
    ):
        with pytest.raises(TrainingError, match=r"Another server looks after the runs in .*runs"):
            change()
    first.close()
    assert wait_for_status(second, run, "ended").reason == "epochs"
    second.close()


def test_what_a_killed_server_left_half_made_is_swept(tmp_path):
    for name in (".0123456789abcdef.new", ".0123456789abcdee.deleted"):
        (tmp_path / "runs" / name).mkdir(parents=True)
    desk = fake_desk(tmp_path)
    assert [path.name for path in (tmp_path / "runs").iterdir() if path.is_dir()] == []
    desk.close()


def test_a_desk_watches_by_itself_until_it_is_closed(tmp_path):
    with fake_desk(tmp_path) as desk:
        run = desk.create(ANN, new_run())
        wait_until(lambda: record_of(desk, run).status == "ended")


def test_a_run_whose_folder_someone_removed_does_not_keep_the_next_from_starting(desk, tmp_path):
    gone, after = desk.create(ANN, new_run("wait")), desk.create(ANN, new_run())
    wait_for_weights(desk, gone)
    pid = record_of(desk, gone).pid
    shutil.rmtree(run_folder(tmp_path, gone))
    kill(pid)
    assert wait_for_status(desk, after, "ended").reason == "epochs"
    assert [view.record.id for view in desk.list_runs(ANN)] == [after]


# Owners


def test_a_foreign_run_is_one_that_does_not_exist(desk):
    run = desk.create(ANN, new_run("wait"))
    wait_for_weights(desk, run)
    for stranger in (BEN, Visitor(), Visitor.from_secret("short")):
        assert desk.list_runs(stranger) == ()
        for ask in (desk.follow, desk.stop, desk.resume, desk.delete, desk.checkpoint):
            messages = []
            for name in (run, "0" * 16):
                with pytest.raises(TrainingError) as raised:
                    ask(stranger, name)
                messages.append((raised.value.message, raised.value.key, raised.value.values))
            assert messages == [("There is no such run.", "desk_no_run", {})] * 2
        with pytest.raises(TrainingError, match=r"There is no such run"):
            desk.rename(stranger, run, "Taken")
    assert record_of(desk, run).status == "running"
    assert len(desk.list_runs(ANN)) == 1


def test_a_secret_is_not_stored_and_without_one_nothing_can_be_made(desk, tmp_path):
    run = desk.create(ANN, new_run())
    assert "ann-ann-" not in (run_folder(tmp_path, run) / "run.json").read_text()
    with pytest.raises(TrainingError, match=r"This browser has no secret"):
        desk.create(Visitor(), new_run())


def test_on_an_open_desk_everything_is_everyones(tmp_path):
    desk = fake_desk(tmp_path, is_open=True, quotas=NO_LIMITS)
    run = desk.create(Visitor(), new_run())
    assert [view.record.id for view in desk.list_runs(BEN)] == [run]
    assert record_of(desk, run, BEN).owner == ""
    desk.close()


# Names, data, quotas


@pytest.mark.parametrize(
    "name", ["../x", "<img src=x onerror=alert(1)>", "; rm -rf /", "--output=/tmp/x", "跑 ☃"]
)
def test_a_hostile_name_is_only_a_label(desk, tmp_path, name):
    run = desk.create(ANN, new_run(name=name))
    record = record_of(desk, run)
    assert record.name == name
    assert not [word for word in record.command if name in word]
    assert {path.name for path in (tmp_path / "runs").iterdir()} == {run, ".server.lock"}
    desk.rename(ANN, run, "<b>2</b>")
    assert record_of(desk, run).name == "<b>2</b>"


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\nb", "a\0"])
def test_a_name_that_cannot_be_is_refused_and_leaves_nothing(desk, tmp_path, name):
    with pytest.raises(TrainingError, match=r"A run's name has 1 to 80 characters") as raised:
        desk.create(ANN, new_run(name=name))
    assert raised.value.key == "desk_bad_name"
    assert not [path for path in (tmp_path / "runs").iterdir() if path.is_dir()]


@pytest.mark.parametrize("run", ["../x", "", "/etc", "x" * 1000, "0" * 16 + "/..", "\0"])
def test_a_hostile_id_is_no_run(desk, run):
    with pytest.raises(TrainingError, match=r"There is no such run"):
        desk.delete(ANN, run)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"training_pairs": [("a", "b"), ("a\tb", "c")]}, r"Pair 2 of the training data has"),
        ({"held_out_pairs": [("a", " ")]}, r"Pair 1 of the held-out data has"),
        ({"held_out_pairs": [("a", "\ud800")]}, r"Pair 1 of the held-out data has"),
        ({"training_pairs": []}, r"The training data has no pairs"),
        ({"probe": "a\0b"}, r"The probe sentence has control characters"),
        ({"training": {"max_minutes": 61.0}}, r"A run may take 60 minutes here, and max_minutes is 61"),
        ({"training_pairs": PAIRS * 4}, r"There are more than 9 pairs"),
        ({"training_pairs": [("a" * 3000, "b")]}, r"The pairs are more than 0.002 MB of text"),
    ],
)
def test_what_cannot_be_trained_on_is_refused_and_leaves_nothing(tmp_path, changes, message):
    desk = fake_desk(tmp_path, quotas=Quotas(pairs=9, data_megabytes=0.002))
    with pytest.raises(TrainingError, match=message):
        desk.create(ANN, new_run(**changes))
    assert not [path for path in (tmp_path / "runs").iterdir() if path.is_dir()]
    desk.close()


def test_settings_and_the_base_are_checked_before_anything_is_made(desk, tmp_path):
    with pytest.raises(ConfigError, match=r"epochs must lie between"):
        desk.create(ANN, new_run(training={"epochs": 0}))
    with pytest.raises(ConfigError, match=r"Unknown ModelConfig setting: output"):
        desk.create(ANN, new_run(model={"output": "/etc"}))
    with pytest.raises(CheckpointError, match=r"There is no checkpoint folder"):
        desk.create(ANN, new_run(base=tmp_path / "nowhere"))


def test_the_time_of_the_quota_is_the_runs_where_it_sets_none(desk):
    assert "--max-minutes=60.0" in record_of(desk, desk.create(ANN, new_run())).command


@pytest.mark.parametrize(
    ("quotas", "message"),
    [
        ({"runs_of_owner": 1}, r"You have 1 runs, and 1 are the most"),
        ({"queued_runs": 1}, r"1 runs are waiting, and that is the most"),
        ({"disk_megabytes": 0.0001}, r"The runs take 0 MB, and 0.0001 MB are the most"),
    ],
)
def test_runs_above_the_quota_are_refused(tmp_path, quotas, message):
    desk = fake_desk(tmp_path, quotas=Quotas(**quotas))
    desk.create(ANN, new_run())
    with pytest.raises(TrainingError, match=message):
        desk.create(ANN, new_run())
    desk.close()


def test_deleting_removes_everything_but_not_while_it_runs(desk, tmp_path):
    run = desk.create(ANN, new_run("wait"))
    wait_for_weights(desk, run)
    with pytest.raises(TrainingError, match=r"The run is not over. Stop it first"):
        desk.delete(ANN, run)
    desk.stop(ANN, run)
    wait_for_status(desk, run, "ended")
    desk.delete(ANN, run)
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [".server.lock"]
    assert desk.list_runs(ANN) == ()


def test_a_run_without_weights_has_no_checkpoint(desk):
    with pytest.raises(TrainingError, match=r"has kept no weights yet"):
        desk.checkpoint(ANN, desk.create(ANN, new_run()))


# A full disk


def no_space(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_refuses_a_new_run_in_a_sentence(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(new_run_module.os, "fsync", no_space)
    with pytest.raises(TrainingError, match=r"^The disk is full\. Delete a run or free space"):
        desk.create(ANN, new_run())
    assert not [path for path in (tmp_path / "runs").iterdir() if path.is_dir()]


def test_no_run_begins_on_a_disk_that_is_nearly_full(desk, monkeypatch):
    run = desk.create(ANN, new_run())
    usage = shutil.disk_usage(".")._replace(free=1000)
    monkeypatch.setattr("seq2seq.desk.runs_folder.shutil.disk_usage", lambda _: usage)
    desk.advance()
    assert record_of(desk, run).reason == "disk_full"
    monkeypatch.undo()
    desk.resume(ANN, run)
    assert wait_for_status(desk, run, "ended").reason == "epochs"


def test_a_record_that_does_not_fit_on_the_disk_is_written_later(desk, tmp_path, monkeypatch):
    run = desk.create(ANN, new_run())
    monkeypatch.setattr("seq2seq.desk.supervisor.write_record", no_space)
    wait_for_status(desk, run, "ended")
    path = run_folder(tmp_path, run) / "run.json"
    assert json.loads(path.read_text())["status"] == "queued"
    monkeypatch.undo()
    desk.advance()
    assert json.loads(path.read_text())["status"] == "ended"


# Estimates


def test_an_estimate_leaves_nothing_behind(desk, tmp_path):
    assert desk.estimate(ANN, new_run()).steps == 60
    assert not [path for path in (tmp_path / "runs").iterdir() if path.is_dir()]
    with pytest.raises(TrainingError, match=r"The run cannot start: the run's folder is no place") as raised:
        desk.estimate(ANN, new_run("mend"))
    assert raised.value.key == "desk_estimate_failed"


def test_a_slow_estimate_is_given_up(desk, tmp_path):
    with pytest.raises(TrainingError, match=r"took more than 0.2 seconds"):
        desk.estimate(ANN, new_run("stubborn"), seconds=0.2)
    assert not [path for path in (tmp_path / "runs").iterdir() if path.is_dir()]


@settings(max_examples=50)
@given(st.text(max_size=25), st.text(max_size=25))
def test_a_visitor_owns_what_has_the_hash_of_the_same_long_secret(one, other):
    first, second = Visitor.from_secret(one), Visitor.from_secret(other)
    assert first.owns(second.owner) == (one == other and len(one) >= 20)


def test_pretrained_vectors_are_kept_with_the_run_under_a_name_of_ours(desk, tmp_path):
    given = tmp_path / "..;rm -rf.vec.GZ"
    given.write_bytes(b"vectors")
    run = desk.create(ANN, new_run("wait", embeddings={"source": given}))
    record = record_of(desk, run)
    kept = tmp_path / "runs" / run / "data" / "source_embeddings.vec.gz"
    assert kept.read_bytes() == b"vectors"
    assert f"--source-embeddings={kept}" in record.command
    assert record.embeddings == {"source": given.name}
    assert not any(word.startswith("--target-embeddings") for word in record.command)
