import asyncio

import gradio as gr
import pytest


@pytest.fixture
def on_a_page():
    """Call a function where components can be made.

    Gradio makes an event loop where none is running and never closes it, so one is running here.
    """

    def call(function, *arguments):
        async def build():
            with gr.Blocks(analytics_enabled=False):
                return function(*arguments)

        return asyncio.run(build())

    return call
