# Eigendigits: PCA + 1-nearest-neighbour on the 8x8 digits
import numpy as np
from sklearn.datasets import load_digits

rng = np.random.default_rng(0)
digits = load_digits()
images, labels = digits.data / 16.0, digits.target

# stratified: 60 images of every digit for training, 20 for validation, the next 40 for the test
train_idx, valid_idx, test_idx = [], [], []
for d in range(10):
    idx = rng.permutation(np.where(labels == d)[0])
    train_idx.extend(idx[:60])
    valid_idx.extend(idx[60:80])
    test_idx.extend(idx[80:120])
X_train, y_train = images[train_idx], labels[train_idx]
X_valid, y_valid = images[valid_idx], labels[valid_idx]
X_test, y_test = images[test_idx], labels[test_idx]

mean_image = X_train.mean(axis=0)
A = X_train - mean_image
eigenvalues, eigenvectors = np.linalg.eigh(A.T @ A / (len(A) - 1))
eigenvalues = eigenvalues[::-1]
eigenvectors = eigenvectors[:, ::-1]
cumulative = np.cumsum(eigenvalues) / eigenvalues.sum()


def encode(X, k):
    return (X - mean_image) @ eigenvectors[:, :k]


def decode(codes):
    k = codes.shape[1]
    return codes @ eigenvectors[:, :k].T + mean_image


def nearest_label(codes, reference, reference_labels):
    d2 = ((codes[:, None, :] - reference[None, :, :]) ** 2).sum(axis=2)
    return reference_labels[d2.argmin(axis=1)]


print(" k  variance  MSE(valid)  accuracy(valid)")
scores = {}
for k in (1, 2, 4, 8, 16, 24, 32, 48):
    codes_train, codes_valid = encode(X_train, k), encode(X_valid, k)
    mse = np.mean((decode(codes_valid) - X_valid) ** 2)
    scores[k] = np.mean(nearest_label(codes_valid, codes_train, y_train) == y_valid)
    print(f"{k:2d}  {cumulative[k - 1]:8.3f}  {mse:10.5f}  {scores[k]:15.3f}")

k_best = max(scores, key=lambda k: (scores[k], -k))
pred = nearest_label(encode(X_test, k_best), encode(X_train, k_best), y_train)
confusion = np.zeros((10, 10), dtype=int)
for t, p in zip(y_test, pred):
    confusion[t, p] += 1

print(f"\n{k_best} components, accuracy on {len(y_test)} test images: {np.mean(pred == y_test):.3f} (guessing: 0.100)")
print("confusion matrix, rows = true digit, columns = predicted digit")
print(confusion)
worst = np.argmin(confusion.diagonal() / confusion.sum(axis=1))
print("digit recognised worst:", worst, "recall", round(confusion[worst, worst] / confusion[worst].sum(), 3))

shown = rng.choice(len(X_test), size=3, replace=False)
for i in shown:
    back = decode(encode(X_test[i:i + 1], k_best))[0]
    print(f"test image {i} ({y_test[i]}): reconstruction error {np.mean((back - X_test[i]) ** 2):.5f}")
