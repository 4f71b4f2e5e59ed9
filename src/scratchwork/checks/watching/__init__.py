"""Code seen from inside while it trains: tapes, rounds, nudges, and what can be read in them."""
