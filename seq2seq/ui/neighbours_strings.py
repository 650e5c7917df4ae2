"""Every word of the neighbours panel, English and Simplified Chinese side by side."""

from typing import Final

NEIGHBOURS_STRINGS: Final[dict[str, tuple[str, str]]] = {
    "near_title": (
        "Neighbours: where the model was in nearly the same state",
        "近邻：模型在哪里处于几乎相同的状态",
    ),
    "near_about": (
        "At each token the model is in a *state*: a few hundred numbers. Upload sentences, such as those it "
        "was trained on, choose a token, and see which of them left the model in the most similar state.",
        "模型在每个词元处都有一个*状态*，即几百个数。上传一些句子（例如它的训练语料），再选择一个词元，"
        "就能看到其中哪些句子使模型处于最相似的状态。",
    ),
    "near_corpus": (
        "Sentences: one on each line, or source, tab, translation (.txt, .tsv, .gz)",
        "语料：每行一句，或“原文、制表符、译文”（.txt、.tsv、.gz）",
    ),
    "near_limit": ("Most states", "状态数上限"),
    "near_limit_help": (
        "Of a larger corpus, a random sample of sentences is read. More states take longer.",
        "语料更大时，只读取随机抽样的句子。状态越多，用时越长。",
    ),
    "near_build": ("Read these sentences", "读取这些句子"),
    "near_no_file": ("Choose a file of sentences first.", "请先选择一个语料文件。"),
    "near_no_index": (
        "There are no sentences to search in yet: upload a file below and have it read.",
        "还没有可供查找的句子：请在下方上传文件并读取。",
    ),
    "near_no_translations": (
        "These sentences have no translations, so only source tokens have neighbours.",
        "这些句子没有译文，因此只有原文词元有近邻。",
    ),
    "near_no_sentence": (
        "No sentence of this file can be used: each is empty or too long for this model.",
        "该文件中没有可用的句子：不是空的，就是对该模型来说太长。",
    ),
    "near_large_text": (
        "The file holds more than {lines} lines or {megabytes} MB of text. Take a part of it.",
        "文件超过 {lines} 行或 {megabytes} MB 文本。请只取其中一部分。",
    ),
    "near_stale": (
        "The sentences were read by a model with other weights. Have them read again.",
        "这些句子是由权重不同的模型读取的。请重新读取。",
    ),
    "near_damaged": (
        "What was kept of these sentences is damaged. Have them read again.",
        "保存的语料状态已损坏。请重新读取。",
    ),
    "near_not_kept": (
        "The states cannot be written to disk: free some space, or set SEQ2SEQ_HOME to a folder that can be "
        "written.",
        "状态无法写入磁盘：请释放空间，或将 SEQ2SEQ_HOME 设为可写的文件夹。",
    ),
    "view_near_empty": (
        "Translate a sentence first; its tokens then appear here.",
        "请先翻译一句话，它的词元随后出现在这里。",
    ),
    "view_near_choose": (
        "Choose a token to see its nearest states.",
        "选择一个词元，查看与它最近的状态。",
    ),
    "view_near_source": ("Source tokens: states of the encoder", "原文词元：编码器状态"),
    "view_near_target": (
        "Tokens of the translation: states of the decoder, just before it says them",
        "译文词元：解码器说出该词元之前的状态",
    ),
    "view_near_edited": (
        "The attention was edited; these states are those without the edits.",
        "注意力已被修改；此处的状态不包含这些修改。",
    ),
    "view_near_progress": (
        "Reading: {percent} % · {sentences} sentences, {states} states",
        "正在读取：{percent} % · {sentences} 句，{states} 个状态",
    ),
    "view_near_stopped": ("Stopped. Nothing was kept.", "已停止，未保存任何内容。"),
    "view_near_whole": (
        "{origin}, read by {model}: {sentences} sentences, {source} encoder and {target} decoder states.",
        "{origin}，由 {model} 读取：{sentences} 句，{source} 个编码器状态，{target} 个解码器状态。",
    ),
    "view_near_sample": (
        "{origin}, read by {model}: a random sample of {sentences} of {corpus} sentences, {source} encoder and "
        "{target} decoder states.",
        "{origin}，由 {model} 读取：从 {corpus} 句中随机抽取 {sentences} 句，{source} 个编码器状态，"
        "{target} 个解码器状态。",
    ),
    "view_near_skipped": (
        "{skipped} empty or too long ones were left out.",
        "其中 {skipped} 句为空或过长，已略去。",
    ),
    "view_near_reused": ("It had been read before.", "此前已读取过。"),
    "view_near_cache": (
        "Kept in the cache folder, because the model's own folder cannot be written.",
        "已保存在缓存文件夹中，因为模型文件夹不可写。",
    ),
    "view_near_found": ("Nearest to the state of {token}", "与 {token} 的状态最接近"),
    "view_near_similarity": ("similarity {value}", "相似度 {value}"),
    "view_near_line": ("line {line}", "第 {line} 行"),
    "view_near_map_source": ("Encoder states in two dimensions", "编码器状态的二维投影"),
    "view_near_map_target": ("Decoder states in two dimensions", "解码器状态的二维投影"),
    "view_near_axis": ("Axis {axis}: {percent} % of the variance", "轴 {axis}：占方差的 {percent} %"),
    "view_near_map_note": (
        "The two axes keep {percent} % of how the {count} states differ; what lies close together may still differ "
        "along the others. The line follows the sentence.",
        "两条轴保留了这 {count} 个状态差异的 {percent} %；图上靠得近的点在其他方向上仍可能不同。连线按句子顺序。",
    ),
    "view_near_map_table": ("The same as a table", "以表格显示"),
    "view_near_token": ("Token", "词元"),
    "view_near_axis_short": ("Axis {axis}", "轴 {axis}"),
}
