"""What the stand-in Hub answers of Spaces: the hardware that there is, and that one Space asks for."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from stand_in_exchange import Answer, Asked
from stand_in_routes import API, find_repository, json_answer

if TYPE_CHECKING:
    from stand_in_hub import StandInHub

HARDWARE = (
    ("cpu-basic", "CPU basic", 0.0, "minute"),
    ("t4-small", "Nvidia T4 small", 0.006667, "minute"),
    ("a100-large", "Nvidia A100 large", 2.5, "hour"),
    ("barter", "Something else", 3.0, "sheep"),
)
"""Name, title, price in dollars and its unit."""


def list_hardware(_hub: "StandInHub", _asked: Asked) -> Answer:
    """What there is, with prices."""
    return json_answer(
        [
            {
                **{"name": name, "prettyName": title, "cpu": "2 vCPU", "ram": "16 GB", "accelerator": None},
                **{"unitCostMicroUSD": round(price * 1e6), "unitCostUSD": price, "unitLabel": unit},
            }
            for name, title, price, unit in HARDWARE
        ]
    )


def change_hardware(hub: "StandInHub", asked: Asked) -> Answer:
    """Another hardware for a Space."""
    repository = find_repository(hub, asked, write=True)
    repository.hardware = json.loads(asked.body)["flavor"]
    return json_answer(
        {"stage": "RUNNING_BUILDING", "hardware": {"current": None, "requested": repository.hardware}}
    )


SPACE_ROUTES: tuple[tuple[str, str, Callable[["StandInHub", Asked], Answer]], ...] = (
    ("GET", r"/api/spaces/hardware", list_hardware),
    ("POST", rf"{API}/hardware", change_hardware),
)
"""As `stand_in_routes.ROUTES`."""
