"""Thin wrappers so that all models of the project look alike."""
import numpy as np
from sklearn.cluster import KMeans as _KMeans
from sklearn.decomposition import PCA as _PCA
from sklearn.linear_model import LogisticRegression as _LR
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


class ScaledLogistic:
    def __init__(self, C=1.0):
        self.C = C

    def fit(self, X, y):
        self.model = make_pipeline(StandardScaler(), _LR(C=self.C, max_iter=1000)).fit(X, y)
        self.classes_ = self.model.classes_
        return self

    def predict(self, X):
        return self.model.predict(X)

    def predict_proba(self, X):
        return self.model.predict_proba(X)


class Segmenter:
    def __init__(self, n_clusters=3, random_state=0):
        self.n_clusters = n_clusters
        self.random_state = random_state

    def fit(self, X):
        self.model = _KMeans(self.n_clusters, n_init=5, random_state=self.random_state).fit(np.asarray(X, dtype=float))
        self.labels_ = self.model.labels_
        self.cluster_centers_ = self.model.cluster_centers_
        return self

    def predict(self, X):
        return self.model.fit_predict(np.asarray(X, dtype=float))


class Compressor:
    def __init__(self, n_components=2):
        self.n_components = n_components

    def fit(self, X):
        self.model = _PCA(self.n_components, svd_solver="full").fit(X)
        return self

    def transform(self, X):
        return self.model.transform(X)

    def inverse_transform(self, Z):
        return self.model.inverse_transform(Z)
