"""Model in, hypotheses out: search strategies that know token ids only, and the trace they leave."""
