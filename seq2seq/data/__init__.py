"""Text in, integer tensors out: corpora, readers, tokenizers, batches."""
