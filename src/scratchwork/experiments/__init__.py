"""Compare: models on the same split with the same budget, and sweeps over their parameters."""
