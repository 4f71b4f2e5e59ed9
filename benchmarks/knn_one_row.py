"""What one ``predict`` of one row costs beyond the search: 1,797 digits, against scikit-learn."""

import numpy as np
from sklearn.datasets import load_digits

from benchmarks._harness import Claim, Contender, Row

K = 5


def setup():
    """The fitted models and one query: only ``predict`` is timed."""
    from sklearn.neighbors import KNeighborsClassifier as Theirs

    from scratchwork.models.nearest_neighbors import KNeighborsClassifier

    X, y = load_digits(return_X_y=True)
    return {
        "scratchwork": KNeighborsClassifier(K).fit(X, y),
        "scikit-learn": Theirs(K).fit(X, y),
        "scikit-learn brute": Theirs(K, algorithm="brute").fit(X, y),
        "query": X[:1] + 0.5,
    }


def predicting(name):
    return lambda data: data[name].predict(data["query"])


def check(data, results):
    assert len({int(result[0]) for result in results.values()}) == 1
    neighbours = [model.kneighbors(data["query"]) for name, model in data.items() if name != "query"]
    for D, I in neighbours[1:]:
        np.testing.assert_allclose(D, neighbours[0][0], rtol=1e-6)
        assert (neighbours[0][1] == I).all()
    return "the same neighbours, distances and class"


ROWS = [
    Row(
        name="knn_one_row",
        work="k-NN, one predict of one row, 1,797 digits, k = 5",
        setup=setup,
        contenders={
            "scratchwork": Contender(predicting("scratchwork"), "1"),
            "scikit-learn": Contender(predicting("scikit-learn"), "default"),
            "scikit-learn brute": Contender(predicting("scikit-learn brute"), "default"),
        },
        check=check,
        claims=(Claim(against=("scikit-learn", "scikit-learn brute"), must=3, aim=5),),
        calls=500,
    )
]
