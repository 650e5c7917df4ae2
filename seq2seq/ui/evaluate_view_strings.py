"""What the Evaluate tab and its view say, English and Simplified Chinese side by side."""

from typing import Final

EVALUATE_VIEW_STRINGS: Final[dict[str, tuple[str, str]]] = {
    "evaluate_tab": ("Evaluate", "评测"),
    "evaluate_other": ("Compare it with", "与之比较"),
    "evaluate_other_help": (
        "A second model on the same test, with a test of whether the difference is real.",
        "用第二个模型翻译同一测试，并检验差异是否真实。",
    ),
    "evaluate_alone": ("no other model", "不与其他模型比较"),
    "evaluate_test_help": ("### The test", "### 测试"),
    "evaluate_upload": ("Sentences with references", "带参考译文的句子"),
    "evaluate_pasted": ("Or paste them", "或直接粘贴"),
    "evaluate_pasted_help": (
        "A line for each: source, tab, reference. Lines with the same source are references of one sentence; a "
        "file may also have columns reference 2, 3, and several plain files are sources, then references.",
        "每行一句：原文、制表符、参考译文。原文相同的行是同一句的多个参考；文件也可有 reference 2、3 等列；"
        "多个纯文本文件依次为原文和逐行对应的参考译文。",
    ),
    "evaluate_parts": ("Besides the scores", "得分之外"),
    "evaluate_part_lengths": ("Scores by length of the source", "按原文长度的得分"),
    "evaluate_part_calibration": ("Calibration", "校准"),
    "evaluate_part_exposure": ("Exposure bias", "曝光偏差"),
    "evaluate_part_widths": ("Scores by beam width", "按束宽的得分"),
    "evaluate_widths": ("Beam widths", "束宽"),
    "evaluate_decoding": ("How to translate", "翻译方式"),
    "evaluate_start": ("Evaluate", "开始评测"),
    "evaluate_csv": ("↓ Sentences (CSV)", "↓ 句子 (CSV)"),
    "evaluate_json": ("↓ Everything (JSON)", "↓ 全部 (JSON)"),
    "evaluate_many_files": (
        "There are {files} files; at most {limit} can be read: sources, then references.",
        "有 {files} 个文件，最多读取 {limit} 个：先原文，后参考译文。",
    ),
    "evaluate_no_test": (
        "There is no test yet: upload a file or paste lines of source, tab, reference.",
        "还没有测试：请上传文件，或粘贴“原文、制表符、参考译文”的行。",
    ),
    "evaluate_many_sentences": (
        "The test has more than {limit} different sources: upload a part of it.",
        "测试中不同的原文超过 {limit} 句：请上传其中一部分。",
    ),
    "evaluate_no_pairs": (
        "{name} has no row with both a source and a reference: look at its columns.",
        "{name} 中没有同时含原文和参考译文的行：请检查各列。",
    ),
    "evaluate_same_model": (
        "Both models are the same one: choose another, or none.",
        "两个模型相同：请另选一个，或不比较。",
    ),
    "view_evaluate_empty_title": ("The scores appear here", "得分将出现在这里"),
    "view_evaluate_empty_text": (
        "Bring sentences with their references and press Evaluate: BLEU, chrF and TER with their doubt, charts of "
        "where the model goes wrong, and every sentence, the worst first.",
        "提供带参考译文的句子，再按“开始评测”：将给出带区间的 BLEU、chrF 和 TER，模型出错之处的图表，"
        "以及从最差开始的每个句子。",
    ),
    "view_evaluate_title": ("Evaluation", "评测"),
    "view_evaluate_progress": ("Progress of the evaluation", "评测进度"),
    "view_evaluate_done": ("Done", "已完成"),
    "view_evaluate_stopped": ("Stopped; this is what there is", "已停止，以下是已有结果"),
    "view_evaluate_stage_reading": ("Reading the test", "正在读取测试"),
    "view_evaluate_stage_translating": ("Translating", "正在翻译"),
    "view_evaluate_stage_scoring": ("Scoring, with 1,000 resamples", "正在评分，重采样 1000 次"),
    "view_evaluate_stage_lengths": ("Scores by length", "按长度评分"),
    "view_evaluate_stage_calibration": ("Calibration", "校准"),
    "view_evaluate_stage_exposure": ("Exposure bias", "曝光偏差"),
    "view_evaluate_stage_widths": ("Scores by beam width", "按束宽评分"),
    "view_evaluate_size": (
        "{sentences} sentences with {references} references.",
        "{sentences} 个句子，{references} 个参考译文。",
    ),
    "view_evaluate_left_out": ("{count} rows without a pair were left out.", "略去 {count} 行不成对的数据。"),
    "view_evaluate_scores_note": (
        "± is the 95 % bootstrap interval, p the paired bootstrap test. All references of a sentence count.",
        "± 为 95 % 自助法区间，p 为配对自助法检验。每句的所有参考译文都计入。",
    ),
    "view_evaluate_signatures": ("Signatures, to report with the scores", "签名（报告得分时请一并给出）"),
    "view_evaluate_difference": ("difference", "差"),
    "view_evaluate_loss": ("loss, nats a token", "损失（每词元纳特）"),
    "view_evaluate_perplexity": ("perplexity", "困惑度"),
    "view_evaluate_seconds": ("seconds", "秒"),
    "view_evaluate_verdict_first": (
        "{first} is better than {second}: {difference} BLEU, p {p}.",
        "{first} 优于 {second}：BLEU {difference}，p {p}。",
    ),
    "view_evaluate_verdict_second": (
        "{second} is better than {first}: {difference} BLEU, p {p}.",
        "{second} 优于 {first}：BLEU {difference}，p {p}。",
    ),
    "view_evaluate_verdict_undecided": (
        "No proof that {first} and {second} differ: {difference} BLEU, p {p}.",
        "无法证明 {first} 与 {second} 有差别：BLEU {difference}，p {p}。",
    ),
    "view_evaluate_numbers": ("The numbers", "数值"),
    "view_evaluate_point": ("{name} {value} at {at}", "{at} 处：{name} {value}"),
    "view_evaluate_hint_lengths": (
        "BLEU of the sentences whose sources have so many tokens. Models without attention fall where it is long.",
        "按原文词元数分组的 BLEU。没有注意力的模型在长句处会明显下降。",
    ),
    "view_evaluate_hint_widths": (
        "BLEU by the hypotheses kept at each step. A wider beam finds likelier translations, which in the end are "
        "often shorter and worse.",
        "按每步保留的假设数的 BLEU。更宽的束能找到概率更高的译文，但最终往往更短、更差。",
    ),
    "view_evaluate_calibration_forced": ("Calibration behind the true tokens", "校准：在真实前缀之后"),
    "view_evaluate_calibration_inference": (
        "Calibration in its own translations",
        "校准：在模型自己的译文中",
    ),
    "view_evaluate_hint_calibration_forced": (
        "Across: how sure the model was of its likeliest token. Up: how often it was the reference's. On the "
        "dotted line both agree; below it the model is too sure.",
        "横轴：模型对其最可能词元的把握；纵轴：该词元与参考一致的比例。虚线上两者相符，线下表示过于自信。",
    ),
    "view_evaluate_hint_calibration_inference": (
        "The same for the tokens it said itself, each right where an alignment with the nearest reference "
        "matches it.",
        "对模型自己说出的词元同样计算：与最接近的参考译文对齐后相符即为正确。",
    ),
    "view_evaluate_calibration_error": (
        "{name}: {confidence} sure, {accuracy} right, expected calibration error {error}.",
        "{name}：平均把握 {confidence}，正确 {accuracy}，期望校准误差 {error}。",
    ),
    "view_evaluate_hint_exposure": (
        "Share of right tokens by their place: behind the reference's tokens, as in training, and behind its own.",
        "各位置词元的正确比例：一条在参考译文的前缀之后（如训练时），一条在模型自己的前缀之后。",
    ),
    "view_evaluate_exposure_sum": (
        "{never} of {sentences} sentences never leave the reference; behind the first divergence {forced} of "
        "{tokens} tokens are right when the truth is read, {free} are still found otherwise.",
        "{sentences} 句中有 {never} 句从未偏离参考；首次偏离之后的 {tokens} 个词元中，读取真实前缀时正确 {forced}，"
        "否则仍能找到 {free}。",
    ),
    "view_evaluate_forced": ("behind the truth", "真实前缀"),
    "view_evaluate_free": ("behind its own", "自身前缀"),
    "view_evaluate_position": ("place", "位置"),
    "view_evaluate_diverged": ("first left here", "在此首次偏离"),
    "view_evaluate_tokens": ("tokens of the source", "原文词元数"),
    "view_evaluate_count": ("sentences", "句数"),
    "view_evaluate_count_tokens": ("tokens", "词元数"),
    "view_evaluate_width": ("beam width", "束宽"),
    "view_evaluate_ratio": ("length to the reference's", "与参考的长度比"),
    "view_evaluate_empty_count": ("empty", "空译文"),
    "view_evaluate_confidence": ("confidence", "把握"),
    "view_evaluate_mean_confidence": ("mean confidence", "平均把握"),
    "view_evaluate_right": ("right", "正确"),
    "view_evaluate_worst": (
        "The sentences, the worst first ({shown} of {count})",
        "句子，从最差开始（{count} 句中的 {shown} 句）",
    ),
    "view_evaluate_sentences_hint": (
        "Choose one to watch the model translate it in Explore.",
        "点选一句，即可在“探索”中观看模型翻译它。",
    ),
    "view_evaluate_sentences_label": ("Sentences of the test", "测试中的句子"),
    "view_evaluate_chrf_change": ("chrF, change", "chrF 变化"),
}
