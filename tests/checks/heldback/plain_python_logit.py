# Logistic regression on the diabetes data without any library (well, almost)
from csv import reader
from math import exp, log
from random import Random


def load_csv(filename):
    dataset = []
    with open(filename) as file:
        for row in reader(file):
            if row:
                dataset.append([float(value.strip()) for value in row])
    return dataset


def toy_dataset(n, rnd):
    dataset = []
    for _ in range(n):
        glucose = rnd.gauss(120, 30)
        mass = rnd.gauss(32, 7)
        age = rnd.uniform(21, 70)
        score = -10.6 + 0.045 * glucose + 0.08 * mass + 0.02 * age
        dataset.append([glucose, mass, age, float(rnd.random() < 1 / (1 + exp(-score)))])
    return dataset


def dataset_minmax(dataset):
    """Smallest and largest value of every column but the last (the class)."""
    columns = list(zip(*dataset))[:-1]
    return [(min(c), max(c)) for c in columns]


def normalize(dataset, minmax):
    result = []
    for row in dataset:
        new = []
        for value, (lo, hi) in zip(row[:-1], minmax):
            new.append((value - lo) / (hi - lo) if hi > lo else 0.0)
        result.append(new + [row[-1]])
    return result


def cross_validation_split(dataset, n_folds, rnd):
    pool = list(dataset)
    rnd.shuffle(pool)
    return [pool[i::n_folds] for i in range(n_folds)]


def accuracy_metric(actual, predicted):
    correct = sum(1 for a, p in zip(actual, predicted) if a == p)
    return correct / len(actual) * 100.0


def predict(row, coef):
    z = coef[0]
    for i in range(len(row) - 1):
        z += coef[i + 1] * row[i]
    if z >= 0:
        return 1.0 / (1.0 + exp(-z))
    return exp(z) / (1.0 + exp(z))


def log_loss(dataset, coef):
    total = 0.0
    for row in dataset:
        p = min(max(predict(row, coef), 1e-15), 1 - 1e-15)
        total -= row[-1] * log(p) + (1 - row[-1]) * log(1 - p)
    return total / len(dataset)


def coefficients_sgd(train, l_rate, n_epoch, rnd, verbose=False):
    coef = [0.0 for _ in range(len(train[0]))]
    rows = list(train)
    for epoch in range(n_epoch):
        rnd.shuffle(rows)
        for row in rows:
            error = row[-1] - predict(row, coef)
            coef[0] = coef[0] + l_rate * error
            for i in range(len(row) - 1):
                coef[i + 1] = coef[i + 1] + l_rate * error * row[i]
        if verbose:
            print('>epoch=%d, lrate=%.3f, loss=%.4f' % (epoch, l_rate, log_loss(train, coef)))
    return coef


def logistic_regression(train, test, l_rate, n_epoch, rnd):
    minmax = dataset_minmax(train)
    coef = coefficients_sgd(normalize(train, minmax), l_rate, n_epoch, rnd)
    return [round(predict(row, coef)) for row in normalize(test, minmax)]


def zero_rule(train, test):
    outcomes = [row[-1] for row in train]
    most = max(set(outcomes), key=outcomes.count)
    return [most for _ in test]


def evaluate_algorithm(dataset, algorithm, n_folds, seed, *args):
    folds = cross_validation_split(dataset, n_folds, Random(seed))
    scores = []
    for i, fold in enumerate(folds):
        train_set = [row for j, other in enumerate(folds) if j != i for row in other]
        test_set = [row[:-1] + [None] for row in fold]
        predicted = algorithm(train_set, test_set, *args)
        actual = [row[-1] for row in fold]
        scores.append(accuracy_metric(actual, predicted))
    return scores


if __name__ == '__main__':
    try:
        data = load_csv('pima-indians-diabetes.csv')
    except FileNotFoundError:
        data = toy_dataset(400, Random(6))
    n_folds, l_rate, n_epoch = 5, 0.1, 60
    scores = evaluate_algorithm(data, logistic_regression, n_folds, 1, l_rate, n_epoch, Random(2))
    baseline = evaluate_algorithm(data, zero_rule, n_folds, 1)
    print('Scores: %s' % [round(s, 2) for s in scores])
    print('Mean accuracy: %.3f%%' % (sum(scores) / len(scores)))
    print('Zero rule:     %.3f%%' % (sum(baseline) / len(baseline)))
