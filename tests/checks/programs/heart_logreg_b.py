# -*- coding: utf-8 -*-
"""
Heart disease - logistic regression by hand
heart.csv from kaggle (303 rows), target column "target"
"""
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt

df = pd.read_csv("heart.csv")
df = df.dropna()
df = df.drop_duplicates()
print(df.shape)

y = df["target"].values.reshape(-1, 1)
x_data = df.drop(["target"], axis=1)

rs = np.random.RandomState(42)
idx = rs.permutation(len(df))
split = int(0.8 * len(df))
x_train = x_data.values[idx[:split]].astype(float)
x_test = x_data.values[idx[split:]].astype(float)
y_train = y[idx[:split]]
y_test = y[idx[split:]]

# min-max normalization
x_min = x_train.min(axis=0)
x_max = x_train.max(axis=0)
x_train = (x_train - x_min) / (x_max - x_min)
x_test = (x_test - x_min) / (x_max - x_min)

weights = np.full((x_train.shape[1], 1), 0.01)
bias = 0.0
learning_rate = 1.0
number_of_iterations = 1000


def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -500, 500)))


def cost_function(w, b, x, y):
    p = sigmoid(x.dot(w) + b)
    return float(-(y * np.log(p + 1e-9) + (1 - y) * np.log(1 - p + 1e-9)).mean())


cost_list = []
index = []
for i in range(number_of_iterations):
    y_head = sigmoid(x_train.dot(weights) + bias)
    error = y_head - y_train
    derivative_weight = x_train.T.dot(error) / x_train.shape[0]
    derivative_bias = error.mean()
    weights = weights - learning_rate * derivative_weight
    bias = bias - learning_rate * derivative_bias
    if i % 50 == 0:
        cost = cost_function(weights, bias, x_train, y_train)
        cost_list.append(cost)
        index.append(i)
        print("Cost after iteration %i: %f" % (i, cost))


def predict(x):
    return (sigmoid(x.dot(weights) + bias) > 0.5).astype(int)


print("train accuracy: {:.2f} %".format(100 - np.mean(np.abs(predict(x_train) - y_train)) * 100))
print("test accuracy: {:.2f} %".format(100 - np.mean(np.abs(predict(x_test) - y_test)) * 100))
print("baseline: {:.2f} %".format(max(y_test.mean(), 1 - y_test.mean()) * 100))

plt.plot(index, cost_list)
plt.xlabel("Number of Iteration")
plt.ylabel("Cost")
plt.show()
