"""Every word of the Many sentences tab, English and Simplified Chinese side by side."""

from typing import Final

LINES_STRINGS: Final[dict[str, tuple[str, str]]] = {
    "lines_tab": ("Many sentences", "多句翻译"),
    "lines_source": ("One sentence a line", "每行一句"),
    "lines_source_help": (
        "Up to 2,000 lines. Empty lines stay empty, so that lines stay aligned.",
        "最多 2,000 行。空行保持为空，行与行始终对齐。",
    ),
    "lines_upload": ("Take the lines of a text file (UTF-8)", "从文本文件读取（UTF-8）"),
    "lines_translate": ("Translate all", "全部翻译"),
    "lines_download_text": ("↓ Plain text", "↓ 纯文本"),
    "lines_download_tsv": ("↓ Table (TSV)", "↓ 表格 (TSV)"),
    "lines_download_jsonl": ("↓ JSON lines", "↓ 数据 (JSONL)"),
    "view_lines_empty_title": ("The table appears here", "表格将出现在这里"),
    "view_lines_empty_text": (
        "Paste sentences, one a line, or take a text file, and press Translate all. Each line gets its "
        "translation and its log-probability.",
        "粘贴句子（每行一句）或选择文本文件，再按“全部翻译”。每行都会得到译文和对数概率。",
    ),
    "view_lines_title": ("Translations", "译文"),
    "view_lines_running": ("{done} of {total} lines", "已完成 {done} / {total} 行"),
    "view_lines_done": ("{total} lines in {seconds} s", "{total} 行，{seconds} 秒"),
    "view_lines_stopped": (
        "Stopped after {done} of {total} lines; what is done stays",
        "已停止：完成 {done} / {total} 行，已完成的保留",
    ),
    "view_lines_hint": (
        "Choose a line to watch how it is translated. Log-probabilities are natural logarithms: 0 is certain.",
        "选择一行即可观看它的翻译过程。对数概率以自然对数计：0 表示完全确定。",
    ),
    "view_lines_line": ("line", "行"),
    "view_lines_source": ("source", "原文"),
    "view_lines_translation": ("translation", "译文"),
    "view_lines_mean": ("log-prob. per token", "每词元对数概率"),
    "view_lines_sum": ("log-prob. in all", "总对数概率"),
    "view_lines_explore": ("Explore line {line}", "探索第 {line} 行"),
    "no_lines": (
        "There is no line to translate: paste sentences, one a line, or take a text file.",
        "没有可翻译的行：请粘贴句子（每行一句），或选择文本文件。",
    ),
    "many_lines": (
        "There are {lines} lines, and {limit} is the most at once: take them in parts.",
        "共有 {lines} 行，一次最多 {limit} 行：请分批翻译。",
    ),
    "long_line": (
        "Line {number} has {length} characters, and {limit} is the most: shorten or split it.",
        "第 {number} 行有 {length} 个字符，上限是 {limit} 个：请缩短或拆分。",
    ),
    "large_text": (
        "The text has {size} bytes, and {limit} is the most: take it in parts.",
        "文本有 {size} 字节，上限是 {limit} 字节：请分批翻译。",
    ),
    "not_utf": (
        "The file is not UTF-8 text (byte {place} does not fit): save it as UTF-8 and take it again.",
        "该文件不是 UTF-8 文本（第 {place} 个字节不符）：请另存为 UTF-8 后重试。",
    ),
    "not_text": (
        "The file holds null bytes, so it is not plain text: take a text file in UTF-8.",
        "文件中有空字节，不是纯文本：请选择 UTF-8 文本文件。",
    ),
    "no_such_line": (
        "This line is not there any more: translate the lines again.",
        "这一行已经不存在：请重新翻译。",
    ),
}
