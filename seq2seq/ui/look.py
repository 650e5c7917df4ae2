"""The look of gradio's own components: system fonts, quiet surfaces, colours that pass WCAG AA."""

from typing import Any

import gradio as gr

from seq2seq.figures.style import palette

ACCENT = gr.themes.Color(
    name="accent",
    c50="#eef4fb", c100="#d9e6f5", c200="#b5cfeb", c300="#86b0dd", c400="#5590cc", c500="#2f72b8",
    c600="#225ea8", c700="#1d4d8b", c800="#1a3f70", c900="#17345c", c950="#0e2038",
)  # fmt: skip
SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "sans-serif")
FIXED_FONTS = ("ui-monospace", "Cascadia Mono", "Menlo", "Noto Sans Mono", "monospace")


def build_theme() -> gr.themes.Base:
    """The theme; no web fonts, so no outside request."""
    theme = gr.themes.Base(
        primary_hue=ACCENT,
        secondary_hue=ACCENT,
        neutral_hue=gr.themes.colors.slate,
        font=SYSTEM_FONTS,
        font_mono=FIXED_FONTS,
        radius_size=gr.themes.sizes.radius_md,
    )
    return theme.set(
        body_background_fill="#f7f8fa",
        body_background_fill_dark="#0d1320",
        background_fill_primary_dark="#151d2e",
        block_background_fill="#ffffff",
        block_background_fill_dark="#151d2e",
        block_border_color="#e1e6ee",
        block_border_color_dark="#26324a",
        block_label_text_color="#334155",
        block_label_text_color_dark="#cbd5e1",
        block_title_text_color="#1e293b",
        block_title_text_color_dark="#e2e8f0",
        block_title_text_weight="600",
        block_info_text_color="#526075",
        block_info_text_color_dark="#a5b1c4",
        body_text_color_subdued="#526075",
        body_text_color_subdued_dark="#a5b1c4",
        input_placeholder_color="#5f6c80",
        input_placeholder_color_dark="#94a3b8",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="#2c66a8",
        button_primary_background_fill_hover_dark="#255a97",
        button_primary_text_color="#ffffff",
        button_cancel_background_fill="#b42318",
        button_cancel_background_fill_hover="#912018",
        button_cancel_background_fill_dark="#b42318",
        button_cancel_background_fill_hover_dark="#912018",
        button_cancel_text_color="#ffffff",
    )


def palettes(_language: str) -> dict[str, Any]:
    """The colours of both themes: an update of a tab that was not opened yet replaces all its properties."""
    return {"light": palette("light"), "dark": palette("dark")}
