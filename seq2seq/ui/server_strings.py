"""What the page says of its server, English and Simplified Chinese side by side: its models, devices and limits."""

from typing import Final

SERVER_STRINGS: Final[dict[str, tuple[str, str]]] = {
    "runs_on_cpu": ("Runs on: CPU, {cores} cores", "运行于：CPU，{cores} 核"),
    "runs_on_cuda": ("Runs on: GPU, {name}", "运行于：GPU，{name}"),
    "runs_on_mps": ("Runs on: GPU of an Apple chip", "运行于：Apple 芯片的 GPU"),
    "runs_on_zero_never": (
        "Runs on: CPU, {cores} cores (ZeroGPU is switched off)",
        "运行于：CPU，{cores} 核（ZeroGPU 已关闭）",
    ),
    "runs_on_zero_lines": (
        "Runs on: CPU, {cores} cores; many sentences on ZeroGPU",
        "运行于：CPU，{cores} 核；大量句子用 ZeroGPU",
    ),
    "runs_on_zero_always": (
        "Runs on: ZeroGPU; CPU, {cores} cores, where it is out",
        "运行于：ZeroGPU；用完时为 CPU，{cores} 核",
    ),
    "nothing_is_kept": (
        "No training and no pulled models: this server has no folder that it can write (SEQ2SEQ_HOME).",
        "无法训练，也无法下载模型：服务器没有可写的文件夹（SEQ2SEQ_HOME）。",
    ),
    "no_gpu_lent": (
        "ZeroGPU lent no GPU, perhaps because its quota is used up: this was computed on the CPU.",
        "ZeroGPU 没有借出 GPU，可能是配额已用完：这次在 CPU 上计算。",
    ),
    "many_requests": (
        "You have {limit} requests running or waiting, and that is the limit: wait for one of them.",
        "你已有 {limit} 个请求在运行或排队，这已达到上限：请等其中一个完成。",
    ),
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
