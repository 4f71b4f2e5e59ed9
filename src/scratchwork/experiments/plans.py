"""Which models a study fits, and with which settings: every knob of the studies of pictures is in this file.

Each plan gives all implementations of a model the same settings, so that a difference in the table is a difference
between implementations.
"""

from dataclasses import dataclass, field

from scratchwork.arrays import check_choice

NEIGHBOR_COUNTS = (1, 3, 5, 7, 9, 11, 15)


@dataclass(frozen=True)
class Plan:
    """What a study of one data set does.

    Attributes
    ----------
    scaling : {"standardise", "minus one to one"}
        The second maps the pixels 0..255 to [-1, 1]; it learns nothing.
    network : dict
        Parameters of the network, in scikit-learn's names; ``initialization`` is ours.
    logistic : dict
        Parameters of logistic regression.
    quick_rows : int
        How many rows are used with ``quick``.
    quick_epochs : int
        Of the network, with ``quick``.
    neighbor_counts : tuple of int
        The values of k that cross-validation inside the training part chooses from.
    selection_rows : int
        Choosing k uses at most so many rows of the training part.
    """

    scaling: str
    network: dict
    logistic: dict = field(default_factory=lambda: {"C": 1.0})
    quick_rows: int = 4000
    quick_epochs: int = 5
    neighbor_counts: tuple[int, ...] = NEIGHBOR_COUNTS
    selection_rows: int = 5000

    def network_settings(self, quick):
        """The network's parameters, with fewer epochs for a quick study."""
        return self.network | ({"max_iter": self.quick_epochs} if quick else {})


# Logistic regression stops at scikit-learn's own tolerance here: beyond it no prediction changes.
_LOGISTIC = {"C": 1.0, "solver": "lbfgs", "tol": 1e-6, "max_iter": 300}

_IMAGES = {
    "hidden_layer_sizes": (128, 64),
    "activation": "relu",
    "solver": "sgd",
    "learning_rate_init": 0.005,
    "batch_size": 64,
    "max_iter": 5,
    "alpha": 0.0,
    "momentum": 0.0,
    "initialization": "pytorch",
    "n_iter_no_change": 1000,
}

PLANS = {
    "digits": Plan(
        scaling="standardise",
        network={
            "hidden_layer_sizes": (50,),
            "activation": "relu",
            "solver": "adam",
            "learning_rate_init": 0.001,
            "batch_size": 200,
            "max_iter": 200,
            "alpha": 1e-4,
            "initialization": "glorot",
            "n_iter_no_change": 1000,
        },
        quick_rows=1797,
        quick_epochs=60,
    ),
    "mnist": Plan(scaling="minus one to one", network=_IMAGES | {"learning_rate_init": 0.05}, logistic=_LOGISTIC),
    "fashion-mnist": Plan(scaling="minus one to one", network=_IMAGES, logistic=_LOGISTIC, quick_epochs=25),
}


def plan_for(name):
    """The plan of a data set of pictures."""
    return PLANS[check_choice("dataset", name, PLANS)]
