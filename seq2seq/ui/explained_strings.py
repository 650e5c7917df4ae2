"""Short explanations of concepts, English and Simplified Chinese side by side."""

from typing import Final

EXPLAINED_STRINGS: Final[dict[str, tuple[str, str]]] = {
    "explain_greedy": (
        "Greedy takes the likeliest token at every step.",
        "贪心：每一步都取最可能的词元。",
    ),
    "explain_greedy_more": (
        "It is fast and never looks back: a first word that seemed best may lead to a sentence that is not, and "
        "greedy search cannot mend it.",
        "它很快，但从不回头：当时看来最好的第一个词，可能引出并不好的句子，而贪心搜索无法补救。",
    ),
    "explain_beam": (
        "Beam search keeps several beginnings at once and goes on with the best of them.",
        "束搜索：同时保留几个开头，并从其中最好的继续。",
    ),
    "explain_beam_more": (
        "A beginning that looks worse now may win later. A wider beam finds translations that the model rates "
        "higher, but they are not always better: they tend to be too short.",
        "现在看来较差的开头，之后可能胜出。更宽的束能找到模型评分更高的译文，但不一定更好：往往过短。",
    ),
    "explain_sampling": (
        "Sampling draws the next token at random, likely ones more often.",
        "采样：随机抽取下一个词元，越可能的越常被抽到。",
    ),
    "explain_sampling_more": (
        "Each seed gives another translation. It shows what the model thinks possible; for the one best "
        "translation a beam is the better choice.",
        "每个随机种子都给出不同的译文。它展示模型认为可能的说法；若只要一个最好的译文，束搜索更合适。",
    ),
    "explain_diverse_beam": (
        "Diverse beam search is a beam in groups that avoid each other's words.",
        "多样束搜索：把束分成几组，各组避开彼此的词。",
    ),
    "explain_diverse_beam_more": (
        "The hypotheses of a plain beam often differ in a comma. Here a later group pays for every token that an "
        "earlier one took at the same step, and so says it differently.",
        "普通束搜索的候选往往只差一个逗号。这里，后面的组每用一次前面的组在同一步选过的词元，就要扣分，因此会换一种说法。",
    ),
    "explain_length_penalty": (
        "The length penalty keeps long translations from losing only because they are long.",
        "长度惩罚使长译文不会仅仅因为长而落败。",
    ),
    "explain_length_penalty_more": (
        "Every further token lowers the log-probability, so without it the shortest result would win most often. "
        "It decides among finished translations and changes no probability.",
        "每多一个词元，对数概率就更低；没有它，最短的结果最常胜出。它只在完成的译文之间起作用，不改变任何概率。",
    ),
    "explain_temperature": (
        "Temperature says how daring the draw is: below 1 safer, above 1 wilder.",
        "温度表示抽取有多大胆：小于 1 更稳妥，大于 1 更随意。",
    ),
    "explain_temperature_more": (
        "The model's scores are divided by it before they become probabilities. Near 0 it is greedy search; high "
        "above 1 every token is nearly as likely as any other.",
        "模型的分数在变成概率之前先除以温度。接近 0 时就是贪心搜索；远大于 1 时，所有词元几乎同样可能。",
    ),
    "view_explain_log_probability": (
        "The log-probability adds up how likely the model finds each token: nearer to 0 is likelier.",
        "对数概率把模型认为每个词元有多可能加在一起：越接近 0 越可能。",
    ),
    "view_explain_log_probability_more": (
        "It is the natural logarithm of the whole sentence's probability, in nats: −0.7 is one in two, −2.3 one in "
        "ten, −6.9 one in a thousand. The score is what results are ranked by, after the length penalty.",
        "它是整句概率的自然对数，单位为奈特：−0.7 是二分之一，−2.3 是十分之一，−6.9 是千分之一。"
        "得分是加上长度惩罚后用于排序的值。",
    ),
    "view_explain_attention": (
        "Attention says how much of each source token the model mixes in as it chooses the next one.",
        "注意力表示模型在选择下一个词元时，从每个原文词元中取用多少。",
    ),
    "view_explain_attention_more": (
        "The weights of a row sum to 100 %. In a translation they often follow which word stands for which, and so "
        "they show where word order differs.",
        "一行的权重之和为 100 %。在翻译中，它们常常对应词与词的关系，因此能看出语序的不同。",
    ),
}
