"""Every word of the drawn trees and of the faithfulness panel, English and Simplified Chinese side by side."""

from typing import Final

TREE_STRINGS: Final[dict[str, tuple[str, str]]] = {
    "view_tree_title": ("The search as a tree", "搜索树"),
    "view_tree_empty": (
        "The tree of the search is drawn here after a translation.",
        "翻译之后，搜索树会画在这里。",
    ),
    "view_tree_help": (
        "From left to right, step by step; a thicker line is a likelier token. Arrow keys move along the tree, "
        "Enter opens and closes what was pruned there.",
        "从左到右逐步展开；线越粗，词元越可能。方向键沿树移动，回车键展开或收起被剪除的分支。",
    ),
    "view_tree_show": ("Draw", "显示"),
    "view_tree_results": ("what led to results", "通向结果的分支"),
    "view_tree_kept": ("all that was kept", "所有保留过的分支"),
    "view_tree_all": ("also the best of what was dropped", "以及被舍弃的最佳续接"),
    "view_tree_legend_winner": ("best result", "最佳结果"),
    "view_tree_legend_alive": ("went on", "继续"),
    "view_tree_legend_finished": ("finished", "已结束"),
    "view_tree_legend_pruned": ("pruned", "被剪除"),
    "view_tree_start": ("start", "开始"),
    "view_tree_root": (
        "The start of the translation: nothing has been said yet.",
        "译文的开头：还没有任何词元。",
    ),
    "view_tree_first": ("{token}, step {step}.", "{token}，第 {step} 步。"),
    "view_tree_later": (
        "{token}, step {step}, after “{beginning}”.",
        "{token}，第 {step} 步，在“{beginning}”之后。",
    ),
    "view_tree_numbers": (
        "Log-probability {log_probability} ({share}), total {total}, score {score}.",
        "对数概率 {log_probability}（{share}），总和 {total}，得分 {score}。",
    ),
    "view_tree_place": ("Rank {place} of what this step considered.", "在这一步的考虑中排第 {place}。"),
    "view_tree_result": ("Result {place}.", "结果 {place}。"),
    "view_tree_alive": ("Kept, and continued by others.", "保留，并有后续。"),
    "view_tree_lost": ("None of what continued it reached the results.", "它的后续都没有进入结果。"),
    "view_tree_finished": ("Finished.", "已结束。"),
    "view_tree_cut": ("Cut at the maximum length.", "在最大长度处截断。"),
    "view_tree_open": ("The search stopped here.", "搜索停在这里。"),
    "view_tree_pruned": ("Pruned at the next step.", "在下一步被剪除。"),
    "view_tree_dropped": ("Not kept.", "未保留。"),
    "view_tree_less_likely": ("“{winner}” is likelier by {gap} nats.", "“{winner}”高出 {gap} 奈特。"),
    "view_tree_beam_full": (
        "The last free place went to “{winner}”, {gap} nats better.",
        "最后一个空位给了“{winner}”，高出 {gap} 奈特。",
    ),
    "view_tree_next_beam_full": (
        "Its best continuation lost the last free place to “{winner}”, {gap} nats better.",
        "它最好的续接把最后一个空位输给了“{winner}”，相差 {gap} 奈特。",
    ),
    "view_tree_group_full": ("Its group preferred others.", "所在的组选择了其他词元。"),
    "view_tree_not_drawn": ("It was not drawn.", "未被抽中。"),
    "view_tree_search_ended": ("The search had ended.", "搜索已结束。"),
    "view_tree_hidden": (
        "{count} pruned continuations not drawn here.",
        "此处有 {count} 个被剪除的续接未画出。",
    ),
    "view_tree_unseen": (
        "{count} more stand in the table of the next step.",
        "另有 {count} 个见下一步的表。",
    ),
    # attention against leaving tokens out
    "faithfulness_title": ("Can attention be trusted?", "注意力可信吗？"),
    "faithfulness_measure": ("Measure", "测量"),
    "faithfulness_progress": (
        "{done} of {tokens} tokens left out so far …",
        "已逐一去掉 {done} / {tokens} 个词元……",
    ),
    "faithfulness_stopped": (
        "Stopped after {done} of {tokens} tokens; a comparison needs all of them.",
        "已停止：只去掉了 {done} / {tokens} 个词元，要比较就需要全部。",
    ),
    "faithfulness_answer": ("Answer", "结论"),
    "faithfulness_help": (
        "Leaves out each source token in turn and measures how much less likely this translation becomes; then "
        "compares that with the attention the token got. The end token is not counted.",
        "逐个去掉原文词元，测量这句译文的概率下降多少，再与该词元得到的注意力相比。结束词元不计。",
    ),
    "faithfulness_agree": (
        "They agree: what got more attention mattered more.",
        "两者一致：得到更多注意力的词元确实更重要。",
    ),
    "faithfulness_unrelated": (
        "They are hardly related: attention does not tell which source tokens mattered here.",
        "两者几乎无关：在这里，注意力说明不了哪些原文词元重要。",
    ),
    "faithfulness_contrary": (
        "They contradict each other: what got more attention mattered less.",
        "两者相反：得到更多注意力的词元反而不那么重要。",
    ),
    "faithfulness_undefined": (
        "All source tokens are tied in one of the two rankings, so there is nothing to correlate.",
        "两个排名之一中所有原文词元并列，无法计算相关。",
    ),
    "faithfulness_numbers": (
        "Rank correlation: Kendall’s τ = {tau:.2f}, Spearman’s ρ = {rho:.2f}.",
        "等级相关：Kendall τ = {tau:.2f}，Spearman ρ = {rho:.2f}。",
    ),
    "faithfulness_certain": (
        "For {tokens} tokens in random order, τ stays between −{chance:.2f} and {chance:.2f} in 19 of 20 cases, "
        "so this is more than chance, for this one sentence.",
        "若 {tokens} 个词元随机排列，20 次中有 19 次 τ 介于 −{chance:.2f} 与 {chance:.2f} 之间；"
        "因此就这一句而言，这并非偶然。",
    ),
    "faithfulness_uncertain": (
        "That is uncertain: with {tokens} tokens, chance alone gives a τ between −{chance:.2f} and {chance:.2f} in "
        "19 of 20 cases.",
        "这并不确定：只有 {tokens} 个词元时，仅凭偶然，20 次中有 19 次 τ 介于 −{chance:.2f} 与 {chance:.2f} 之间。",
    ),
    "faithfulness_no_attention": (
        "This model has no attention, so there is nothing to compare: choose another model.",
        "该模型没有注意力，无从比较：请选择另一个模型。",
    ),
    "faithfulness_edited": (
        "You have changed the attention, so it is not the model’s own: take the changes back first.",
        "注意力已被你修改，不再是模型自己的：请先撤回修改。",
    ),
    "faithfulness_long": (
        "The text has {tokens} tokens, and each takes one more pass through the model; {limit} is the most: "
        "shorten it.",
        "文字有 {tokens} 个词元，每个都要让模型多算一遍；最多 {limit} 个：请缩短。",
    ),
    "nothing_to_measure": (
        "There is no whole translation to measure: translate first.",
        "还没有完整的译文可供测量：请先翻译。",
    ),
    "view_faith_token": ("source token", "原文词元"),
    "view_faith_received": ("attention it got", "得到的注意力"),
    "view_faith_lost": ("nats lost without it", "去掉后损失（奈特）"),
    # greedy, beam and samples in one tree
    "methods_draw": ("Draw greedy, beam and samples into one tree", "把贪心、束搜索和采样画进同一棵树"),
    "methods_samples": ("Samples", "采样数"),
    "methods_status": ("Greedy, beam and samples", "贪心、束搜索与采样"),
    "methods_table": ("Probability that each method covers", "各方法覆盖的概率"),
    "methods_columns_method": ("method", "方法"),
    "methods_columns_translations": ("distinct finished translations", "不同的完整译文"),
    "methods_columns_mass": ("their probability together", "概率之和"),
    "methods_together": ("all together", "合计"),
    "methods_progress": ("{method}: step {step}…", "{method}：第 {step} 步……"),
    "methods_stopped": (
        "Stopped: the tree holds the methods that had ended.",
        "已停止：树中是已经完成的方法。",
    ),
    "methods_done": (
        "Done. A branch is marked with the letters of those who took it and how often.",
        "完成。每个分支标有走过它的方法的字母和次数。",
    ),
    "methods_bounds": (
        "The number of samples must lie between 1 and {limit}: change it.",
        "采样数须在 1 到 {limit} 之间：请调整。",
    ),
    "view_tree_methods_title": ("Greedy, beam and samples in one tree", "贪心、束搜索与采样同在一棵树"),
    "view_tree_methods_help": (
        "A line for each method that took a branch, and its letter with how often; arrow keys move along the tree.",
        "每条分支上，走过它的每种方法各有一条线，旁边是其字母和次数；方向键沿树移动。",
    ),
    "view_tree_methods_empty": (
        "Press the button, and what each method finds is drawn here.",
        "按下按钮，各方法找到的译文会画在这里。",
    ),
    "view_tree_taken": ("Taken by: {takers}.", "走过它的：{takers}。"),
    "view_tree_by_greedy": ("greedy search", "贪心搜索"),
    "view_tree_by_beam": ("beam × {count}", "束搜索 × {count}"),
    "view_tree_by_samples": ("samples × {count}", "采样 × {count}"),
    "view_tree_legend_greedy": ("g: greedy", "g：贪心"),
    "view_tree_legend_beam": ("b: beam", "b：束搜索"),
    "view_tree_legend_samples": ("s: samples", "s：采样"),
    "view_tree_totals": (
        "Log-probability {log_probability} ({share}), total {total}.",
        "对数概率 {log_probability}（{share}），总和 {total}。",
    ),
}
