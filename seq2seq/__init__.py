"""Seq2Seq Explorer: watch an attention sequence-to-sequence model think, and train one on your own text."""
