"""What is said of models, in the Models tab most of all, English and Simplified Chinese side by side."""

from typing import Final

MODELS_STRINGS: Final[dict[str, tuple[str, str]]] = {
    "model": ("Model", "模型"),
    "no_models": (
        "There is no trained model in the checkpoints folder yet. Train one with: python -m seq2seq train",
        "checkpoints 文件夹里还没有训练好的模型。请先训练：python -m seq2seq train",
    ),
    "models_tab": ("Models", "模型库"),
    "models_pull_help": (
        "Anyone's checkpoint of Seq2Seq Explorer can be pulled from the Hugging Face Hub by its name. Only its "
        "configuration, tokenizers, weights, scores and card are asked for; it is checked before it is kept, and "
        "no code of it ever runs.",
        "可以按名称从 Hugging Face Hub 拉取任何人的 Seq2Seq Explorer 检查点。只会请求其配置、分词器、权重、得分和"
        "说明卡；保存之前会先检查，其中的代码绝不会运行。",
    ),
    "models_name": ("Model on the Hub", "Hub 上的模型"),
    "models_name_help": (
        "OWNER/NAME, or OWNER/NAME@REVISION for a branch, a tag or a commit.",
        "写 OWNER/NAME；分支、标签或提交写 OWNER/NAME@REVISION。",
    ),
    "models_token": ("Token", "令牌"),
    "models_token_help": (
        "To push, and for private and gated models. It is sent to the Hub and kept nowhere. Empty: this machine's "
        "login.",
        "推送时，以及拉取私有或需申请的模型时才要。它只发给 Hub，不会保存在任何地方。留空则用本机的登录。",
    ),
    "models_token_shared": (
        "Only to push; one that may write to your repository. It is sent to the Hub and kept nowhere.",
        "只在推送时需要，须可写入你的仓库。它只发给 Hub，不会保存在任何地方。",
    ),
    "models_pull": ("Pull", "拉取"),
    "models_offer": ("Pull it and open the link", "拉取并打开链接"),
    "models_offered": (
        "This link asks for the model `{name}` of the Hugging Face Hub, which is not here. Nothing has been "
        "asked of the Hub yet.",
        "此链接要用 Hugging Face Hub 上的模型 `{name}`，这里还没有它。目前没有向 Hub 发出任何请求。",
    ),
    "models_newer": ("Look for newer versions", "查看有无新版本"),
    "link_not_pulled": (
        "{name} is a model of the Hugging Face Hub that was not pulled yet: pull it first.",
        "{name} 是 Hugging Face Hub 上还没有拉取的模型：请先拉取。",
    ),
    "transfer_broke": (
        "This failed by a fault of this program, which its terminal tells. Try again.",
        "因本程序的错误而失败，详情见其终端。请重试。",
    ),
    "models_bad_token": (
        "A token has at most 500 characters without spaces: copy it again.",
        "令牌最多 500 个字符，且不含空格：请重新复制。",
    ),
    "models_no_removal": (
        "Visitors of a shared server cannot remove its models.",
        "共享服务器的访客不能删除其中的模型。",
    ),
    "models_no_card": ("{name} came without a model card.", "{name} 没有附带说明卡。"),
    "models_licence": ("Licence of the weights: {licence}", "权重许可证：{licence}"),
    "models_long_card": ("Only the first {most} characters are shown.", "只显示前 {most} 个字符。"),
    "view_models_title": ("Models here", "这里的模型"),
    "view_models_model": ("model", "模型"),
    "view_models_about": ("what it is", "简介"),
    "view_models_commit": ("commit", "提交"),
    "view_models_size": ("size", "大小"),
    "view_models_pulled": ("pulled", "拉取时间"),
    "view_models_actions": ("actions", "操作"),
    "view_models_bundled": ("bundled", "自带"),
    "view_models_private": ("private", "私有"),
    "view_models_explore": ("Explore", "探索"),
    "view_models_card": ("Card", "说明卡"),
    "view_models_update": ("Pull the newer one", "拉取新版本"),
    "view_models_remove": ("Remove", "删除"),
    "view_models_sure": ("Really remove", "确定删除"),
    "view_models_of": ("{action}: {name}", "{action}：{name}"),
    "view_models_newer": ("newer: {commit}", "新版本：{commit}"),
    "view_models_newest": ("the newest", "已是最新"),
    "view_models_asking": ("Asking the Hub about {name} …", "正在向 Hub 查询 {name}……"),
    "view_models_pulling": ("Pulling {name}: {done} of {total} MB", "正在拉取 {name}：{done} / {total} MB"),
    "view_models_here": (
        "{name} is here, at commit {commit}. It is in every list of models now.",
        "{name} 已在这里，提交 {commit}。现在各处的模型列表里都有它。",
    ),
    "view_models_same": (
        "{name} is here already, at the newest commit {commit}.",
        "{name} 早已在这里，且是最新的提交 {commit}。",
    ),
    "view_models_unasked": (
        "{name} is here already, at commit {commit}; the Hub could not be asked for a newer one.",
        "{name} 早已在这里，提交 {commit}；无法向 Hub 查询是否有新版本。",
    ),
    "view_models_removed": ("{name} was removed.", "{name} 已删除。"),
    "hub_bad_name": (
        "{name} is no name of a model on the Hugging Face Hub. Write OWNER/NAME or OWNER/NAME@REVISION.",
        "{name} 不是 Hugging Face Hub 上的模型名称。请写 OWNER/NAME 或 OWNER/NAME@REVISION。",
    ),
    "hub_no_home": (
        "This server cannot keep models: {reason}. Whoever runs it sets SEQ2SEQ_HOME to a folder that can be "
        "written.",
        "此服务器无法保存模型：{reason}。请服务器的管理者把 SEQ2SEQ_HOME 设为可写的文件夹。",
    ),
    "hub_pulling_already": ("{name} is being pulled already. Wait for it.", "{name} 正在拉取中，请等待。"),
    "hub_not_here": (
        "There is no folder {name}, and no model of that name was pulled. Check the path, or pull it: python -m "
        "seq2seq pull {name}",
        "没有文件夹 {name}，也没有拉取过这个名称的模型。请检查路径，或拉取它：python -m seq2seq pull {name}",
    ),
    "hub_not_found": (
        "There is no model {name} on the Hub, or it is private. Check the name; for a private one, give a token "
        "that may read it.",
        "Hub 上没有模型 {name}，或者它是私有的。请检查名称；若是私有模型，请提供可以读取它的令牌。",
    ),
    "hub_is_dataset": (
        "{name} is a dataset, not a model. Choose a model of Seq2Seq Explorer.",
        "{name} 是数据集，不是模型。请选择 Seq2Seq Explorer 的模型。",
    ),
    "hub_gated": (
        "{name} is gated: its owner wants to be asked. Ask for access on its page, and give the token of that "
        "account.",
        "{name} 需要申请：要先征得所有者同意。请在它的页面上申请，并提供该账号的令牌。",
    ),
    "hub_private_here": (
        "{name} is private or gated, and all visitors of this server would see it. Pull it on your own machine.",
        "{name} 是私有或需申请的模型，而本服务器的所有访客都会看到它。请在自己的电脑上拉取。",
    ),
    "hub_no_revision": (
        "{name} has no revision {revision}. Choose a branch, a tag or a commit of it.",
        "{name} 没有版本 {revision}。请选择它的分支、标签或提交。",
    ),
    "hub_bad_token": (
        "The Hub does not take this token. It may have expired: make a new one.",
        "Hub 不接受此令牌。它可能已过期：请新建一个。",
    ),
    "hub_forbidden": (
        "The token may not do this with {name}. Use one with the right to do it.",
        "此令牌无权对 {name} 这样做。请换一个有此权限的令牌。",
    ),
    "hub_rate_limited": (
        "The Hub takes no more requests for now. Try again in a few minutes.",
        "Hub 暂时不再接受请求。请过几分钟再试。",
    ),
    "hub_broken": (
        "The Hub failed with status {status}. Try again later.",
        "Hub 出错，状态码 {status}。请稍后再试。",
    ),
    "hub_unreachable": (
        "The Hub cannot be reached, or the connection broke. Check the network and try again.",
        "无法连接 Hub，或连接中断。请检查网络后再试。",
    ),
    "hub_offline": (
        "This program was told to stay offline (HF_HUB_OFFLINE). Unset it to pull or push.",
        "本程序被设为离线（HF_HUB_OFFLINE）。要拉取或推送，请取消该设置。",
    ),
    "hub_empty": ("{name} is empty. There is nothing to pull.", "{name} 是空的，没有可拉取的内容。"),
    "hub_not_ours": (
        "{name} is no checkpoint of Seq2Seq Explorer: it has no {missing}. Choose a model that was pushed by it.",
        "{name} 不是 Seq2Seq Explorer 的检查点：它没有 {missing}。请选择由 Seq2Seq Explorer 推送的模型。",
    ),
    "hub_transformers": (
        "{name} is a model of another library ({library}). Only checkpoints of Seq2Seq Explorer can be read.",
        "{name} 是别的库（{library}）的模型。只能读取 Seq2Seq Explorer 的检查点。",
    ),
    "hub_too_large": (
        "{name} has {megabytes:,.0f} MB, and {limit:,.0f} MB are the most. Choose a smaller model, or raise the "
        "limit.",
        "{name} 有 {megabytes:,.0f} MB，上限是 {limit:,.0f} MB。请选择较小的模型，或提高上限。",
    ),
    "hub_no_size": (
        "{name} does not say how large {file} is. Such a repository is not pulled.",
        "{name} 没有说明 {file} 的大小。这样的仓库不会被拉取。",
    ),
    "hub_lies": (
        "{name} sends more for {file} than it said, or something else. Such a repository is not pulled.",
        "{name} 发来的 {file} 比声明的多，或内容不符。这样的仓库不会被拉取。",
    ),
    "hub_damaged": (
        "{name} cannot be used: {reason} Nothing was kept of it.",
        "{name} 无法使用：{reason} 没有保存其任何内容。",
    ),
    "hub_stopped": (
        "Pulling {name} was stopped. Nothing was kept of it.",
        "已停止拉取 {name}，没有保存其任何内容。",
    ),
}
