"""The endpoints as tools of the Model Context Protocol, where its optional extra is installed."""

import asyncio
import json
from pathlib import Path

import pytest

pytest.importorskip("mcp", reason='the optional extra "mcp" is not installed')

CHECKPOINT = Path(__file__).parents[2] / "checkpoints" / "dates"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHECKPOINT.exists(), reason="checkpoints/dates is not there"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of the mcp package's own names
]
TOOLS = ["models", "translate", "translate_many", "alternatives", "score", "trace"]


async def use_tools(address):
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async with (
        streamablehttp_client(f"{address}gradio_api/mcp/") as (reading, writing, _),
        ClientSession(reading, writing) as session,
    ):
        await session.initialize()
        tools = (await session.list_tools()).tools
        wanted = {"texts": ["1 May 2001"], "model": "dates"}
        answer = await session.call_tool("translate_many", wanted)
        return tools, json.loads(answer.content[0].text.replace("'", '"'))


def test_an_assistant_finds_the_tools_and_translates(monkeypatch, serve_page):
    monkeypatch.setenv("GRADIO_MCP_SERVER", "True")
    with serve_page("checkpoints") as address:
        tools, translated = asyncio.run(use_tools(address))
    assert [tool.name for tool in tools] == TOOLS
    assert all(tool.description for tool in tools)
    assert translated == ["2001-05-01"]
