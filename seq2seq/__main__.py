"""``python -m seq2seq``: the command line."""

import os
import sys

if __name__ == "__main__":
    # Two greedy OpenMP pools on few cores slow each other down a hundredfold; must be set before torch loads.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from seq2seq.cli import main

    sys.exit(main())
