# k-nearest neighbors on the penguins data, from scratch, with lists
from csv import reader
from math import sqrt
from os.path import exists
from random import Random


# Load a CSV file, last column = species
def load_csv(filename):
    dataset = list()
    with open(filename, 'r') as file:
        for row in reader(file):
            if not row or row[0] == 'bill_length_mm':
                continue
            dataset.append([float(v) for v in row[:-1]] + [row[-1].strip()])
    return dataset


def fake_penguins(n=60, seed=5):
    rnd = Random(seed)
    species = {'Adelie': (38.8, 18.3, 190, 3700),
               'Chinstrap': (48.8, 18.4, 196, 3733),
               'Gentoo': (47.5, 15.0, 217, 5076)}
    spread = (2.4, 1.1, 6.0, 400)
    rows = list()
    for name, means in species.items():
        for _ in range(n):
            rows.append([rnd.gauss(m, s) for m, s in zip(means, spread)] + [name])
    return rows


# Find the min and max values for each column
def dataset_minmax(dataset):
    minmax = list()
    for i in range(len(dataset[0]) - 1):
        col_values = [row[i] for row in dataset]
        minmax.append([min(col_values), max(col_values)])
    return minmax


# Rescale dataset columns to the range 0-1, the label stays
def normalize_dataset(dataset, minmax):
    scaled = list()
    for row in dataset:
        new_row = list()
        for i, (low, high) in enumerate(minmax):
            new_row.append((row[i] - low) / (high - low) if high > low else 0.0)
        scaled.append(new_row + [row[-1]])
    return scaled


# Split a dataset into k folds
def cross_validation_split(dataset, n_folds, rnd):
    copy = list(dataset)
    rnd.shuffle(copy)
    return [copy[f::n_folds] for f in range(n_folds)]


# Percentage of right answers
def accuracy_metric(actual, predicted):
    correct = 0
    for i in range(len(actual)):
        if actual[i] == predicted[i]:
            correct += 1
    return correct / float(len(actual)) * 100.0


# Distance between two rows, the last element is the label
def euclidean_distance(row1, row2):
    distance = 0.0
    for i in range(len(row1) - 1):
        distance += (row1[i] - row2[i]) ** 2
    return sqrt(distance)


# Locate the most similar neighbors
def get_neighbors(train, test_row, num_neighbors):
    distances = list()
    for train_row in train:
        distances.append((train_row, euclidean_distance(test_row, train_row)))
    distances.sort(key=lambda tup: tup[1])
    return [distances[i][0] for i in range(num_neighbors)]


# Make a prediction with neighbors
def predict_classification(train, test_row, num_neighbors):
    neighbors = get_neighbors(train, test_row, num_neighbors)
    output_values = [row[-1] for row in neighbors]
    return max(set(output_values), key=lambda v: (output_values.count(v), -output_values.index(v)))


# kNN Algorithm
def k_nearest_neighbors(train, test, num_neighbors):
    return [predict_classification(train, row, num_neighbors) for row in test]


# Evaluate an algorithm using a cross validation split
def evaluate_algorithm(dataset, algorithm, n_folds, seed, *args):
    folds = cross_validation_split(dataset, n_folds, Random(seed))
    scores = list()
    for i, fold in enumerate(folds):
        train_set = [row for j, other in enumerate(folds) if j != i for row in other]
        minmax = dataset_minmax(train_set)
        train_set = normalize_dataset(train_set, minmax)
        test_set = normalize_dataset(fold, minmax)
        hidden = [row[:-1] + [None] for row in test_set]
        predicted = algorithm(train_set, hidden, *args)
        actual = [row[-1] for row in fold]
        scores.append(accuracy_metric(actual, predicted))
    return scores


if __name__ == '__main__':
    data = load_csv('penguins.csv') if exists('penguins.csv') else fake_penguins()
    for k in (1, 3, 5, 9):
        scores = evaluate_algorithm(data, k_nearest_neighbors, 5, 1, k)
        print('k=%d  scores: %s' % (k, ['%.1f' % s for s in scores]))
        print('     mean accuracy: %.3f%%' % (sum(scores) / float(len(scores))))
