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
    "view_tree_step": ("step {step}", "第 {step} 步"),
    "view_tree_after": ("after “{beginning}”", "在“{beginning}”之后"),
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
}
