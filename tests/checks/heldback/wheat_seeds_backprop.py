# Backpropagation on the wheat seeds dataset, without any library
from csv import reader
from math import exp
from random import Random


def load_rows(filename):
    with open(filename) as file:
        rows = [row for row in reader(file) if row]
    # the last column is the class
    classes = sorted(set(row[-1] for row in rows))
    return [[float(value) for value in row[:-1]] + [classes.index(row[-1])] for row in rows]


# Find the min and max values for each column
def dataset_minmax(rows):
    return [(min(column), max(column)) for column in zip(*rows)][:-1]


# Rescale the columns to the range 0-1, the rows given are left alone
def normalize(rows, minmax):
    return [[(value - low) / (high - low) for value, (low, high) in zip(row, minmax)] + [row[-1]] for row in rows]


# Split a dataset into k folds
def cross_validation_split(dataset, n_folds, rnd):
    dataset_copy = list(dataset)
    rnd.shuffle(dataset_copy)
    return [dataset_copy[i::n_folds] for i in range(n_folds)]


# a layer is a list of neurons, a neuron is a dictionary; the last weight is the bias
def initialize_network(n_inputs, n_hidden, n_outputs, rnd):
    hidden_layer = [{'weights': [rnd.uniform(-0.5, 0.5) for _ in range(n_inputs + 1)]} for _ in range(n_hidden)]
    output_layer = [{'weights': [rnd.uniform(-0.5, 0.5) for _ in range(n_hidden + 1)]} for _ in range(n_outputs)]
    return [hidden_layer, output_layer]


# Calculate neuron activation for an input
def activate(weights, inputs):
    activation = weights[-1]
    for i in range(len(weights) - 1):
        activation += weights[i] * inputs[i]
    return activation


# Transfer neuron activation
def transfer(activation):
    if activation >= 0:
        return 1.0 / (1.0 + exp(-activation))
    e = exp(activation)
    return e / (1.0 + e)


# Calculate the derivative of a neuron output
def transfer_derivative(output):
    return output * (1.0 - output)


# Forward propagate input to a network output
def forward_propagate(network, row):
    inputs = row
    for layer in network:
        new_inputs = []
        for neuron in layer:
            neuron['output'] = transfer(activate(neuron['weights'], inputs))
            new_inputs.append(neuron['output'])
        inputs = new_inputs
    return inputs


# Backpropagate error and store in neurons
def backward_propagate_error(network, expected):
    for i in reversed(range(len(network))):
        layer = network[i]
        for j, neuron in enumerate(layer):
            if i == len(network) - 1:
                error = neuron['output'] - expected[j]
            else:
                error = 0.0
                for following in network[i + 1]:
                    error += following['weights'][j] * following['delta']
            neuron['delta'] = error * transfer_derivative(neuron['output'])


# Update network weights with error
def update_weights(network, row, l_rate):
    inputs = row[:-1]
    for layer in network:
        for neuron in layer:
            for j in range(len(inputs)):
                neuron['weights'][j] -= l_rate * neuron['delta'] * inputs[j]
            neuron['weights'][-1] -= l_rate * neuron['delta']
        inputs = [neuron['output'] for neuron in layer]


# Train a network for a fixed number of epochs
def train_network(network, train, l_rate, n_epoch, n_outputs, rnd):
    errors = []
    for epoch in range(n_epoch):
        sum_error = 0
        for row in rnd.sample(train, len(train)):
            outputs = forward_propagate(network, row[:-1])
            expected = [0 for _ in range(n_outputs)]
            expected[row[-1]] = 1
            sum_error += 0.5 * sum((expected[i] - outputs[i]) ** 2 for i in range(n_outputs))
            backward_propagate_error(network, expected)
            update_weights(network, row, l_rate)
        errors.append(sum_error)
    return errors


# Make a prediction with a network
def predict(network, row):
    outputs = forward_propagate(network, row)
    return outputs.index(max(outputs))


def accuracy_metric(actual, predicted):
    correct = sum(1 for a, p in zip(actual, predicted) if a == p)
    return correct / float(len(actual)) * 100.0


def evaluate(dataset, n_folds, l_rate, n_epoch, n_hidden, seed=1):
    rnd = Random(seed)
    folds = cross_validation_split(dataset, n_folds, rnd)
    scores = []
    for k, test in enumerate(folds):
        train = [row for other, fold in enumerate(folds) if other != k for row in fold]
        minmax = dataset_minmax(train)
        train, test = normalize(train, minmax), normalize(test, minmax)
        n_outputs = len(set(row[-1] for row in dataset))
        network = initialize_network(len(train[0]) - 1, n_hidden, n_outputs, rnd)
        train_network(network, train, l_rate, n_epoch, n_outputs, rnd)
        predicted = [predict(network, row[:-1]) for row in test]
        scores.append(accuracy_metric([row[-1] for row in test], predicted))
    return scores


if __name__ == '__main__':
    dataset = load_rows('wheat-seeds.csv')
    scores = evaluate(dataset, n_folds=5, l_rate=0.3, n_epoch=60, n_hidden=5)
    print('Scores: %s' % scores)
    print('Mean Accuracy: %.3f%%' % (sum(scores) / float(len(scores))))
