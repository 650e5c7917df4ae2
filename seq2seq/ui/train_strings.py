"""Every word of the Train tab's form, English and Simplified Chinese side by side."""

from typing import Final

TRAIN_STRINGS: Final[dict[str, tuple[str, str]]] = {
    "train_tab": ("Train", "训练"),
    "train_step_data": (
        "### 1 · Your sentences\n"
        "TSV, CSV, JSON lines, TMX, XLSX, or two text files of equal length; also as .gz or .zip.",
        "### 1 · 你的句子\nTSV、CSV、JSON lines、TMX、XLSX，或两个行数相同的文本文件；也可以是 .gz 或 .zip。",
    ),
    "train_upload": (
        "A file of sentence pairs",
        "句对文件",
    ),
    "train_paste": ("Or paste them", "或粘贴文本"),
    "train_pasted": ("Sentence pairs", "句对"),
    "train_pasted_help": ("One pair a line: source, tab, translation.", "每行一个句对：原文、制表符、译文。"),
    "train_take": ("Take this text", "使用这些文本"),
    "train_source_column": ("Source column", "原文列"),
    "train_target_column": ("Translation column", "译文列"),
    "train_source_language": ("Source language", "原文语言"),
    "train_target_language": ("Translation language", "译文语言"),
    "train_examine": ("Examine the sentences", "检查句子"),
    "train_drop": ("Leave these rows out of the training", "训练时去掉这些行"),
    "train_drop_help": (
        "Nothing is left out unless it is ticked; rows without a pair cannot be used.",
        "只去掉勾选的；没有句对的行无法使用。",
    ),
    "train_step_start": ("### 2 · Where to start from", "### 2 · 从哪里开始"),
    "train_start": ("Start", "起点"),
    "train_start_help": (
        "Fine-tuning keeps what a model can do, its tokenizer and its network, and begins with a new optimiser; "
        "a new model begins knowing nothing. A run that was stopped goes on with its old optimiser: press Go on.",
        "微调保留模型已有的能力、分词器和网络，并使用新的优化器；新模型从零开始。已停止的训练请在其处按“继续”，它沿用原来的优化器。",
    ),
    "train_start_fine_tune": ("Fine-tune a model", "微调已有模型"),
    "train_start_new": ("A new model", "训练新模型"),
    "train_base": ("Model to fine-tune", "要微调的模型"),
    "train_base_run": ("Your run “{name}”", "您的训练“{name}”"),
    "train_preset": ("Time", "时间"),
    "train_preset_help": (
        "The longest it may take; it ends sooner when it no longer gets better.",
        "最长用时；不再进步时会提前结束。",
    ),
    "train_preset_minutes": ("minutes", "几分钟"),
    "train_preset_hour": ("an hour", "一小时"),
    "train_preset_overnight": ("overnight", "一夜"),
    "train_name": ("Name of the run", "训练名称"),
    "train_settings": ("Every setting", "全部设置"),
    "train_settings_help": (
        "An empty field leaves the choice to the time above and the data; what that is now stands in grey, or "
        "in brackets. When fine-tuning, the network and the tokenizer come with the model.",
        "空白项由上面的时间和数据决定，当前取值以灰色或括号显示。微调时，网络和分词器随模型而定。",
    ),
    "train_go": ("Start training", "开始训练"),
    "train_estimate": ("How long would it take?", "需要多久？"),
    "train_estimated": (
        "{parameters} parameters, about {megabytes} MB of memory, {speed} target tokens a second: about {minutes} "
        "minutes, measured by 20 real updates on this machine.",
        "{parameters} 个参数，约 {megabytes} MB 内存，每秒 {speed} 个目标词元：约 {minutes} 分钟，"
        "由本机上 20 次真实更新测得。",
    ),
    "train_answer": ("Answer", "回答"),
    "train_runs": ("Your runs", "你的训练"),
    "run_is_queued": ("waiting", "等待中"),
    "run_is_running": ("running", "进行中"),
    "run_is_done": ("finished", "已完成"),
    "run_is_stopped": ("stopped", "已停止"),
    "run_is_failed": ("failed", "失败"),
    "train_stop": ("Stop, keep the best", "停止并保留最好的"),
    "train_resume": ("Go on", "继续训练"),
    "train_push": ("Push it", "推送它"),
    "train_evaluate": ("Evaluate it", "评测它"),
    "train_explore": ("Explore it", "探索它"),
    "train_download": ("↓ Download (zip)", "↓ 下载 (zip)"),
    "train_more": ("Rename or delete", "重命名或删除"),
    "train_new_name": ("New name", "新名称"),
    "train_rename": ("Rename", "重命名"),
    "train_sure": ("I am sure: its data and weights go for good", "我确定：数据和权重将永久删除"),
    "train_delete": ("Delete", "删除"),
    "train_not_sure": (
        "Deleting removes the data and the weights for good: tick that you are sure first.",
        "删除会永久移除数据和权重：请先勾选“我确定”。",
    ),
    "train_no_run": ("No run is chosen: choose one of the list.", "没有选择训练：请从列表中选择。"),
    "train_no_data": (
        "There are no sentences yet: upload a file or paste some.",
        "还没有句子：请上传文件或粘贴。",
    ),
    "train_many_files": (
        "There are {files} files: give one, or the two sides of a pair.",
        "有 {files} 个文件：请给一个，或句对两侧的两个。",
    ),
    "train_nothing_examined": (
        "The sentences have not been examined yet: press Examine the sentences first.",
        "句子还没有检查：请先按“检查句子”。",
    ),
    "train_few_pairs": (
        "There are {pairs} pairs, and {least} are the fewest that can be trained on: bring more.",
        "只有 {pairs} 个句对，至少需要 {least} 个：请增加句子。",
    ),
    "train_bad_number": (
        "The setting {name} is {value}, and it must be a number: correct it or leave it empty.",
        "设置 {name} 的值为 {value}，应为数字：请改正或留空。",
    ),
    "train_no_start": ("This start or time is not known: choose again.", "未知的起点或时间：请重新选择。"),
    "outcome_epochs": ("It came to the end of its passes over the data.", "已过完设定的轮数。"),
    "outcome_max_steps": ("It came to its largest number of updates.", "已达到最多更新次数。"),
    "outcome_max_minutes": ("Its time is over.", "时间已到。"),
    "outcome_patience": ("It stopped early: it no longer got better.", "提前结束：不再进步。"),
    "outcome_non_finite": ("The loss was no longer a finite number.", "损失不再是有限的数。"),
    "outcome_stopped": ("You stopped it at step {step}.", "你在第 {step} 步停止了它。"),
    "outcome_ended_hard": (
        "You stopped it at step {step}, and it was ended because it did not end by itself.",
        "你在第 {step} 步停止了它；它没有自行结束，已被强制结束。",
    ),
    "outcome_over_time": (
        "It was stopped at step {step}: its time on this server is over.",
        "它在第 {step} 步停止：在本服务器上的时间已用完。",
    ),
    "outcome_withdrawn": ("You took it out of the queue.", "你把它移出了队列。"),
    "outcome_disk_full": ("The disk is full: it ended at step {step}.", "磁盘已满：它在第 {step} 步结束。"),
    "outcome_full_memory": (
        "The memory is full: it ended at step {step}. A run with a smaller batch or model needs less.",
        "内存已满：它在第 {step} 步结束。批次或模型更小的训练需要的内存更少。",
    ),
    "outcome_killed": (
        "It was killed at step {step}, by someone or because memory ran out.",
        "它在第 {step} 步被终止，可能是人为，也可能因内存不足。",
    ),
    "outcome_lost": (
        "It ended at step {step} while no server watched it.",
        "它在第 {step} 步结束，当时没有服务器在照看。",
    ),
    "outcome_failed": ("It failed: {said}", "失败：{said}"),
    "outcome_kept": (
        " The weights of step {best_step}, its best, are kept.",
        "保留了第 {best_step} 步的最好权重。",
    ),
    "outcome_nothing_kept": (" No weights were kept yet.", "还没有保留任何权重。"),
    "desk_push_token": (
        "A run that is pushed to {name} needs the token of whoever it is pushed for: sign in, or give one.",
        "推送到 {name} 的训练需要其所有者的令牌：请登录，或提供令牌。",
    ),
    "desk_no_run": ("There is no such run: choose one of the list.", "没有这个训练：请从列表中选择。"),
    "desk_no_secret": (
        "This browser has no secret, so no run can belong to it: reload the page.",
        "此浏览器没有密钥，训练无法归属于它：请重新加载页面。",
    ),
    "desk_bad_name": (
        "A run’s name has 1 to {limit} characters and no control "
        "characters; this one has {length}: choose another.",
        "训练名称应为 1 到 {limit} 个字符且不含控制字符，现在有 {length} 个：请换一个。",
    ),
    "desk_bad_probe": (
        "The probe sentence has control characters: type it as one plain line.",
        "探测句含有控制字符：请输入普通的一行。",
    ),
    "desk_bad_pair": (
        "Pair {number} of the {part} data has an empty side or a control character: mend or remove it.",
        "{part} 数据的第 {number} 个句对有空的一侧或控制字符：请修改或移除。",
    ),
    "desk_no_pairs": (
        "The {part} data has no pairs: bring more sentences.",
        "{part} 数据没有句对：请增加句子。",
    ),
    "desk_large_data": (
        "The pairs are more than {limit:g} MB of text: take a part of them.",
        "句对超过 {limit:g} MB：请只取一部分。",
    ),
    "desk_many_pairs": (
        "There are more than {limit} pairs: take a part of them.",
        "句对超过 {limit} 个：请只取一部分。",
    ),
    "desk_long_run": (
        "A run may take {limit:g} minutes here, and {minutes:g} were asked for: choose less.",
        "这里一次训练最多 {limit:g} 分钟，而要求了 {minutes:g} 分钟：请减少。",
    ),
    "desk_many_runs": (
        "You have {count} runs, and {limit} are the most: delete one.",
        "你有 {count} 个训练，最多 {limit} 个：请删除一个。",
    ),
    "desk_queue_full": (
        "{limit} runs are waiting, and that is the most: try again later.",
        "已有 {limit} 个训练在等待：请稍后再试。",
    ),
    "desk_disk_quota": (
        "The runs take {used:.0f} MB, and {limit:g} MB are the most: delete one that is no longer needed.",
        "训练共占 {used:.0f} MB，最多 {limit:g} MB：请删除不再需要的。",
    ),
    "desk_disk_full": ("The disk is full: delete a run or free space.", "磁盘已满：请删除训练或腾出空间。"),
    "desk_still_running": ("The run is not over: stop it first.", "训练尚未结束：请先停止。"),
    "desk_is_over": ("The run is over already.", "训练已经结束。"),
    "desk_reached_its_end": (
        "The run came to its end ({reason}): start a new one from its weights.",
        "训练已到终点（{reason}）：请从它的权重开始新的训练。",
    ),
    "desk_fixed_setting": (
        "{names} cannot change when a run goes on: start a new run from its weights.",
        "继续训练时不能改变 {names}：请从它的权重开始新的训练。",
    ),
    "desk_no_weights": (
        "The run has kept no weights yet: wait for its first validation.",
        "还没有保留权重：请等待第一次验证。",
    ),
    "desk_other_server": (
        "Another server looks after the runs in {folder}: use that one, or close it first.",
        "另一个服务器正在照看 {folder} 中的训练：请用那个，或先关闭它。",
    ),
    "desk_estimate_busy": (
        "Another run is being estimated: try again in a moment.",
        "正在估计另一个训练：请稍后再试。",
    ),
    "desk_estimate_slow": (
        "The estimate took more than {seconds:g} seconds and was given up: take less data or a smaller network.",
        "估计超过 {seconds:g} 秒，已放弃：请减少数据或用更小的网络。",
    ),
    "desk_estimate_failed": ("The run cannot start: {reason}", "训练无法开始：{reason}"),
}
