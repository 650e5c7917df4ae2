"""Checkpoints on the Hugging Face Hub: names, the models that were pulled, and pulling them."""
