"""What is said of pushing a model, English and Simplified Chinese side by side."""

from typing import Final

PUSH_STRINGS: Final[dict[str, tuple[str, str]]] = {
    "push_help": (
        "Publish a model with a complete card. You see exactly what would be there before anything is sent; "
        "training text, snapshots and paths are never part of it.",
        "把模型连同完整的说明卡一起发布。发送之前，你会看到将要发布的全部内容；训练文本、快照和路径绝不在其中。",
    ),
    "push_model": ("Model to push", "要推送的模型"),
    "push_repository": ("Repository", "仓库"),
    "push_repository_help": (
        "OWNER/NAME: yours, or of an organization you write to. It is made where it is not there; pushing again "
        "updates it.",
        "写 OWNER/NAME：你自己的，或你可写入的组织的。没有就新建；再次推送即更新。",
    ),
    "push_licence": ("Licence", "许可证"),
    "push_licence_help": (
        "What others may do with the weights; the licence of the training text may decide it.",
        "别人可以怎样使用权重；训练文本的许可证可能决定了它。",
    ),
    "push_licence_own": ("that of its card", "沿用其说明卡"),
    "push_private": ("Only I see it", "仅自己可见"),
    "push_more": ("What the card says", "说明卡的内容"),
    "push_summary": ("What the model does, for whom", "模型做什么，为谁而做"),
    "push_data": ("What it was trained on", "用什么训练的"),
    "push_markdown": ("Markdown. Empty: what its card says already.", "Markdown。留空则沿用已有的说明卡。"),
    "push_example": ("Sentence for the picture", "配图用的句子"),
    "train_pushing": ("Push while it trains", "边训练边推送"),
    "train_pushing_help": (
        "Each new best goes to the Hugging Face Hub, with its card, at most once a minute and once more at the "
        "end: so nothing is lost with a server that forgets its disk. Training goes on whatever comes of it.",
        "每个新的最佳权重连同说明卡一起推送到 Hugging Face Hub，至多每分钟一次，结束时再推一次：这样即使服务器丢失"
        "磁盘也不会丢失成果。无论推送结果如何，训练都会继续。",
    ),
    "train_token_help": (
        "One that may write there. It is kept in memory until the run is over, and nowhere else. Empty: your "
        "sign-in, or this machine's login.",
        "须可写入该仓库。它只在内存中保留到训练结束。留空则用你的登录，或本机的登录。",
    ),
    "push_preview": ("Preview", "预览"),
    "push_go": ("Push it", "推送"),
    "push_card": ("The model card", "模型说明卡"),
    "push_title": ("Push to the Hugging Face Hub", "推送到 Hugging Face Hub"),
    "pull_title": ("Pull from the Hugging Face Hub", "从 Hugging Face Hub 拉取"),
    "push_changed": (
        "What would be pushed is not what the last preview showed. Press Preview again.",
        "将要推送的内容与上次预览的不同。请再按一次“预览”。",
    ),
    "push_long_words": (
        "A text for the card has {length} characters, and {limit} are the most. Shorten it.",
        "说明卡的一段文字有 {length} 个字符，上限是 {limit} 个。请缩短。",
    ),
    "push_state_same": ("The repository is as it was.", "仓库保持原样。"),
    "push_state_empty": ("The repository was created and is empty.", "仓库已新建，目前是空的。"),
    "view_push_empty": (
        "Fill in the form and press Preview: here you see exactly what would be published.",
        "填好表单，再按“预览”：这里会显示将要发布的全部内容。",
    ),
    "view_push_preparing": (
        "Loading the model, writing its card, drawing its picture …",
        "正在载入模型、撰写说明卡、绘制配图……",
    ),
    "view_push_asking": ("Asking the Hub whether you may …", "正在向 Hub 查询你是否有权推送……"),
    "view_push_pushing": ("Pushing {name}: {done} of {total} MB", "正在推送 {name}：{done} / {total} MB"),
    "view_push_pushed": (
        "{name} is at commit {commit}: {files} files sent.",
        "{name} 现在位于提交 {commit}：已发送 {files} 个文件。",
    ),
    "view_push_unchanged": (
        "{name} has all of it already, at commit {commit}.",
        "{name} 已有全部内容，提交为 {commit}。",
    ),
    "view_push_open": ("Open its page", "打开它的页面"),
    "view_push_what": ("What would be published", "将要发布的内容"),
    "view_push_target": ("{name}, licence {licence}.", "{name}，许可证 {licence}。"),
    "view_push_target_new": (
        "{name}, licence {licence}: will be made by {user}.",
        "{name}，许可证 {licence}：将由 {user} 新建。",
    ),
    "view_push_target_there": (
        "{name}, licence {licence}: is there and will be updated by {user}.",
        "{name}，许可证 {licence}：已存在，将由 {user} 更新。",
    ),
    "view_push_public": ("Everyone will see it.", "所有人都能看到。"),
    "view_push_private": ("Only its owner will see it.", "只有所有者能看到。"),
    "view_push_file": ("file", "文件"),
    "view_push_bytes": ("bytes", "字节"),
    "view_push_sum": ("all", "合计"),
    "view_push_left_out": ("Not published: {names}", "不发布：{names}"),
    "hub_no_token": (
        "Nobody is logged in to the Hub here. Sign in, log in with `hf auth login`, or give a token that may "
        "write.",
        "这里没有人登录 Hub。请登录，或运行 `hf auth login`，或提供可写的令牌。",
    ),
    "hub_read_only_token": (
        "The token of {user} may only read. Make one that may write to {owner}, at "
        "https://huggingface.co/settings/tokens.",
        "{user} 的令牌只能读取。请在 https://huggingface.co/settings/tokens 新建一个可写入 {owner} 的令牌。",
    ),
    "hub_not_yours": (
        "{user} may not write to {name}. Push to a repository of {user}'s own, or of an organization where {user} "
        "may write.",
        "{user} 不能写入 {name}。请推送到 {user} 自己的仓库，或其可写入的组织的仓库。",
    ),
    "hub_is_public": (
        "{name} exists and is public, and it was to be private. Choose another name, or make it private on its "
        "page first.",
        "{name} 已存在且是公开的，而你要求私有。请换个名称，或先在它的页面上设为私有。",
    ),
    "hub_payment": (
        "The Hub wants to be paid for {name}. See its page, or choose something that is free.",
        "Hub 要求为 {name} 付费。请查看其页面，或选择免费的。",
    ),
    "hub_changed": (
        "{name} was changed by someone else meanwhile. Nothing of it was overwritten; look at it and push again.",
        "其间 {name} 被别人改动过。没有覆盖任何内容；请查看后再推送。",
    ),
    "hub_bad_card": (
        "The Hub does not take this README.md: {reason} Correct its header.",
        "Hub 不接受此 README.md：{reason} 请改正其文件头。",
    ),
    "hub_strange": (
        "The Hub answers what this program does not understand. Try again later, or update the program.",
        "Hub 的回答本程序看不懂。请稍后再试，或更新本程序。",
    ),
    "hub_outcome_unknown": (
        "The connection broke as {name} was being changed, and it cannot be asked whether it was. Push again: what "
        "is there already is not pushed twice.",
        "更改 {name} 时连接中断，无法得知是否已更改。请再推送一次：已有的内容不会重复推送。",
    ),
    "hub_push_stopped": (
        "Pushing to {name} was stopped. Push again to go on.",
        "已停止推送到 {name}。再次推送即可继续。",
    ),
    "publish_nothing": (
        "{name!r} is no folder of a checkpoint or a run, nor the name of one. Choose one from the list.",
        "{name!r} 不是检查点或训练的文件夹，也不是其名称。请从列表中选择。",
    ),
    "publish_no_licence": (
        "The card of {name} names no licence, and nobody may use a model without one. Choose one, for example "
        "apache-2.0, mit, cc-by-4.0 or cc-by-sa-4.0.",
        "{name} 的说明卡没有写许可证，而没有许可证的模型谁都不能使用。请选择一个，例如 apache-2.0、mit、cc-by-4.0 "
        "或 cc-by-sa-4.0。",
    ),
    "publish_bad_licence": (
        "The Hub knows no licence {licence!r}. Perhaps you mean {close}; other is for one that the card describes.",
        "Hub 没有许可证 {licence!r}。您可能是指 {close}；other 用于在说明卡中自行描述的许可证。",
    ),
    "publish_bad_dataset": (
        "{dataset!r} is no name of a dataset on the Hub. Write OWNER/NAME, or describe the data in words.",
        "{dataset!r} 不是 Hub 上数据集的名称。请写 OWNER/NAME，或用文字描述数据。",
    ),
    "publish_secret": (
        "{file} holds what looks like a token of the Hub. Remove it there, and make that token invalid.",
        "{file} 中有疑似 Hub 令牌的内容。请从中删除，并让该令牌失效。",
    ),
    "publish_path": (
        "{file} holds a path of this machine: {path!r}. Remove it there; what is published tells nothing of where "
        "it was made.",
        "{file} 中有本机的路径：{path!r}。请从中删除；发布的内容不应透露它是在哪里制作的。",
    ),
    "publish_strange_scores": (
        "scores.json holds {what!r}, which is no score. Remove it; a score is a number, or a short word that says "
        "how it was computed.",
        "scores.json 中有 {what!r}，它不是得分。请删除；得分是数字，或说明如何计算的短词。",
    ),
    "publish_strange_weights": (
        "The header of model.safetensors holds {what!r}, which is none of this program's. Save the weights anew.",
        "model.safetensors 的文件头中有 {what!r}，它不是本程序写的。请重新保存权重。",
    ),
    "publish_bad_card": (
        "The header of the checkpoint's README.md cannot be read: {reason}. Correct it, or remove the file: a card "
        "is then written anew.",
        "无法读取检查点 README.md 的文件头：{reason}。请改正，或删除该文件：会重新撰写说明卡。",
    ),
    "publish_example": (
        "The example cannot be translated: {reason} Choose another sentence.",
        "无法翻译该例句：{reason} 请换一句。",
    ),
    "publish_other_content": (
        "{name} holds something else, for example {file}. Choose another name; a model of another kind is not "
        "overwritten.",
        "{name} 中是别的内容，例如 {file}。请换个名称；不会覆盖别种模型。",
    ),
}
