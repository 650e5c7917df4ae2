"""The training loop as a generator of events, its schedules and its run folders."""
