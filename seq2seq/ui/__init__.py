"""The page: gradio components fed by the translator."""
