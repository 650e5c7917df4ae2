"""What runs inside the peers' own environments; `README.md` says how to make these."""
