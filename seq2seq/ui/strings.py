"""Every word of the page, English and Simplified Chinese side by side.

Python asks with `text`; JavaScript gets the ``view_`` entries as one object. English help texts of settings
are not here: they stand at the setting itself in `seq2seq.config`.
"""

from typing import Final

from seq2seq.ui.compare_strings import COMPARE_STRINGS
from seq2seq.ui.data_strings import DATA_STRINGS
from seq2seq.ui.evaluate_strings import EVALUATE_STRINGS
from seq2seq.ui.evaluate_view_strings import EVALUATE_VIEW_STRINGS
from seq2seq.ui.explained_strings import EXPLAINED_STRINGS
from seq2seq.ui.keep_strings import KEEP_STRINGS
from seq2seq.ui.lesson_strings import LESSON_STRINGS
from seq2seq.ui.lines_strings import LINES_STRINGS
from seq2seq.ui.live_strings import LIVE_STRINGS
from seq2seq.ui.models_strings import MODELS_STRINGS
from seq2seq.ui.neighbours_strings import NEIGHBOURS_STRINGS
from seq2seq.ui.push_strings import PUSH_STRINGS
from seq2seq.ui.reading_strings import READING_STRINGS
from seq2seq.ui.server_strings import SERVER_STRINGS
from seq2seq.ui.train_strings import TRAIN_STRINGS
from seq2seq.ui.train_view_strings import TRAIN_VIEW_STRINGS
from seq2seq.ui.tree_strings import TREE_STRINGS

LANGUAGES: Final = ("en", "zh")
LANGUAGE_NAMES: Final = {"en": "English", "zh": "中文"}
DEFAULT_LANGUAGE: Final = "en"


def text(key: str, language: str) -> str:
    """The words of ``key``; English for a language that the page does not speak."""
    return STRINGS[key][LANGUAGES.index(language) if language in LANGUAGES else 0]


def view_strings(language: str) -> dict[str, str]:
    """What the live view says, by the name its JavaScript uses."""
    prefix = "view_"
    strings = {key.removeprefix(prefix): text(key, language) for key in STRINGS if key.startswith(prefix)}
    return {"language": "zh-Hans" if language == "zh" else "en", **strings}


def token_text(token: str, language: str) -> str:
    """A token as people read it in a table: without its word-start mark, and with a word for the end."""
    return text("view_end", language) if token == "</s>" else token.removeprefix("\u2581") or token  # noqa: S105


def preferred_language(accepted: str) -> str:
    """The page's language that an Accept-Language header likes best (RFC 9110, section 12.5.4)."""
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted.split(",")):
        code, _, parameter = part.strip().partition(";")
        primary = code.strip().lower().split("-")[0]
        if primary in LANGUAGES:
            ranked.append((-_quality(parameter), place, primary))
    return min(ranked)[2] if ranked else DEFAULT_LANGUAGE


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    digits = value.strip().replace(".", "", 1)
    return float(value) if name.strip() == "q" and digits.isascii() and digits.isdigit() else 1.0


