import numpy as np
import pandas as pd
import matplotlib.pyplot as plt

# Pima Indians Diabetes, file from Kaggle next to this script
df = pd.read_csv("diabetes.csv")
print(df.head())

# zeros in these columns are missing measurements
bad = ["Glucose", "BloodPressure", "SkinThickness", "Insulin", "BMI"]
df[bad] = df[bad].astype(float).replace(0, np.nan)

np.random.seed(42)
df = df.sample(frac=1).reset_index(drop=True)
n_train = int(len(df) * 0.75)
train_df = df.iloc[:n_train].copy()
test_df = df.iloc[n_train:].copy()

medians = train_df[bad].median()
train_df[bad] = train_df[bad].fillna(medians)
test_df[bad] = test_df[bad].fillna(medians)

features = [c for c in df.columns if c != "Outcome"]
mu = train_df[features].mean().values
sigma = train_df[features].std().values

X_train = (train_df[features].values - mu) / sigma
X_test = (test_df[features].values - mu) / sigma
y_train = train_df["Outcome"].values
y_test = test_df["Outcome"].values

X_train = np.column_stack([np.ones(len(X_train)), X_train])
X_test = np.column_stack([np.ones(len(X_test)), X_test])


def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -250, 250)))


def log_loss(y, p):
    p = np.clip(p, 1e-10, 1 - 1e-10)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


w = np.zeros(X_train.shape[1])
lr = 0.1
loss_list = []
for it in range(1500):
    p = sigmoid(X_train @ w)
    grad = X_train.T @ (p - y_train) / len(y_train)
    w = w - lr * grad
    loss_list.append(log_loss(y_train, sigmoid(X_train @ w)))
    if it % 300 == 0:
        print(it, loss_list[-1])

pred_train = (sigmoid(X_train @ w) > 0.5).astype(int)
pred_test = (sigmoid(X_test @ w) > 0.5).astype(int)
print("train accuracy: %.2f%%" % (100 * (pred_train == y_train).mean()))
print("test accuracy: %.2f%%" % (100 * (pred_test == y_test).mean()))
print("majority class: %.2f%%" % (100 * max(y_test.mean(), 1 - y_test.mean())))

for name, value in zip(["intercept"] + features, w):
    print("%-26s %8.3f" % (name, value))

plt.plot(loss_list)
plt.xlabel("iteration")
plt.ylabel("log loss (train)")
plt.savefig("loss.png")
