"""What the page says of its server, English and Simplified Chinese side by side: its models, devices and limits."""

from typing import Final

SERVER_STRINGS: Final[dict[str, tuple[str, str]]] = {
    "full_memory": (
        "The memory is full: this needs more than there is left. Take a shorter text, fewer lines or a "
        "narrower beam.",
        "内存已满：这次计算需要的内存超过了剩余量。请用更短的文字、更少的行或更窄的束。",
    ),
    "unknown_model": (
        "There is no model named {name}: choose one from the list.",
        "没有名为 {name} 的模型：请从列表中选择。",
    ),
}
