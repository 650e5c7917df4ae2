"""What the view of a training run says, English and Simplified Chinese side by side."""

from typing import Final

TRAIN_VIEW_STRINGS: Final[dict[str, tuple[str, str]]] = {
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
}
