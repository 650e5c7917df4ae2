import asyncio
from types import SimpleNamespace

import pytest

from seq2seq.ui.visitor_limit import address_of, limit_visitors


def request_from(address, **headers):
    return SimpleNamespace(client=SimpleNamespace(host=address), headers=headers)


def event(address):
    return SimpleNamespace(request=request_from(address))


@pytest.fixture
def queue():
    """A queue with two running requests of ana, and one of hers and one of ben's that wait."""

    async def push(body, request, username):
        return True, body, "success"

    waiting = SimpleNamespace(queue=[event("ana"), event("ben")])
    return SimpleNamespace(
        push=push,
        active_jobs=[None, [event("ana")], [event("ana")]],
        event_queue_per_concurrency_id={"runs": waiting},
    )


def ask(queue, address, **headers):
    return asyncio.run(queue.push("body", request_from(address, **headers), None))


def test_a_visitor_with_too_many_requests_is_refused_and_others_are_not(queue):
    limit_visitors(SimpleNamespace(_queue=queue), 3)
    taken, sentence, state = ask(queue, "ana", **{"accept-language": "en"})
    assert (taken, state) == (False, "queue_full")
    assert sentence == "You have 3 requests running or waiting, and that is the limit: wait for one of them."
    assert "3 个请求" in ask(queue, "ana", **{"accept-language": "zh-CN"})[1]
    assert ask(queue, "ben") == (True, "body", "success")
    assert ask(queue, "eve") == (True, "body", "success")


def test_what_has_ended_counts_no_more(queue):
    limit_visitors(SimpleNamespace(_queue=queue), 3)
    queue.active_jobs[1] = None
    assert ask(queue, "ana") == (True, "body", "success")


def test_without_a_limit_the_queue_stays_as_it_is(queue):
    push = queue.push
    limit_visitors(SimpleNamespace(_queue=queue), 0)
    assert queue.push is push


def test_on_a_space_the_hub_says_who_asks(monkeypatch):
    asked = request_from("10.0.0.7", **{"x-forwarded-for": "203.0.113.9, 10.0.0.7"})
    monkeypatch.delenv("SPACE_ID", raising=False)
    assert address_of(asked) == "10.0.0.7"
    monkeypatch.setenv("SPACE_ID", "ana/explorer")
    assert address_of(asked) == "203.0.113.9"
    assert address_of(SimpleNamespace(client=None, headers={})) == ""
