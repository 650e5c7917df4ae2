"""Builds and launches the app; the entry point of the Space."""

import argparse
import os
from importlib.util import find_spec
from pathlib import Path

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
if find_spec("spaces"):  # ZeroGPU wants to be imported before torch
    import spaces  # type: ignore[import-not-found]  # noqa: F401

from seq2seq.ui.app import launch_app


def main() -> None:
    """Serve the page over the bundled checkpoints."""
    parser = argparse.ArgumentParser(description="Seq2Seq Explorer in the browser.")
    parser.add_argument("--host", help="address to listen on; 127.0.0.1 by default")
    parser.add_argument("--port", type=int, help="port to listen on; the first free one from 7860 by default")
    options = parser.parse_args()
    launch_app(Path(__file__).parent / "checkpoints", server_name=options.host, server_port=options.port)


if __name__ == "__main__":
    main()
