"""Speed, cost and quality of ours beside the peers, measured on one machine in one run.

``python -m benchmarks.run --help`` says how. The package does not import this folder. Everything that is
timed runs in a process of its own; the processes meet in JSON files. ``peers/`` runs in the peers'
environments, so it imports the standard library, the peer, and `benchmarks.timing`.
"""
