"""Which way an association goes, in words."""

import numpy as np


def of_groups(values, codes, names, number, column):
    """Where the numbers tend to be highest and lowest, by the medians of the groups (the means where those tie)."""
    centre = [(float(np.median(values[codes == i])), float(values[codes == i].mean())) for i in range(len(names))]
    high, low = max(range(len(names)), key=centre.__getitem__), min(range(len(names)), key=centre.__getitem__)
    which = 0 if centre[high][0] != centre[low][0] else 1
    word = "median" if which == 0 else "mean"
    first, last = f"{column} = {names[high]}", f"{column} = {names[low]}"
    return f"{number} is highest where {first} ({word} {centre[high][which]:.4g}), lowest where {last} ({centre[low][which]:.4g})"


def of_categories(table, first, second):
    """Between which levels of the first column the share of the second's commonest level differs most."""
    level = table.sum().idxmax()
    share = (table[level] / table.sum(axis=1)).sort_index()
    high, low = share.idxmax(), share.idxmin()
    return f"{second} = {level} for {100 * share[high]:.0f} % where {first} = {high}, for {100 * share[low]:.0f} % where {first} = {low}"
