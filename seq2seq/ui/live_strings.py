"""Every word of the live view, English and Simplified Chinese side by side; its JavaScript asks for them."""

from typing import Final

LIVE_STRINGS: Final[dict[str, tuple[str, str]]] = {
    "view_empty_title": ("The translation appears here", "译文将出现在这里"),
    "view_empty_text": (
        "Press Translate. Each token comes with its probability, its alternatives and the source words it "
        "looks at.",
        "请按“翻译”。每个词元都附有概率、备选词和它关注的原文词。",
    ),
    "view_translation": ("Translation", "译文"),
    "view_tokens": ("Tokens of the translation", "译文词元"),
    "view_hint": (
        "Point at a token, or use the arrow keys, to see its alternatives.",
        "指向一个词元，或用方向键移动，查看模型的考虑。",
    ),
    "view_source": ("Source tokens", "原文词元"),
    "view_unsure": ("unsure", "不确定"),
    "view_sure": ("sure", "确定"),
    "view_attention": ("Attention", "注意力"),
    "view_attention_dark": (
        "One row for each token of the translation; darker means more attention.",
        "每一行是一个译文词元；颜色越深，表示越关注该原文词元。",
    ),
    "view_attention_bright": (
        "One row for each token of the translation; brighter means more attention.",
        "每一行是一个译文词元；颜色越亮，表示越关注该原文词元。",
    ),
    "view_no_attention": ("This model has no attention to show.", "该模型没有注意力可显示。"),
    "view_alternatives": ("Alternatives", "备选词"),
    "view_steer_hint": (
        "Choose one, or type your own, and the translation goes on from there.",
        "选择一个，或输入自己的词，译文将由此继续。",
    ),
    "view_own_word": ("Your own word here", "在此输入自己的词"),
    "view_go_on": ("Go on", "继续"),
    "view_edit": ("Change this weight of the attention", "修改这一注意力权重"),
    "view_edit_cell": (
        "“{target}” looks at “{source}” with {share} of its attention. Change that, and the rest is decoded again:",
        "“{target}”以 {share} 的注意力看“{source}”。修改后，其余部分将重新解码：",
    ),
    "view_knock_out_here": ("Knock out here", "在此屏蔽"),
    "view_knock_out_everywhere": ("Knock out at every step", "在每一步屏蔽"),
    "view_pin_here": ("Pin here", "在此固定"),
    "view_scale_up_here": ("× 10 here", "在此 × 10"),
    "view_scale_down_everywhere": ("× 0.1 at every step", "在每一步 × 0.1"),
    "view_edits": ("Attention changed by you", "你对注意力的修改"),
    "view_knock_out": ("Knocked out", "屏蔽"),
    "view_pin": ("Pinned", "固定"),
    "view_everywhere": ("every step", "每一步"),
    "view_at_step": ("step {step}", "第 {step} 步"),
    "view_take_back": ("Take back", "撤回"),
    "view_effect": (
        "The translation before had the log-probability {before}; with these changes it has {after}.",
        "之前的译文的对数概率是 {before}；修改后是 {after}。",
    ),
    "view_alarms": ("What looks wrong", "可疑之处"),
    "view_alarm_repetition": (
        "The translation repeats {words} {times} times: “no repeated n-gram” or a repetition penalty may help.",
        "译文把 {words} 重复了 {times} 次：可以试试“禁止重复 n 元组”或重复惩罚。",
    ),
    "view_alarm_uncovered": (
        "Next to nothing looked at {words}: something may be missing. A coverage penalty may help.",
        "几乎没有注意力落在 {words} 上：译文可能有遗漏。可以试试覆盖惩罚。",
    ),
    "view_alarm_unsure": (
        "The model guesses: its tokens have a probability of {probability} on average. Look at its alternatives.",
        "模型在猜：其词元的平均概率为 {probability}。请看看备选词。",
    ),
    "view_alarm_cut": (
        "The translation was cut after {tokens} tokens: raise the maximum length.",
        "译文在 {tokens} 个词元后被截断：请增大最大长度。",
    ),
    "view_undo": ("Undo", "撤销"),
    "view_redo": ("Redo", "重做"),
    "view_restart": ("Back to the start", "回到开始"),
    "view_changed": ("changed", "已改变"),
    "view_probability": ("probability", "概率"),
    "view_entropy_text": (
        "{entropy} nats: as unsure as between {choices} equally likely tokens",
        "{entropy} 奈特：相当于在 {choices} 个同样可能的词元之间犹豫",
    ),
    "view_looks_at": ("looks at", "关注"),
    "view_forced": ("forced by you", "由你指定"),
    "view_hypotheses": ("Hypotheses", "候选译文"),
    "view_hypotheses_live": ("The beam now", "当前的束"),
    "view_nothing": ("(nothing)", "（空）"),
    "view_score": ("score", "得分"),
    "view_log_probability": ("log-probability", "对数概率"),
    "view_cut": ("cut at the maximum length", "已在最大长度处截断"),
    "view_layer": ("Layer", "层"),
    "view_head": ("Head", "头"),
    "view_mean": ("mean", "平均"),
    "view_end": ("end", "结束"),
    "view_running": ("Translating…", "正在翻译…"),
    "view_stopped": ("Stopped after {tokens} tokens", "已停止，共 {tokens} 个词元"),
    "view_done": ("{tokens} tokens in {milliseconds} ms", "{tokens} 个词元，{milliseconds} 毫秒"),
    "view_canvas": (
        "Heatmap of attention: {rows} tokens of the translation against {columns} source tokens. The table "
        "after it says the same in words.",
        "注意力热图：{rows} 个译文词元对 {columns} 个原文词元。其后的表格以文字说明同样内容。",
    ),
}
