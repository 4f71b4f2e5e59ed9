"""Data sets that modules which are not installed, or the net, would give: small ones of the same shapes and kinds."""

import types

import numpy as np

TRAIN, TEST = 240, 60
WIDE = {"mnist": (28, 28), "fashion_mnist": (28, 28), "cifar10": (32, 32, 3), "boston_housing": (13,)}
NAMES = {*WIDE, "input_data"}
PATH = {"keras", "datasets", "python", "examples", "tutorials", "utils", "np_utils", *NAMES}  # parts of a module's name


def images(n, shape, seed):
    """(images (n, ...) of whole numbers to 255, classes (n,)): each class is bright in places of its own."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(n) % 10)
    bright = np.random.default_rng(1).random((10, *shape)) < 0.2
    return (rng.integers(0, 120, size=(n, *shape)) + 120 * bright[labels]).astype(np.uint8), labels.astype(np.uint8)


class DataModule:
    """What stands for ``keras.datasets.mnist`` and for ``tensorflow.examples.tutorials.mnist.input_data``."""

    def __init__(self, name):
        self.shape = WIDE.get(name, (28, 28))

    def load_data(self, *args, **kwargs):
        """((images, labels), (images, labels))."""
        return images(TRAIN, self.shape, 3), images(TEST, self.shape, 4)

    def read_data_sets(self, *args, one_hot=False, **kwargs):
        """Parts ``train``, ``validation`` and ``test`` with ``images``, ``labels`` and ``next_batch``."""
        return types.SimpleNamespace(
            train=Part(TRAIN, one_hot, 3), validation=Part(TEST, one_hot, 5), test=Part(TEST, one_hot, 4)
        )


class Part:
    """One part of a data set that is asked for batches."""

    def __init__(self, n, one_hot, seed):
        pictures, labels = images(n, (784,), seed)
        self.images, self.labels = pictures / 255.0, np.eye(10)[labels] if one_hot else labels
        self.num_examples, self.place = n, 0

    def next_batch(self, size, *args, **kwargs):
        """The next rows, from the beginning again after the last."""
        rows = (self.place + np.arange(size)) % self.num_examples
        self.place += size
        return self.images[rows], self.labels[rows]


def fetched(*args, **kwargs):
    """What ``fetch_openml("mnist_784")`` gives: flat images and their labels as words."""
    import pandas
    import sklearn.utils

    pictures, labels = images(TRAIN, (784,), 3)
    data, target = pictures.astype(float), labels.astype(str).astype(object)
    if kwargs.get("as_frame") not in (False,):
        names = [f"pixel{number}" for number in range(1, 785)]
        data, target = pandas.DataFrame(data, columns=names), pandas.Series(target, name="class")
    if kwargs.get("return_X_y"):
        return data, target
    return sklearn.utils.Bunch(data=data, target=target, DESCR="", feature_names=None, details={})


# What seaborn.load_dataset gives: columns of words, and (least, most) of numbers, which rise with the first column's word.
TABLES = {
    "iris": {"species": ("setosa", "versicolor", "virginica"), "sepal_length": (4.3, 7.9), "sepal_width": (2.0, 4.4),
             "petal_length": (1.0, 6.9), "petal_width": (0.1, 2.5)},
    "penguins": {"species": ("Adelie", "Chinstrap", "Gentoo"), "island": ("Biscoe", "Dream", "Torgersen"), "bill_length_mm": (32.1, 59.6),
                 "bill_depth_mm": (13.1, 21.5), "flipper_length_mm": (172.0, 231.0), "body_mass_g": (2700.0, 6300.0), "sex": ("Female", "Male")},
    "tips": {"size": (1, 6), "total_bill": (3.07, 50.81), "tip": (1.0, 10.0), "sex": ("Female", "Male"), "smoker": ("No", "Yes"),
             "day": ("Fri", "Sat", "Sun", "Thur"), "time": ("Dinner", "Lunch")},
    "titanic": {"survived": (0, 1), "pclass": (1, 3), "sex": ("female", "male"), "age": (0.42, 80.0), "sibsp": (0, 8), "parch": (0, 6),
                "fare": (0.0, 512.3), "embarked": ("C", "Q", "S"), "class": ("First", "Second", "Third"), "who": ("child", "man", "woman"),
                "adult_male": (False, True), "deck": tuple("ABCDEFG"), "embark_town": ("Cherbourg", "Queenstown", "Southampton"), "alive": ("no", "yes"), "alone": (False, True)},
}  # fmt: skip


def load_dataset(name):
    """A frame of 150 rows with the columns of a data set of seaborn."""
    import pandas

    rng, columns, group = np.random.default_rng(5), {}, None
    for key, values in TABLES[name].items():
        if not columns and type(values[0]) is int:
            values = range(values[0], values[1] + 1)
        group = np.arange(150) % len(values) / (len(values) - 1) if group is None else group
        if isinstance(values[0], (str, bool)) or not columns:
            place = group * (len(values) - 1) if not columns else rng.integers(len(values), size=150)
            columns[key] = np.array(values)[place.astype(int)]
        else:
            drawn = values[0] + (values[1] - values[0]) * (0.6 * group + 0.4 * rng.random(150))
            columns[key] = drawn.round(3) if type(values[0]) is float else drawn.round().astype(int)
    first, *rest = columns
    return pandas.DataFrame(columns)[[*rest, first] if isinstance(TABLES[name][first][0], str) else [first, *rest]]
