"""What the view of a training run says, English and Simplified Chinese side by side."""

from typing import Final

TRAIN_VIEW_STRINGS: Final[dict[str, tuple[str, str]]] = {
    "view_train_push_waits": (
        "Each new best is pushed to {to} on the Hugging Face Hub.",
        "每个新的最佳权重都会推送到 Hugging Face Hub 的 {to}。",
    ),
    "view_train_pushed": (
        "{to} on the Hugging Face Hub has the weights of step {step}.",
        "Hugging Face Hub 的 {to} 已有第 {step} 步的权重。",
    ),
    "view_train_not_pushed": (
        "The weights of step {step} were not pushed to {to}: {reason}",
        "第 {step} 步的权重没有推送到 {to}：{reason}",
    ),
    "view_train_empty_title": ("The run appears here", "训练过程将出现在这里"),
    "view_train_empty_text": (
        "Choose sentences and where to start from, and press Start. Loss, scores, translations and attention are "
        "drawn as they come about. The run goes on when this page is closed.",
        "选择句子和起点，再按“开始训练”。损失、得分、译文和注意力会随训练画出。关闭本页后训练仍会继续。",
    ),
    "view_train_progress": ("Progress of the run", "训练进度"),
    "view_train_queued": ("Waiting; place {place} in the queue", "等待中，排在第 {place} 位"),
    "view_train_starting": ("Starting: reading the data", "正在启动：读取数据"),
    "view_train_running": ("{share} % · about {left} left", "{share} %，大约还需 {left}"),
    "view_train_stopping": ("Stopping: the last scores are taken", "正在停止：进行最后的评分"),
    "view_train_done": ("Finished", "已完成"),
    "view_train_stopped": ("Stopped; the best is kept", "已停止，保留了最好的权重"),
    "view_train_failed": ("Failed", "失败"),
    "view_train_step": ("step", "步数"),
    "view_train_epoch": ("passes over the data", "轮数"),
    "view_train_speed": ("target tokens a second", "每秒目标词元"),
    "view_train_gradient": ("gradient norm", "梯度范数"),
    "view_train_best": ("best so far", "目前最好"),
    "view_train_at_step": ("step {step}", "第 {step} 步"),
    "view_train_target": ("target of the lesson", "课程目标"),
    "view_train_target_open": ("{wanted} % exactly right; now {now} %", "{wanted} % 完全正确；现在 {now} %"),
    "view_train_target_reached": (
        "{wanted} % exactly right, reached at step {step} after {time}",
        "{wanted} % 完全正确，第 {step} 步达到，用时 {time}",
    ),
    "view_train_exact": ("exactly right, %", "完全正确率（%）"),
    "view_train_scores_exact": (
        "Exact matches and chrF on held-out sentences",
        "留出集上的完全正确率与 chrF",
    ),
    "view_train_pairs": ("training pairs", "训练句对"),
    "view_train_parameters": ("parameters", "参数"),
    "view_train_point": ("{name} {value} at step {step}", "第 {step} 步：{name} {value}"),
    "view_train_loss": ("Loss", "损失"),
    "view_train_loss_training": ("training loss", "训练损失"),
    "view_train_loss_heldout": ("held-out loss", "留出集损失"),
    "view_train_scores": ("BLEU and chrF on held-out sentences", "留出集上的 BLEU 与 chrF"),
    "view_train_rate": ("learning rate", "学习率"),
    "view_train_lapse": ("How the attention comes about", "注意力是怎样形成的"),
    "view_train_lapse_hint": (
        "One held-out sentence, translated at every validation.",
        "同一个留出句，在每次验证时翻译一遍。",
    ),
    "view_train_lapse_scrub": ("Which validation is shown", "显示第几次验证"),
    "view_train_lapse_step": ("step {step} · {number} of {count}", "第 {step} 步，{number} / {count}"),
    "view_train_lapse_label": (
        "Attention at {place}; the model says: {words}",
        "{place} 的注意力；模型说：{words}",
    ),
    "view_train_samples": ("What it says by now", "现在的译文"),
    "view_train_source": ("source", "原文"),
    "view_train_reference": ("reference", "参考译文"),
    "view_train_translation": ("translation", "译文"),
    "view_train_validations": ("Every validation in numbers", "每次验证的数值"),
    "view_train_kept": ("kept", "保留"),
    "view_train_command": ("The same run on the command line", "命令行中的同一个训练"),
    "view_train_general": ("BLEU, general test", "通用测试 BLEU"),
    "view_test_title_test": (
        "The proof: {count} test sentences it never trained on",
        "证明：{count} 个从未参与训练的测试句",
    ),
    "view_test_title_general": (
        "What it forgot: {count} sentences of what the first model could do",
        "遗忘：{count} 个起始模型原本会的句子",
    ),
    "view_test_test_better": (
        "Better: BLEU went from {before} to {after} ({change}, p {p}).",
        "变好了：BLEU 从 {before} 变为 {after}（{change}，p {p}）。",
    ),
    "view_test_test_worse": (
        "Worse: BLEU went from {before} to {after} ({change}, p {p}).",
        "变差了：BLEU 从 {before} 变为 {after}（{change}，p {p}）。",
    ),
    "view_test_test_undecided": (
        "No proof either way: BLEU went from {before} to {after} ({change}, p {p}), which may be chance.",
        "无法判定：BLEU 从 {before} 变为 {after}（{change}，p {p}），可能只是偶然。",
    ),
    "view_test_test_same": (
        "Nothing changed: every translation is as it was before, BLEU {after}.",
        "没有变化：每个译文都和之前一样，BLEU 为 {after}。",
    ),
    "view_test_general_better": (
        "Nothing was forgotten: BLEU went from {before} to {after} ({change}, p {p}).",
        "没有遗忘：BLEU 从 {before} 变为 {after}（{change}，p {p}）。",
    ),
    "view_test_general_worse": (
        "It forgot: BLEU went from {before} to {after} ({change}, p {p}). A lower learning rate, fewer passes or "
        "some general pairs among the new ones help.",
        "有遗忘：BLEU 从 {before} 变为 {after}（{change}，p {p}）。"
        "降低学习率、减少轮数，或在新句对中混入一些通用句对会有帮助。",
    ),
    "view_test_general_undecided": (
        "No loss is proven: BLEU went from {before} to {after} ({change}, p {p}).",
        "未证实有遗忘：BLEU 从 {before} 变为 {after}（{change}，p {p}）。",
    ),
    "view_test_general_same": (
        "Nothing was forgotten: every translation is as it was before, BLEU {after}.",
        "没有遗忘：每个译文都和之前一样，BLEU 为 {after}。",
    ),
    "view_test_only_after": (
        "BLEU {after} (95 % interval), {exact} % of the translations exactly right.",
        "BLEU {after}（95 % 区间），{exact} % 的译文完全正确。",
    ),
    "view_test_before": ("before", "之前"),
    "view_test_after": ("after", "之后"),
    "view_test_change": ("change", "变化"),
    "view_test_p": ("p", "p 值"),
    "view_test_note": (
        "Translated greedily. ± is the 95 % interval and p the paired test, both by bootstrap.",
        "贪心译出。± 为 95 % 区间，p 为配对检验，均用自助法。",
    ),
    "view_test_exact": ("exactly right, %", "完全正确 %"),
    "view_test_less_is_better": ("less is better", "越低越好"),
    "view_test_source": ("source", "原文"),
    "view_test_reference": ("reference", "参考译文"),
    "view_test_changes": (
        "Sentence by sentence: {better} better, {worse} worse, {equal} equal by chrF",
        "逐句：按 chrF 有 {better} 句变好，{worse} 句变差，{equal} 句不变",
    ),
    "view_test_changes_label": ("Sentences by change", "按变化排序的句子"),
    "view_test_worst": ("The worst sentences", "最差的句子"),
    "view_test_worst_first": ("Show losses first", "先看变差的"),
    "view_test_best_first": ("Show gains first", "先看变好的"),
}
