"""Every word of the Compare tab and its settings grid, English and Simplified Chinese side by side."""

from typing import Final

COMPARE_STRINGS: Final[dict[str, tuple[str, str]]] = {
    "compare_tab": ("Compare", "对比"),
    "compare_source_help": (
        "The same text goes to both sides; choose a model and settings for each.",
        "两边翻译同一段文字；请分别选择模型和设置。",
    ),
    "compare_start": ("Compare", "开始对比"),
    "compare_left": ("Side A", "甲方"),
    "compare_right": ("Side B", "乙方"),
    "view_compare_left": ("Side A", "甲方"),
    "view_compare_right": ("Side B", "乙方"),
    "view_compare_empty_title": ("Two translations appear here", "两个译文将出现在这里"),
    "view_compare_empty_text": (
        "Press Compare. Words that only one side says are marked, and the numbers stand side by side.",
        "请按“开始对比”。只有一方说出的词会被标出，数字并排显示。",
    ),
    "view_compare_title": ("Side by side", "并排对比"),
    "view_compare_running": ("Translating…", "正在翻译…"),
    "view_compare_stopped": ("Stopped", "已停止"),
    "view_compare_same": ("Both sides say the same", "两边的译文相同"),
    "view_compare_different": (
        "Words that only one side says: {words}",
        "只有一方说出的词：{words} 个",
    ),
    "view_compare_legend": ("bold and underlined: only this side says it", "加粗并带下划线：只有这一方说出"),
    "view_compare_differs": ("only on this side", "只在这一方"),
    "view_compare_more_likely": (
        "The model finds {side} more likely, by {gap} nats in all.",
        "模型认为{side}的可能性更高，总共高 {gap} 奈特。",
    ),
    "view_compare_equally_likely": (
        "The model finds both equally likely.",
        "模型认为两者的可能性相同。",
    ),
    "view_compare_two_models": (
        "Two models cut text into different tokens, so their log-probabilities do not compare.",
        "两个模型切分词元的方式可能不同，它们的对数概率不能直接比较。",
    ),
    "view_compare_tokens": ("tokens", "词元数"),
    "view_compare_time": ("time", "用时"),
    "view_compare_milliseconds": ("{milliseconds} ms", "{milliseconds} 毫秒"),
    # the settings grid
    "grid_title": ("Settings grid: beam width by length penalty", "设置网格：束宽 × 长度惩罚"),
    "grid_source": ("A sentence, or a small test set", "一个句子，或一个小测试集"),
    "grid_source_help": (
        "One sentence; or up to 200 lines, each a source, a tab and its reference translation.",
        "一个句子；或最多 200 行，每行为原文、制表符、参考译文。",
    ),
    "grid_widths": ("Beam widths", "束宽"),
    "grid_widths_help": ("Up to 8, between 1 and 50.", "最多 8 个，在 1 到 50 之间。"),
    "grid_penalties": ("Length penalties", "长度惩罚"),
    "grid_penalties_help": ("Up to 6, between 0 and 5.", "最多 6 个，在 0 到 5 之间。"),
    "grid_start": ("Fill the grid", "填写网格"),
    "grid_download": ("↓ Grid (CSV)", "↓ 网格 (CSV)"),
    "view_grid_caption": (
        "Rows are beam widths, columns are length penalties.",
        "每行是一个束宽，每列是一个长度惩罚。",
    ),
    "view_grid_corner": ("beam width ↓ · length penalty →", "束宽 ↓ · 长度惩罚 →"),
    "view_grid_running": ("{done} of {total} cells", "已完成 {done} / {total} 格"),
    "view_grid_stopped": (
        "Stopped after {done} of {total} cells; what is done stays",
        "已停止：完成 {done} / {total} 格，已完成的保留",
    ),
    "view_grid_done": ("{total} cells · sentences: {sentences}", "{total} 格 · {sentences} 句"),
    "view_grid_log_probability": ("log-probability {value}", "对数概率 {value}"),
    "view_grid_tokens": ("{tokens} tokens", "{tokens} 个词元"),
    "view_grid_scores": ("chrF {chrf} · BLEU {bleu}", "chrF {chrf} · BLEU {bleu}"),
    "view_grid_worse_chrf": (
        "▼ worse than beam width {width}: chrF {gap} lower",
        "▼ 不如束宽 {width}：chrF 低 {gap}",
    ),
    "view_grid_worse_likely": (
        "▼ less likely than with beam width {width}, by {gap} nats",
        "▼ 可能性低于束宽 {width} 的结果，差 {gap} 奈特",
    ),
    "view_grid_curse": (
        "▼ marks cells where a wider beam did worse than a narrower one in its column. That happens: a wider beam "
        "finds what the model scores higher, which people often find worse, mostly because it is too short. It is "
        "called the beam search curse (Koehn and Knowles 2017, arXiv:1706.03872; Stahlberg and Byrne 2019, "
        "arXiv:1908.10090).",
        "▼ 标出同一列中更宽的束反而不如更窄的束的格子。这并不奇怪：更宽的束找到模型打分更高的译文，"
        "而人们往往觉得它更差，多半因为太短。这叫作“束搜索诅咒”"
        "（Koehn 与 Knowles 2017，arXiv:1706.03872；Stahlberg 与 Byrne 2019，arXiv:1908.10090）。",
    ),
    "many_pairs": (
        "The test set has {lines} lines, and {limit} is the most: take fewer.",
        "测试集有 {lines} 行，上限是 {limit} 行：请减少。",
    ),
    "no_pair": (
        "Line {number} of the test set is not a source, one tab and a reference: mend or remove it.",
        "测试集第 {number} 行不是“原文、一个制表符、参考译文”：请修改或删除。",
    ),
    "bad_beam_width": (
        "“{value}” is no beam width: take whole numbers between {low} and {high}, such as 1, 2, 5.",
        "“{value}”不是有效的束宽：请输入 {low} 到 {high} 之间的整数，例如 1, 2, 5。",
    ),
    "bad_length_penalty": (
        "“{value}” is no length penalty: take numbers between {low} and {high}, such as 0, 0.6, 1.",
        "“{value}”不是有效的长度惩罚：请输入 {low} 到 {high} 之间的数，例如 0, 0.6, 1。",
    ),
    "count_beam_width": (
        "There are {count} beam widths: give between 1 and {limit}.",
        "束宽有 {count} 个：请给出 1 到 {limit} 个。",
    ),
    "count_length_penalty": (
        "There are {count} length penalties: give between 1 and {limit}.",
        "长度惩罚有 {count} 个：请给出 1 到 {limit} 个。",
    ),
}
