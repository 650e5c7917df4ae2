"""What a translation's trace means: words, coverage, alarms, the search tree, and who was to blame."""
