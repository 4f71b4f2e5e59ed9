"""Analyse: describe each column, test each association, and look for reversals within groups.

| file | what |
|---|---|
| `describe.py` | one column in numbers |
| `effects.py` | effect sizes with intervals, each beside its formula |
| `association.py` | the test for two columns, chosen from their kinds and from checked assumptions |
| `reversal.py` | associations that change sign or vanish within the groups of a third column |
| `analysis.py` | all of it for a table, with p values corrected for the number of tests |
"""
