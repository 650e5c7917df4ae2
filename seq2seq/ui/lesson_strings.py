"""What the page says of lessons, English and Simplified Chinese side by side."""

from typing import Final

LESSON_STRINGS: Final[dict[str, tuple[str, str]]] = {
    "train_lesson": ("Or take a lesson", "或选一个课程"),
    "train_which_lesson": ("Lesson", "课程"),
    "train_lesson_languages": ("Languages of the numbers", "数字的语言"),
    "train_take_lesson": ("Take this lesson", "使用这个课程"),
    "train_preset_lesson": ("as the lesson says", "按课程推荐"),
    "train_lesson_settings": (
        "The settings of a lesson are for a new model on its own sentences: choose a new model, or a time.",
        "课程的设置只用于在课程数据上训练新模型：请选择“训练新模型”，或选择一个时间。",
    ),
    "lesson_about": (
        "{about}\n\n**Target: {target} % exactly right**, reached in about {minutes} minutes on one core. {pairs} "
        "pairs to learn from, {held_out} held out.\n\nIt sets {settings}.",
        "{about}\n\n**目标：{target} % 完全正确**，单核约 {minutes} 分钟可达到。"
        "{pairs} 个训练句对，另留出 {held_out} 个。\n\n它的设置：{settings}。",
    ),
    "lesson_copy": ("Copy: say it again", "复制：原样重复"),
    "lesson_about_copy": (
        "Say again what was said. Attention walks along the diagonal.",
        "把输入原样说一遍。注意力沿对角线移动。",
    ),
    "lesson_reverse": ("Reverse: say it backwards", "反转：倒着说"),
    "lesson_about_reverse": (
        "Say it backwards. Attention walks along the other diagonal.",
        "把输入倒过来说。注意力沿另一条对角线移动。",
    ),
    "lesson_sort": ("Sort: put digits in order", "排序：把数字排好"),
    "lesson_about_sort": (
        "Put digits in order. Attention looks for the next greater one, wherever it stands.",
        "把数字从小到大排列。注意力会去找下一个更大的数字，无论它在哪里。",
    ),
    "lesson_dates": ("Dates: words to YYYY-MM-DD", "日期：文字变成 YYYY-MM-DD"),
    "lesson_about_dates": (
        "Dates as people write them in ten languages, to YYYY-MM-DD. Attention finds the year.",
        "把十种语言里人们书写的日期变成 YYYY-MM-DD。注意力会找到年份。",
    ),
    "lesson_numbers": ("Numbers: digits to words", "数词：数字变成文字"),
    "lesson_about_numbers": (
        "Numbers up to 999,999 to words: `fr 71` to soixante et onze. The time is that of English and French.",
        "把 999,999 以内的数字写成文字：`fr 71` 变成 soixante et onze。时间是用英语和法语测得的。",
    ),
}
