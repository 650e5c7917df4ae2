"""From a checkpoint or a run to exactly what is published of it: its files, its model card, its picture."""