STRINGS: Final[dict[str, tuple[str, str]]] = {
    # the frame
    "tagline": (
        "Type a sentence and watch a neural network translate it, word by word: how sure it is, what else it "
        "could have said, and where it looks.",
        "输入一句话，看神经网络逐词翻译：它有多确定，还想过哪些词，又在看原文的哪里。",
    ),
    "language": ("Language", "语言"),
    "explore_tab": ("Explore", "探索"),
    # the form
    "source": ("Your text", "原文"),
    "source_placeholder": ("Type a sentence here", "在此输入一句话"),
    "source_help": ("Shift + Enter translates.", "按 Shift + Enter 即可翻译。"),
    "examples": ("Or try one of these", "或者试试这些"),
    "translate": ("Translate", "翻译"),
    "stop": ("Stop", "停止"),
    "speed": ("Speed", "速度"),
    "speed_help": ("A pause after each token lets you watch.", "每个词元之后稍停，便于观看。"),
    "speed_instant": ("Instant", "即时"),
    "speed_quick": ("Quick", "快"),
    "speed_slow": ("Slow", "慢"),
    "more_settings": ("More settings", "更多设置"),
    "prefix": ("Forced beginning", "强制开头"),
    "prefix_help": (
        "The translation starts with these words; the model goes on from there.",
        "译文以这些词开头，模型由此继续。",
    ),
    # the settings: names, and the Chinese of their help
    "method": ("Method", "解码方法"),
    "method_help": ("", "怎样选择下一个词元。"),
    "method_greedy": ("Greedy", "贪心"),
    "method_beam": ("Beam search", "束搜索"),
    "method_sampling": ("Sampling", "采样"),
    "method_diverse_beam": ("Diverse beam", "多样束搜索"),
    "beam_width": ("Beam width", "束宽"),
    "beam_width_help": ("", "每一步保留的候选译文数。"),
    "length_penalty": ("Length penalty", "长度惩罚"),
    "length_penalty_help": ("", "Wu 2016（arXiv:1609.08144，式 14）中的 α；0 表示只按对数概率排序。"),
    "coverage_penalty": ("Coverage penalty", "覆盖惩罚"),
    "coverage_penalty_help": ("", "Wu 2016（arXiv:1609.08144，式 14）中的 β：惩罚没有得到注意力的原文词。"),
    "beam_groups": ("Groups", "组数"),
    "beam_groups_help": ("", "均分束宽、彼此避开对方词元的组数（Vijayakumar 2016，arXiv:1610.02424）。"),
    "diversity": ("Diversity", "多样性"),
    "diversity_help": ("", "同一步中，一个词元每被前面的组选用一次所失去的分数（奈特）。"),
    "repetition_penalty": ("Repetition penalty", "重复惩罚"),
    "repetition_penalty_help": (
        "",
        "已说过的词元的对数概率所乘的系数（Keskar 2019，arXiv:1909.05858，4.1 节）；1 表示不惩罚。",
    ),
    "no_repeat_ngram": ("No repeated n-gram", "禁止重复 n 元组"),
    "no_repeat_ngram_help": (
        "",
        "这么多个词元的片段不得出现两次（Paulus 2017，arXiv:1705.04304，2.5 节）；0 表示不限制。",
    ),
    "temperature": ("Temperature", "温度"),
    "temperature_help": ("", "大于 1 使分布更平，小于 1 使分布更尖。"),
    "top_k": ("Top k", "Top k"),
    "top_k_help": ("", "只从最可能的 k 个词元中采样；0 表示全部。"),
    "top_p": ("Top p", "Top p"),
    "top_p_help": ("", "只从累计达到该概率的最可能词元中采样。"),
    "minimum_length": ("Minimum length", "最小长度"),
    "minimum_length_help": ("", "允许结束之前至少生成的词元数。"),
    "maximum_length": ("Maximum length", "最大长度"),
    "maximum_length_help": ("", "译文在此词元数处截断；0 表示原文长度的两倍加 10。"),
    "n_best": ("Translations listed", "列出的译文数"),
    "n_best_help": ("", "返回的译文数；束搜索时不超过束宽，贪心总是一个。"),
    "seed": ("Seed", "随机种子"),
    "seed_help": ("", "采样的随机种子。"),
    # the search, step by step
    "search_title": ("See the search", "查看搜索过程"),
    "search_step": ("Step", "步"),
    "search_help": (
        "All that this step considered, best total first; a beam keeps as many as it has free places.",
        "这一步考虑过的所有续接，按总分从高到低；束保留的数目等于它的空位数。",
    ),
    "search_table": ("Considered at this step", "这一步的考虑"),
    "search_columns_rank": ("rank", "排名"),
    "search_columns_beginning": ("after", "之前"),
    "search_columns_token": ("token", "词元"),
    "search_columns_log_probability": ("log-prob.", "对数概率"),
    "search_columns_total": ("total", "总和"),
    "search_columns_score": ("score", "得分"),
    "search_columns_fate": ("what became of it", "结局"),
    "fate_result": ("kept; result {place}", "保留；结果 {place}"),
    "fate_alive": ("kept", "保留"),
    "fate_finished": ("kept; finished", "保留；已结束"),
    "fate_cut": ("kept; cut", "保留；被截断"),
    "fate_pruned": ("kept, but pruned at the next step", "保留，但在下一步被剪除"),
    "fate_blocked": ("not allowed here", "此处不允许"),
    "fate_less_likely": ("less likely than “{winner}” by {gap:.2f} nats", "比“{winner}”低 {gap:.2f} 奈特"),
    "fate_beam_full": (
        "pruned: the last free place went to “{winner}”, {gap:.2f} nats better",
        "被剪除：最后一个空位给了“{winner}”，高出 {gap:.2f} 奈特",
    ),
    "fate_group_full": ("pruned: its group preferred others", "被剪除：所在的组选择了其他词元"),
    "fate_not_drawn": ("not drawn", "未被抽中"),
    "fate_search_ended": ("the search had ended", "搜索已结束"),
    # the reader's own translation
    "own_title": ("Ask what went wrong", "哪里出了错？"),
    "own_text": ("Your own translation", "你的译文"),
    "own_help": (
        "The model scores it token by token, and says whether the search lost it or the model prefers its own.",
        "模型逐词元为它打分，并说明是搜索丢掉了它，还是模型更喜欢自己的译文。",
    ),
    "own_judge": ("Judge it", "评判"),
    "own_verdict": ("Verdict", "结论"),
    "own_tokens": ("Token by token", "逐词元"),
    "own_columns_token": ("token", "词元"),
    "own_columns_probability": ("probability", "概率"),
    "own_columns_rank": ("rank", "排名"),
    "verdict_same": (
        "Same: this is the model's own translation. Score {own:.2f}.",
        "相同：这正是模型自己的译文。得分 {own:.2f}。",
    ),
    "verdict_search_error": (
        "Search error: the model scores yours higher ({own:.2f} against {found:.2f}), but the search lost it: "
        "after step {step} no hypothesis of the beam began like yours. It had the log-probability {own_total:.2f} "
        "there, and the least that was kept had {kept_total:.2f}. A wider beam may find it.",
        "搜索错误：模型给你的译文打分更高（{own:.2f} 对 {found:.2f}），但搜索丢掉了它：第 {step} 步之后，"
        "束中没有任何候选与它开头相同。它当时的对数概率为 {own_total:.2f}，"
        "而保留下来的最低为 {kept_total:.2f}。更宽的束也许能找到它。",
    ),
    "verdict_model_error": (
        "Model error: the model scores its own translation higher ({found:.2f} against {own:.2f}), so no search "
        "for the best score would choose yours.",
        "模型错误：模型给自己的译文打分更高（{found:.2f} 对 {own:.2f}），任何寻找最高分的搜索都不会选中你的译文。",
    ),
    "verdict_found_lower": (
        "Model error: the search found yours too, at place {place}, but the model scores its own higher "
        "({found:.2f} against {own:.2f}).",
        "模型错误：搜索也找到了你的译文，排在第 {place} 位，"
        "但模型给自己的译文打分更高（{found:.2f} 对 {own:.2f}）。",
    ),
    "verdict_agreement": (
        "The model's translation against yours: BLEU {bleu:.1f}, chrF {chrf:.1f}.",
        "模型译文与你的译文相比：BLEU {bleu:.1f}，chrF {chrf:.1f}。",
    ),
    # downloads
    "download_figure": ("↓ Figure (HTML)", "↓ 图表 (HTML)"),
    "download_json": ("↓ Trace (JSON)", "↓ 轨迹 (JSON)"),
    "download_csv": ("↓ Numbers (CSV)", "↓ 数据 (CSV)"),
    "figure_title": ("Attention: {text}", "注意力：{text}"),
    "figure_source": ("Source tokens", "原文词元"),
    "figure_target": ("Translation", "译文"),
    "figure_attention": ("Attention", "注意力"),
    # models
    "bleu": ("{value:.1f} BLEU", "BLEU {value:.1f}"),
    "exact_match": ("{value:.1f} % exact", "完全正确 {value:.1f} %"),
    "no_attention": ("{cell}, no attention", "{cell}，无注意力"),
    # problems
    "empty_source": (
        "There is no text to translate: type a sentence first.",
        "没有可翻译的文字：请先输入一句话。",
    ),
    "long_source": (
        "The text has {length} characters and this page translates at most {limit} at once: shorten it or "
        "take it sentence by sentence.",
        "文字有 {length} 个字符，而本页一次最多翻译 {limit} 个：请缩短或逐句翻译。",
    ),
    "long_prefix": (
        "The forced beginning has {length} characters, and {limit} is the limit: shorten it.",
        "强制开头有 {length} 个字符，上限是 {limit} 个：请缩短。",
    ),
    "lengths_cross": (
        "The minimum length ({minimum}) is above the maximum length ({maximum}): change one of them.",
        "最小长度（{minimum}）大于最大长度（{maximum}）：请调整其中一个。",
    ),
    "no_tokens": (
        "This text has no token that the model could read: type a sentence.",
        "这段文字里没有模型能读的词元：请输入一句话。",
    ),
    "many_tokens": (
        "The text has {tokens} tokens, and {limit} is the most that is read: translate it sentence by sentence.",
        "文字有 {tokens} 个词元，最多只能读 {limit} 个：请逐句翻译。",
    ),
    "prefix_over_limit": (
        "The forced beginning has {tokens} tokens, and the translation may have {limit}: shorten it or raise the "
        "maximum length.",
        "强制开头有 {tokens} 个词元，而译文最多 {limit} 个：请缩短它，或增大最大长度。",
    ),
    "scores_not_finite": (
        "The model's scores for the next token are not finite numbers: its weights are damaged or its training "
        "diverged, so choose another model.",
        "模型给出的下一个词元的分数不是有限数：权重已损坏或训练已发散，请选择另一个模型。",
    ),
    "no_continuation": (
        "The model gives probability 0 to every token that may come next: lower the minimum length.",
        "模型认为接下来的任何词元概率都是 0：请减小最小长度。",
    ),
    "engine_problem": ("{problem}", "模型引擎报告（英文）：{problem}"),
    "uneven_groups": (
        "The beam width ({width}) is not a multiple of the number of groups ({groups}): change one of them.",
        "束宽（{width}）不是组数（{groups}）的整数倍：请调整其中一个。",
    ),
    "no_coverage": (
        "This model has no attention, so nothing can count which source words it covered: set the coverage "
        "penalty to 0.",
        "该模型没有注意力，无法统计覆盖了哪些原文词：请将覆盖惩罚设为 0。",
    ),
    "nothing_to_look_at": (
        "The changes of attention leave no source token to look at: take one of them back.",
        "这些注意力修改没有留下任何可看的原文词元：请撤销其中一个。",
    ),
    "window_knocked_out": (
        "At step {step} this model's attention window holds only source tokens that are knocked out: take one of "
        "the changes back.",
        "在第 {step} 步，该模型的注意力窗口中只有被屏蔽的原文词元：请撤销其中一个修改。",
    ),
    "single_token": (
        "The source has a single token, so none can be left out: take a longer sentence.",
        "原文只有一个词元，无法省去：请用更长的句子。",
    ),
    "empty_target": ("There is no translation to score: type one.", "没有可评分的译文：请输入一个。"),
    "long_target": (
        "The translation has {tokens} tokens; 1 to {limit} can be scored: shorten it.",
        "译文有 {tokens} 个词元，只能评分 1 到 {limit} 个：请缩短。",
    ),
    "many_texts": (
        "The request has {texts} texts, and {limit} is the most: send fewer at once.",
        "请求含有 {texts} 段文字，一次最多 {limit} 段：请分批发送。",
    ),
    "no_such_token": (
        "This token is not there any more: translate again and choose from the new alternatives.",
        "这个词元已经不存在：请重新翻译，再从新的备选词中选择。",
    ),
    "empty_token": ("There is no text to force: type a word.", "没有可强制的文字：请输入一个词。"),
    "special_token": (
        "Padding and start marks cannot be forced: choose another token.",
        "填充和起始标记不能被强制：请选择其他词元。",
    ),
    "nothing_to_judge": (
        "There is no translation to compare with: translate first.",
        "还没有可比较的译文：请先翻译。",
    ),
    **SERVER_STRINGS,
    **LIVE_STRINGS,
    **EXPLAINED_STRINGS,
    **LINES_STRINGS,
    **MODELS_STRINGS,
    **PUSH_STRINGS,
    **COMPARE_STRINGS,
    **READING_STRINGS,
    **KEEP_STRINGS,
    **TREE_STRINGS,
    **NEIGHBOURS_STRINGS,
    **TRAIN_STRINGS,
    **TRAIN_VIEW_STRINGS,
    **DATA_STRINGS,
    **EVALUATE_STRINGS,
    **EVALUATE_VIEW_STRINGS,
    **LESSON_STRINGS,
}
