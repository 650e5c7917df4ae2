"""Every word of the replay and of the ways to read attention, English and Simplified Chinese side by side."""

from typing import Final

READING_STRINGS: Final[dict[str, tuple[str, str]]] = {
    "view_replay": ("Replay", "回放"),
    "view_replay_play": ("Replay", "回放"),
    "view_replay_pause": ("Pause", "暂停"),
    "view_replay_back": ("One token back", "后退一个词元"),
    "view_replay_forward": ("One token forward", "前进一个词元"),
    "view_replay_scrub": ("How many tokens are shown", "显示多少个词元"),
    "view_replay_speed": ("Speed", "速度"),
    "view_replay_slowest": ("slow motion", "慢动作"),
    "view_replay_slow": ("slow", "慢"),
    "view_replay_normal": ("normal", "正常"),
    "view_replay_fast": ("fast", "快"),
    "view_replay_place": ("After {count} of {tokens} tokens", "第 {count} 个词元，共 {tokens} 个"),
    "view_entropy": ("entropy", "熵"),
    "view_entropy_bar": (
        "Bar below: entropy, full at 3 nats",
        "下方横条：熵，满格为 3 奈特",
    ),
    "view_coverage": ("got {value} tokens' worth of attention", "共得到 {value} 个词元的注意力"),
    "view_coverage_hint": (
        "The bar below a token is its coverage: the attention it got from all tokens together.",
        "词元下方的横条是覆盖度：所有译文词元给它的注意力之和。",
    ),
    "view_reading": ("How attention is shown", "注意力的显示方式"),
    "view_reading_view": ("As", "形式"),
    "view_reading_heatmap": ("heatmap", "热图"),
    "view_reading_links": ("links", "连线"),
    "view_reading_colors": ("Scale", "刻度"),
    "view_reading_absolute": ("0 to 100 %", "0 至 100 %"),
    "view_reading_relative": ("each row by itself", "每行各自"),
    "view_reading_words": ("Whole words", "整词"),
    "view_reading_hidden": ("Hide the end token", "隐藏结束符"),
    "view_reading_shared": ("Let the rest sum to 100 %", "其余合计为 100 %"),
    "view_relative_note": (
        "Each row's most is full: compare within a row only.",
        "每行的最大值为满刻度：只能在同一行内比较。",
    ),
    "view_links_note": (
        "Source on the left, translation on the right; a thicker line is more attention.",
        "左边是原文，右边是译文；线越粗，注意力越多。",
    ),
    "view_links_canvas": (
        "Links of attention between {columns} source tokens and {rows} tokens of the translation. The table after "
        "it says the same in words.",
        "{columns} 个原文词元与 {rows} 个译文词元之间的注意力连线。其后的表格以文字说明同样内容。",
    ),
    "view_edit_merged": (
        "“{target}” looks at “{source}” with {share} of its attention. These are words of several tokens: switch "
        "whole words off to change the attention of one.",
        "“{target}”以 {share} 的注意力看“{source}”。这里有由多个词元组成的词：请关闭“整词”再修改单个词元的注意力。",
    ),
    "view_sink": (
        "Many models park attention on the end token when no word is needed.",
        "不需要看任何词时，许多模型会把注意力停放在结束符上。",
    ),
    "view_sink_more": (
        "A row of attention always sums to 100 %, so it has to go somewhere. The end token is always there and "
        "says little, which makes it the place to rest. Hide it above to see what is left for the words.",
        "每一行注意力之和总是 100 %，总要落在某处。结束符始终存在又几乎没有内容，正好用来停放。"
        "可在显示方式中隐藏它，看看留给词的还有多少。",
    ),
    "view_honest": ("Attention is not an explanation.", "注意力并不等于解释。"),
    "view_honest_more": (
        "It shows where the decoder read, not why it chose a word: quite different attention can give the same "
        "prediction, though it is not arbitrary either. Change a weight and see whether the translation minds.",
        "它显示解码器读了哪里，而不是为什么选这个词：很不一样的注意力也可能给出同样的预测，"
        "但它也并非任意。可以修改一个权重，看看译文是否随之改变。",
    ),
}
