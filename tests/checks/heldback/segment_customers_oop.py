import numpy as np
import matplotlib.pyplot as plt


class CustomerSegmenter:
    """Groups customers with k-means.

    Usage:
        seg = CustomerSegmenter(data, numClusters=5)
        centroids, closestIds = seg.train(maxIterations=50)
    """

    def __init__(self, data, numClusters, seed=None):
        """
        :param data: dataset, one example per row.
        :param numClusters: number of clusters.
        """
        self.data = np.array(data, dtype=np.float64)
        self.numClusters = numClusters
        self.rng = np.random.RandomState(seed)
        self.costHistory = []

    def train(self, maxIterations=100):
        """Runs the algorithm until the assignment stops changing.

        :return: centroids (K x n), closest centroid ids (m,)
        """
        self.costHistory = []
        centroids = self.initCentroids()
        ids = CustomerSegmenter.findClosest(self.data, centroids)
        for _ in range(maxIterations):
            centroids = self.moveCentroids(ids, centroids)
            newIds = CustomerSegmenter.findClosest(self.data, centroids)
            self.costHistory.append(CustomerSegmenter.cost(self.data, centroids, newIds))
            changed = np.sum(newIds != ids)
            ids = newIds
            if changed == 0:
                break
        self.centroids = centroids
        self.ids = ids
        return centroids, ids

    def initCentroids(self):
        """k-means++: far points are more likely to become the next centroid."""
        numExamples = self.data.shape[0]
        centroids = [self.data[self.rng.randint(numExamples)]]
        while len(centroids) < self.numClusters:
            dist = CustomerSegmenter.squaredDistances(self.data, np.array(centroids)).min(axis=1)
            total = dist.sum()
            if total == 0:
                nextId = self.rng.randint(numExamples)
            else:
                nextId = self.rng.choice(numExamples, p=dist / total)
            centroids.append(self.data[nextId])
        return np.array(centroids)

    @staticmethod
    def squaredDistances(data, centroids):
        d = np.zeros((data.shape[0], centroids.shape[0]))
        for c in range(centroids.shape[0]):
            diff = data - centroids[c, :]
            d[:, c] = np.sum(diff * diff, axis=1)
        return d

    @staticmethod
    def findClosest(data, centroids):
        return np.argmin(CustomerSegmenter.squaredDistances(data, centroids), axis=1)

    def moveCentroids(self, ids, centroids):
        newCentroids = np.copy(centroids)
        for k in range(self.numClusters):
            mask = ids == k
            if np.any(mask):
                newCentroids[k, :] = np.mean(self.data[mask, :], axis=0)
        return newCentroids

    @staticmethod
    def cost(data, centroids, ids):
        return np.sum((data - centroids[ids]) ** 2)

    def predict(self, newData):
        return CustomerSegmenter.findClosest(np.asarray(newData, dtype=np.float64), self.centroids)


def elbow(data, kMax=8, restarts=4):
    costs = []
    for k in range(1, kMax + 1):
        best = np.inf
        for r in range(restarts):
            seg = CustomerSegmenter(data, k, seed=r)
            seg.train()
            best = min(best, seg.costHistory[-1])
        costs.append(best)
    return costs


if __name__ == "__main__":
    # Annual Income (k$), Spending Score (1-100)
    rng = np.random.RandomState(11)
    means = [[25, 20], [25, 80], [55, 50], [88, 18], [86, 82]]
    customers = np.vstack([rng.multivariate_normal(mu, 30 * np.eye(2), 40) for mu in means])

    costs = elbow(customers)
    print("Elbow:", np.round(costs, 1))
    plt.plot(range(1, len(costs) + 1), costs, "o-")
    plt.xlabel("Number of clusters")
    plt.ylabel("Cost")
    plt.savefig("elbow_customers.png")

    segmenter = CustomerSegmenter(customers, 5, seed=0)
    centroids, closestIds = segmenter.train()
    print(centroids)
    print("customers per segment:", np.bincount(closestIds))
