import math


def distance(row1, row2):
    total = 0.0
    for a, b in zip(row1, row2):
        total += (a - b) * (a - b)
    return math.sqrt(total)


def get_neighbors(train, test_row, k):
    """train: list of (features, label)"""
    ranked = sorted(train, key=lambda item: distance(item[0], test_row))
    return ranked[:k]


def predict_classification(train, test_row, k=3):
    neighbors = get_neighbors(train, test_row, k)
    votes = {}
    for _, label in neighbors:
        votes[label] = votes.get(label, 0) + 1
    return max(votes, key=votes.get)


def k_nearest_neighbors(train, test, k=3):
    return [predict_classification(train, row, k) for row in test]


def accuracy_metric(actual, predicted):
    """In per cent."""
    correct = 0
    for a, p in zip(actual, predicted):
        if a == p:
            correct += 1
    return correct / len(actual) * 100.0
