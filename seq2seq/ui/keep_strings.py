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
        "Copied. The link holds the beginning that you forced as text, and this model splits that text into other "
        "tokens: the trace (JSON) keeps it exactly.",
        "已复制。链接以文本保存你指定的开头，而该模型会把这段文本切分成不同的词元；轨迹 (JSON) 会原样保存。",
    ),
    "view_link_none": (
        "There is no link to copy: this trace does not say which model made it.",
        "没有可复制的链接：这份轨迹没有说明是哪个模型生成的。",
    ),
    "view_link_refused": (
        "The browser does not let this page copy: copy the address of the page instead.",
        "浏览器不允许本页复制：请直接复制地址栏中的网址。",
    ),
    # pictures and the report
    "download_report": ("↓ Report (HTML)", "↓ 报告 (HTML)"),
    "download_svg": ("↓ Picture (SVG)", "↓ 图片 (SVG)"),
    "download_png": ("↓ Picture (PNG)", "↓ 图片 (PNG)"),
    "view_save_svg": ("↓ SVG", "↓ 存为 SVG"),
    "view_save_png": ("↓ PNG", "↓ 存为 PNG"),
    "report_title": ("How a model translated: {text}", "模型如何翻译：{text}"),
    "report_entropy": ("entropy (nats)", "熵（奈特）"),
    "caption_source": ("Source text", "原文"),
    "caption_date": ("Made with Seq2Seq Explorer on", "由 Seq2Seq Explorer 生成于"),
    # a saved trace
    "open_trace": ("Open a trace (JSON)", "打开轨迹 (JSON)"),
    "view_saved": (
        "A saved trace of the model “{model}”. Look at all of it; choosing another token needs that model.",
        "这是模型“{model}”的已保存轨迹。可以查看全部内容；若要选择其他词元，则需要该模型。",
    ),
    "view_saved_unnamed": (
        "A saved trace that does not name its model: it can be looked at, but not changed.",
        "这份已保存的轨迹没有注明模型：可以查看，但不能修改。",
    ),
    "trace_foreign": (
        "This file is not a trace saved by Seq2Seq Explorer: choose one that “Trace (JSON)” made.",
        "此文件不是 Seq2Seq Explorer 保存的轨迹：请选择由“轨迹 (JSON)”生成的文件。",
    ),
    "trace_version": (
        "The trace has version {version}, and this page reads version {known}: save it again with this page.",
        "轨迹的版本是 {version}，而本页只读版本 {known}：请用本页重新保存。",
    ),
    "trace_damaged": (
        "The trace is damaged and was not opened ({reason}): save it again.",
        "轨迹已损坏，未能打开（{reason}）：请重新保存。",
    ),
    "trace_large": (
        "The trace has {size} MB, and {limit} MB is the most that is opened: save one with a narrower beam.",
        "轨迹有 {size} MB，最多只能打开 {limit} MB：请用较窄的束重新保存。",
    ),
    "trace_without_model": (
        "This trace was made by the model “{name}”, which is not here: it can be looked at, but not changed.",
        "这份轨迹由模型“{name}”生成，而该模型不在此处：可以查看，但不能修改。",
    ),
    "trace_of_another_model": (
        "The model “{name}” had other tokens when this trace was saved: translate the text again to change it.",
        "模型“{name}”的词元已与保存轨迹时不同：若要修改，请重新翻译原文。",
    ),
    # what a link cannot ask for
    "link_many_edits": (
        "The link has {count} changes of the attention, and there can be {limit}: shorten it.",
        "链接包含 {count} 处注意力修改，最多允许 {limit} 处：请缩短链接。",
    ),
    "link_edit": (
        "The link changes the attention by “{value}”, and it must be like knock_out:3:all, pin:2:5 or "
        "scale:2:5:10.",
        "链接中的注意力修改为“{value}”，应形如 knock_out:3:all、pin:2:5 或 scale:2:5:10。",
    ),
    "no_source_position": (
        "The source has {length} tokens, and there is none at position {position}: choose one of this source.",
        "原文有 {length} 个词元，没有位置 {position}：请选择原文中已有的位置。",
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
