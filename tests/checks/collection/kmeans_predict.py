import numpy as np


def euclidean_distance(x1, x2):
    return np.sqrt(np.sum((x1 - x2) ** 2))


class KMeans:

    def __init__(self, K=5, max_iters=100, seed=0):
        self.K = K
        self.max_iters = max_iters
        self.seed = seed
        self.clusters = [[] for _ in range(self.K)]
        self.centroids = []

    def predict(self, X):
        """Cluster the rows of X and return the cluster number of each."""
        self.X = np.asarray(X, dtype=float)
        self.n_samples, self.n_features = self.X.shape
        rng = np.random.default_rng(self.seed)
        random_sample_idxs = rng.choice(self.n_samples, self.K, replace=False)
        self.centroids = [self.X[idx] for idx in random_sample_idxs]
        for _ in range(self.max_iters):
            self.clusters = self._create_clusters(self.centroids)
            centroids_old = self.centroids
            self.centroids = self._get_centroids(self.clusters)
            if self._is_converged(centroids_old, self.centroids):
                break
        self.clusters = self._create_clusters(self.centroids)
        return self._get_cluster_labels(self.clusters)

    def _get_cluster_labels(self, clusters):
        labels = np.empty(self.n_samples, dtype=int)
        for cluster_idx, cluster in enumerate(clusters):
            for sample_index in cluster:
                labels[sample_index] = cluster_idx
        return labels

    def _create_clusters(self, centroids):
        clusters = [[] for _ in range(self.K)]
        for idx, sample in enumerate(self.X):
            clusters[self._closest_centroid(sample, centroids)].append(idx)
        return clusters

    def _closest_centroid(self, sample, centroids):
        distances = [euclidean_distance(sample, point) for point in centroids]
        return int(np.argmin(distances))

    def _get_centroids(self, clusters):
        centroids = []
        for cluster_idx, cluster in enumerate(clusters):
            if cluster:
                centroids.append(np.mean(self.X[cluster], axis=0))
            else:
                centroids.append(self.centroids[cluster_idx])
        return centroids

    def _is_converged(self, centroids_old, centroids):
        distances = [euclidean_distance(centroids_old[i], centroids[i]) for i in range(self.K)]
        return sum(distances) == 0
