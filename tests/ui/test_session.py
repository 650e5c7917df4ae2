import copy

from seq2seq.ui.session import Session


def test_a_new_run_makes_the_old_one_stale():
    session = Session()
    first = session.start()
    second = session.start()
    assert second > first
    assert not session.is_newest(first)
    assert not session.may_go_on(first)
    assert session.may_go_on(second)


def test_a_stopped_run_is_still_the_newest_but_may_not_go_on():
    session = Session()
    run = session.start()
    session.stop()
    assert session.is_newest(run)
    assert not session.may_go_on(run)


def test_a_run_after_a_stop_may_go_on():
    session = Session()
    session.start()
    session.stop()
    assert session.may_go_on(session.start())


def test_a_copy_is_another_visitor():
    session = Session()
    run = session.start()
    other = copy.deepcopy(session)
    other.start()
    other.stop()
    assert session.may_go_on(run)
