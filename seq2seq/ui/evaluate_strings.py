"""Every word of problems with tests, references and embeddings, English and Simplified Chinese side by side."""

from typing import Final

EVALUATE_STRINGS: Final[dict[str, tuple[str, str]]] = {
    "test_line": (
        "Line {line} of the test cannot be read by the model: shorten or mend it.",
        "模型无法读取测试文件的第 {line} 行：请缩短或修正。",
    ),
    "reference_lines": (
        "Reference {number} has {lines} lines, and the test {pairs}: every line of the test needs one.",
        "第 {number} 份参考译文有 {lines} 行，而测试有 {pairs} 行：两者必须逐行对应。",
    ),
    "reference_file_lines": (
        "{path} has {lines} lines, and the test {pairs}: every line of the test needs one.",
        "{path} 有 {lines} 行，而测试有 {pairs} 行：两者必须逐行对应。",
    ),
    "bad_reference": (
        "{path} has a bad line {line} ({reason}): mend it.",
        "{path} 的第 {line} 行有误（{reason}）：请修正。",
    ),
    "unequal_systems": (
        "There are {first} and {second} translations for {references} sentences: translate one test with both.",
        "两个系统分别有 {first} 和 {second} 句译文，而测试有 {references} 句：请用两个模型翻译同一测试。",
    ),
    "embeddings_width": (
        "The vectors of {path} have {found} numbers, and the model's embeddings {width}: set the size of the "
        "embeddings or take another file.",
        "{path} 的向量有 {found} 维，而模型的嵌入是 {width} 维：请调整嵌入大小或换一个文件。",
    ),
    "embeddings_count": (
        "{path} has {words} words, and its first line promises {promised}: fetch it again.",
        "{path} 有 {words} 个词，而首行声明有 {promised} 个：请重新下载。",
    ),
    "embeddings_line": (
        "Line {line} of {path} is damaged ({reason}): fetch the file again or mend the line.",
        "{path} 的第 {line} 行已损坏（{reason}）：请重新下载文件或修正该行。",
    ),
}
