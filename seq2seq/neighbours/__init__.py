"""Which sentences of a corpus left a model in nearly the same state as this one."""
