"""What the data doctor and the desk of runs say, English and Simplified Chinese side by side."""

from typing import Final

DATA_STRINGS: Final[dict[str, tuple[str, str]]] = {
    "view_finding_unreadable": ("rows cannot be read", "行无法读取"),
    "view_finding_unequal_lines": (
        "lines that one of the two files does not have",
        "行只在两个文件之一中存在",
    ),
    "view_finding_missing_side": ("rows without one of the two sides", "行缺少一侧"),
    "view_finding_extra_columns": ("rows with more columns than the others", "行的列数比其他行多"),
    "view_finding_empty": ("rows with an empty side", "行有一侧为空"),
    "view_finding_duplicate": ("pairs that stood there before", "句对重复出现"),
    "view_finding_identical": ("pairs whose two sides are the same", "句对两侧相同"),
    "view_finding_length_ratio": (
        "targets far longer or shorter than their source",
        "译文比原文长得多或短得多",
    ),
    "view_finding_too_long": ("pairs that are too long", "句对过长"),
    "view_finding_wrong_script": ("pairs mostly in another script", "句对主要用了别的文字"),
    "view_finding_wrong_language": (
        "pairs that look like another language (in a sample)",
        "句对像是别的语言（抽样）",
    ),
    "view_finding_control_characters": ("pairs with control characters", "句对含有控制字符"),
    "view_finding_line_break": ("pairs with a tab or line break inside", "句对内含制表符或换行"),
    "view_finding_leak": ("pairs whose source is also in the test set", "句对的原文也在测试集中"),
    "upload_gone": (
        "The file is no longer on the server: upload it again.",
        "服务器上已没有这个文件：请重新上传。",
    ),
    "view_data_preview": ("The first rows", "前几行"),
    "view_data_lengths": ("How long the texts are", "文本有多长"),
    "view_data_row": ("row", "行"),
    "view_data_is": ("{name} · {format} · {encoding}", "{name}，{format}，{encoding}"),
    "view_data_sum": (
        "{rows} rows hold {pairs} pairs; {clean} of them have nothing against them. Read in {seconds} s.",
        "共 {rows} 行，{pairs} 个句对，其中 {clean} 个没有问题。用时 {seconds} 秒。",
    ),
    "view_data_examples": (
        "The first {shown} of {count}, of {rows} rows looked at.",
        "显示 {count} 个中的前 {shown} 个，共查看 {rows} 行。",
    ),
    "view_data_side_words": (
        "{name}: median {median} and at most {longest} words; {words} different words, {characters} characters",
        "{name}：中位数 {median}、最长 {longest} 个词；{words} 个不同的词，{characters} 个不同的字符",
    ),
    "view_data_side_characters": (
        "{name}: median {median} and at most {longest} characters; {characters} different characters",
        "{name}：中位数 {median}、最长 {longest} 个字符；{characters} 个不同的字符",
    ),
    "view_data_bar": ("from {from}: {count}", "从 {from} 起：{count}"),
    "doctor_cannot_write": ("{path} cannot be written: {reason}.", "无法写入 {path}：{reason}。"),
    "doctor_long_line": (
        "{name} has a line of more than {most} characters: is it text?",
        "{name} 有一行超过 {most} 个字符：它是文本吗？",
    ),
    "doctor_misfit": (
        "Line {line} of {name} is not {encoding}: byte {byte} "
        "does not fit. Mend the line, or save the file as UTF-8.",
        "{name} 的第 {line} 行不是 {encoding}：字节 {byte} 不合。请修改该行，或把文件存为 UTF-8。",
    ),
    "doctor_unknown_encoding": (
        "The encoding {encoding} is not one that is read: take one of {names}.",
        "不支持编码 {encoding}：请用 {names} 之一。",
    ),
    "doctor_no_encoding": (
        "The encoding of {name} cannot be told: save it as UTF-8.",
        "无法判断 {name} 的编码：请存为 UTF-8。",
    ),
    "doctor_no_rows": ("There are no rows to examine.", "没有可检查的行。"),
    "doctor_empty_file": ("{name} is empty.", "{name} 是空的。"),
    "doctor_not_parallel": (
        "{name} is {kind}, not parallel text: send TSV, CSV, JSON lines, TMX, XLSX or two text files, plain or as "
        ".gz or .zip.",
        "{name} 不是平行文本（{kind}）：请上传 TSV、CSV、JSON "
        "lines、TMX、XLSX 或两个文本文件，可用 .gz 或 .zip 压缩。",
    ),
    "doctor_one_column": (
        "{name} has one column only: give the other side of the pair as a second file.",
        "{name} 只有一列：请把另一侧作为第二个文件一起上传。",
    ),
    "doctor_bad_xml": (
        "{name} is not well-formed XML ({reason}): write it again with the program it comes from.",
        "{name} 不是合格的 XML（{reason}）：请用原来的程序重新导出。",
    ),
    "doctor_hostile_xml": (
        "{name} is refused: its XML has {reason}, as files that attack their reader have.",
        "已拒绝 {name}：它的 XML 含有攻击读取程序的内容（{reason}）。",
    ),
    "doctor_unpacks_to_too_much": (
        "{name} unpacks to more than {megabytes} MB: take a part of it.",
        "{name} 解压后超过 {megabytes} MB：请只取一部分。",
    ),
    "doctor_bomb": (
        "{name} unpacks to more than {ratio} times its size and "
        "looks like a zip bomb: send it unpacked if it is meant.",
        "{name} 解压后超过原大小的 {ratio} 倍，像是压缩炸弹：如果确实如此，请不压缩上传。",
    ),
    "doctor_nested": (
        "{name} is an archive inside an archive: unpack it once and send what is inside.",
        "{name} 是压缩包中的压缩包：请先解压一次再上传。",
    ),
    "doctor_many_members": (
        "{name} holds {count} files; at most {most} are looked at.",
        "{name} 含有 {count} 个文件，最多查看 {most} 个。",
    ),
    "doctor_damaged_archive": (
        "{name} is a damaged or truncated archive: fetch or write it again.",
        "{name} 是损坏或不完整的压缩包：请重新获取或生成。",
    ),
    "doctor_cannot_read": ("{name} cannot be read: {reason}.", "无法读取 {name}：{reason}。"),
    "doctor_many_parts": (
        "There are {count} files instead of one, or of the two sides of a pair.",
        "有 {count} 个文件，应为一个，或句对两侧的两个文件。",
    ),
    "doctor_two_tables": (
        "{first} and {second} hold pairs already, each by itself: give one of them alone, "
        "or join them into one file.",
        "{first} 和 {second} 各自已含有句对：请只上传其中一个，或合并为一个文件。",
    ),
    "doctor_workbook_in_pair": (
        "{name} is a workbook, not the side of a pair: give it alone.",
        "{name} 是电子表格，不能作为句对的一侧：请单独上传。",
    ),
    "doctor_nothing_readable": (
        "None of the first rows of {name} can be read: check the file.",
        "{name} 的前几行都无法读取：请检查文件。",
    ),
    "doctor_too_few_columns": (
        "{name} has {count} columns, and a pair needs two: choose "
        "another file, or add the other side as a second one.",
        "{name} 有 {count} 列，而句对需要两列：请换一个文件，或把另一侧作为第二个文件。",
    ),
    "doctor_bad_workbook": (
        "{name} cannot be read as a workbook ({reason}): save it again as XLSX, or as CSV.",
        "无法把 {name} 读作电子表格（{reason}）：请重新存为 XLSX 或 CSV。",
    ),
    "doctor_no_column": (
        "{name} has no column {column}: its columns are {columns}.",
        "{name} 没有列 {column}：它的列是 {columns}。",
    ),
    "doctor_same_column": (
        "Source and target are both column {column} of {name}: choose two different columns.",
        "原文与译文都是 {name} 的列 {column}：请选择不同的两列。",
    ),
    "doctor_many_rows": (
        "{name} has more than {most} rows: take a part of it.",
        "{name} 超过 {most} 行：请只取一部分。",
    ),
    "doctor_too_large": (
        "{name} has {megabytes} MB, and at most {most} MB are read: take a part of it.",
        "{name} 有 {megabytes} MB，最多读取 {most} MB：请只取一部分。",
    ),
    "doctor_members": (
        "{name} holds {count} files: {names}. An archive must hold one file, or the two sides of a pair.",
        "{name} 含有 {count} 个文件：{names}。压缩包应只含一个文件，或句对的两侧。",
    ),
    "doctor_locked": (
        "{name} is locked with a password: send it without one.",
        "{name} 有密码：请去掉密码再上传。",
    ),
    "train_cleaned": ("↓ Cleaned copy, and what is left out (zip)", "↓ 清理后的副本及被略去的行 (zip)"),
    "train_probe": ("Sentence to watch", "要观察的句子"),
    "train_probe_help": (
        "Its attention is kept at every validation, 40 tokens at most. Empty: a short held-out one.",
        "每次验证都会保存它的注意力，最多 40 个词元。留空则取一个较短的留出句。",
    ),
    "train_long_probe": (
        "The sentence to watch has {length} characters; at most {limit} can be drawn: shorten it.",
        "要观察的句子有 {length} 个字符，最多可画 {limit} 个：请缩短。",
    ),
    "coverage_side": (
        "{pieces} pieces a word, {unknown} unknown, {spelled} spelled as bytes",
        "每词 {pieces} 个词元，未知 {unknown}，按字节拼写 {spelled}",
    ),
    "coverage_sides": (
        "**Its tokenizer on your text** (first {rows} pairs). Source: {source}. Translation: {target}.",
        "**它的分词器对你的文本**（前 {rows} 对）。原文：{source}。译文：{target}。",
    ),
    "coverage_good": ("It covers the text well.", "覆盖良好。"),
    "coverage_spelled": (
        "Many words fall into small pieces: it will learn slowly, and a new model may do better.",
        "许多词被切得很碎：学习会较慢，训练新模型可能更好。",
    ),
    "coverage_unknown": (
        "Some characters are unknown to it: this model can neither read nor ever write them. Train a new model.",
        "有些字符是它不认识的：这个模型既读不了也永远写不出它们。请训练新模型。",
    ),
    "train_embeddings": ("Pretrained embeddings (for a new model)", "预训练词向量（用于新模型）"),
    "train_embeddings_help": (
        "word2vec or GloVe text, or fastText .vec, also as .gz. Their width must be the embedding size; words "
        "match best with the words tokenizer and tie embeddings set to none.",
        "word2vec 或 GloVe 文本，或 fastText .vec，也可为 .gz。维数必须等于嵌入大小；"
        "使用 words 分词器并把 tie embeddings 设为 none 时匹配最好。",
    ),
    "train_source_embeddings": ("Vectors of the source's words", "原文词向量"),
    "train_target_embeddings": ("Vectors of the translation's words", "译文词向量"),
    "train_embeddings_new": (
        "Embeddings come with the model that is fine-tuned: take the files out, or train a new model.",
        "微调的模型自带嵌入：请移除词向量文件，或训练新模型。",
    ),
    "view_train_embeddings": ("vectors found", "找到的词向量"),
    "view_train_embeddings_share": ("{share} % of the {side} vocabulary", "{side}词表的 {share} %"),
}
