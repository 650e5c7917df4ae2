"""The settings of a network and of a training run in Simplified Chinese: what each is called, and what it does.

In English a setting has the name and the help of its field.
"""

from typing import Final

from seq2seq.config import TOKEN_RATES

SETTINGS_ZH: Final[dict[str, tuple[str, str]]] = {
    "architecture": ("架构", "网络的类型：循环网络或 Transformer。"),
    "embedding_size": ("词嵌入宽度", "词元嵌入的宽度，也是每个 Transformer 层的宽度。"),
    "encoder_layers": ("编码器层数", "编码器有几层。"),
    "decoder_layers": ("解码器层数", "解码器有几层。"),
    "dropout": ("随机失活率", "训练时随机丢弃的激活值比例；若每个句对大约只学一遍，取 0 学得更快。"),
    "tie_embeddings": (
        "共享嵌入矩阵",
        "哪些嵌入共用一个矩阵：none 都不共用；target 解码器输入与输出层共用；all 编码器也共用，需要共享词表。",
    ),
    "reverse_source": ("反转源句", "把源句倒过来输入（Sutskever 2014，arXiv:1409.3215）。"),
    "cell": ("循环单元", "循环网络：单元的种类。"),
    "encoder_size": ("编码器宽度", "循环网络：编码器每个方向的宽度。"),
    "decoder_size": ("解码器宽度", "循环网络：解码器的宽度。"),
    "bidirectional": ("双向编码", "循环网络：从两个方向读源句。"),
    "attention": ("注意力", "循环网络：解码器怎样给源位置打分；none 为不用注意力。"),
    "attention_size": ("注意力隐层宽度", "循环网络：additive 与 concat 注意力的隐层宽度。"),
    "local_window": ("局部注意力窗口", "循环网络：局部注意力窗口的半宽 D，以词元计。"),
    "input_feeding": ("输入馈送", "循环网络：把注意力状态送入下一步（Luong 2015，第 3.3 节）。"),
    "fixed_context": (
        "固定上下文",
        "不用注意力的循环网络：编码器的总结每一步都输入（Cho 2014），或只用来初始化解码器（Sutskever 2014）。",
    ),
    "heads": ("注意力头数", "Transformer：每层的注意力头数。"),
    "feed_forward_size": ("前馈层宽度", "Transformer：前馈层的宽度。"),
    "positions": ("位置编码", "Transformer：位置怎样编码，正弦或学习得到。"),
    "normalization": ("层归一化位置", "Transformer：层归一化放在每个子层之前还是之后。"),
    "maximum_positions": ("最多位置数", "学习位置编码的 Transformer：最长的序列，以词元计。"),
    "tokenizer": (
        "分词方式",
        "文本的单位：SentencePiece 的 bpe 或 unigram 子词、字符、按 Unicode 切分的词与标点，或按空白切分的词。",
    ),
    "vocabulary_size": ("词表大小", "最多有多少个不同的词元。"),
    "shared_vocabulary": ("共享词表", "源语言与目标语言共用一个分词器。"),
    "byte_fallback": ("字节回退", "SentencePiece：未知字符按字节拼写。"),
    "subword_alpha": (
        "子词随机切分",
        "SentencePiece：每一轮重新随机切分训练文本，起正则化作用；0 为不用。unigram 是概率的指数，越小越随机"
        "（Kudo 2018，arXiv:1804.10959）；bpe 是略去的合并比例（Provilkov 2020，arXiv:1910.13267）。",
    ),
    "maximum_tokens": ("最长词元数", "任一侧更长的训练句对会被略去并计数。"),
    "batch_tokens": ("批的词元预算", "一批的大小：句数乘以其中最长一侧的词元数。"),
    "epochs": ("轮数", "最多把数据过多少遍。"),
    "max_steps": ("最多更新次数", "最多更新多少次；0 为不限。"),
    "max_minutes": ("最长分钟数", "最长训练时间，以分钟计；0 为不限。"),
    "learning_rate": (
        "学习率",
        f"AdamW 的最高学习率；0 取适合该架构的值。循环模型的词嵌入与输出层取其 {TOKEN_RATES['recurrent']:g} 倍。",
    ),
    "schedule": ("学习率曲线", "预热之后学习率怎样下降。"),
    "warmup_steps": ("预热步数", "学习率从 0 升起的更新次数。"),
    "weight_decay": ("权重衰减", "AdamW 的解耦权重衰减。"),
    "clip_norm": ("梯度裁剪", "梯度范数的上限；0 为不裁剪。"),
    "label_smoothing": ("标签平滑", "均匀分给整个词表的目标概率比例。"),
    "scheduled_sampling": (
        "计划采样",
        "输入真实词元的概率怎样下降（Bengio 2015，arXiv:1506.03099）；none 为教师强制。",
    ),
    "sampling_rate": ("采样比例", "计划采样：输入模型自己词元的比例（constant），或其最大比例（下降时）。"),
    "sampling_steps": ("采样步数", "计划采样：线性下降的更新次数，或反 sigmoid 的 k。"),
    "validate_every": ("验证间隔", "每隔多少次更新验证一次。"),
    "validation_sentences": ("验证句数", "每次验证用贪心法翻译多少句，以计算 BLEU 与 chrF。"),
    "metric": ("评判指标", "用什么决定哪个权重最好。"),
    "patience": ("耐心", "连续多少次验证没有进步就结束；0 为从不提前结束。"),
    "average_decay": ("权重平均衰减", "权重指数平均的衰减率，验证与保留的都是平均值；0 为保留权重本身。"),
    "save_every_seconds": ("快照间隔", "每隔多少秒保存一次可供续训的快照。"),
    "stored_precision": ("保存精度", "保留下来的权重的数值格式。"),
    "log_every": ("记录间隔", "每多少次更新汇报一次进展。"),
    "precision": ("计算精度", "矩阵乘法的数值格式；auto 会在探测到更快时使用 bfloat16。"),
    "device": ("设备", "在哪里计算。"),
    "threads": ("线程数", "处理器线程数；0 为所有核心。"),
    "seed": ("随机种子", "一切随机选择的种子。"),
    "freeze_embeddings": ("冻结嵌入", "预训练的嵌入在训练中保持不变。"),
}
