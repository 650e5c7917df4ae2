"""Ids in, logits and attention out: the architectures behind four operations."""
