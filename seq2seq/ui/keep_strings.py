"""Every word of what is kept and shared, English and Simplified Chinese side by side."""

from typing import Final

KEEP_STRINGS: Final[dict[str, tuple[str, str]]] = {
    # the link
    "copy_link": ("Copy link", "复制链接"),
    "view_link_copied": (
        "Copied: who opens the link sees this translation made again.",
        "已复制：打开链接即可重现这次翻译。",
    ),
    "view_link_partly": (
        "Copied. The link brings back the text and the settings, but not your changes of attention or an early "
        "end: the trace (JSON) keeps those.",
        "已复制。链接会恢复原文和设置，但不包括你对注意力的修改或提前结束；这些保存在轨迹 (JSON) 中。",
    ),
    "view_link_none": (
        "There is no link to copy: this trace does not say which model made it.",
        "没有可复制的链接：这份轨迹没有说明是哪个模型生成的。",
    ),
    "view_link_refused": (
        "The browser does not let this page copy: copy the address of the page instead.",
        "浏览器不允许本页复制：请直接复制地址栏中的网址。",
    ),
    "link_choice": (
        "The link sets {name} to “{value}”, and it can be {choices}: correct the link or use the form.",
        "链接把 {name} 设为“{value}”，而它只能是 {choices}：请改正链接或使用表单。",
    ),
    "link_number": (
        "The link sets {name} to “{value}”, and it must be a number from {low} to {high}: correct the link or use "
        "the form.",
        "链接把 {name} 设为“{value}”，而它必须是 {low} 到 {high} 之间的数：请改正链接或使用表单。",
    ),
    "link_whole_number": (
        "The link sets {name} to “{value}”, and it must be a whole number from {low} to {high}: correct the link "
        "or use the form.",
        "链接把 {name} 设为“{value}”，而它必须是 {low} 到 {high} 之间的整数：请改正链接或使用表单。",
    ),
}
