import pytest
from training_desks import ANN, fake_desk, new_run, wait_for_status

from seq2seq.errors import HubError
from seq2seq.publishing.places import BUNDLED, find_checkpoint


def test_a_folder_or_the_name_of_a_bundled_checkpoint(make_run, monkeypatch, tmp_path):
    folder = make_run()
    assert find_checkpoint(str(folder)) == folder
    monkeypatch.chdir(tmp_path)
    assert find_checkpoint("reverse").resolve() == folder
    assert find_checkpoint("en-fr") == BUNDLED / "en-fr"


def test_a_run_by_its_id_or_its_name_or_its_folder(tmp_path):
    desk = fake_desk(tmp_path)
    first, second = (desk.create(ANN, new_run(name="Mine")) for _ in range(2))
    for run in (first, second):
        wait_for_status(desk, run, "ended")
        (tmp_path / "runs" / run / "checkpoint" / "config.json").write_text("{}")
    desk.close()
    place = tmp_path / "runs"
    assert find_checkpoint(first, tmp_path) == place / first / "checkpoint"
    assert find_checkpoint("Mine", tmp_path) == place / second / "checkpoint"
    assert find_checkpoint(str(place / first), tmp_path) == place / first / "checkpoint"


@pytest.mark.parametrize("text", ["nothing", "", "../checkpoints", "ana/none"])
def test_anything_else_is_told(text, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEQ2SEQ_HOME", str(tmp_path))
    with pytest.raises(HubError, match="is no folder of a checkpoint or a run, nor the name of one"):
        find_checkpoint(text)
