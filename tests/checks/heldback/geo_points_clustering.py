import math
import random


class Point:
    def __init__(self, coords, name=None):
        self.coords = list(coords)
        self.name = name
        self.n = len(self.coords)
        self.cluster = None

    def distance_to(self, other):
        total = 0.0
        for i in range(self.n):
            total += (self.coords[i] - other.coords[i]) ** 2
        return math.sqrt(total)

    def __repr__(self):
        return "Point(%s)" % ", ".join("%.3f" % c for c in self.coords)


class Cluster:
    def __init__(self, center):
        self.center = center
        self.points = []

    def clear(self):
        self.points = []

    def add(self, point):
        self.points.append(point)

    def recompute_center(self):
        """Moves the center to the mean of the points. Returns how far it moved."""
        if not self.points:
            return 0.0
        n = self.center.n
        sums = [0.0] * n
        for p in self.points:
            for i in range(n):
                sums[i] += p.coords[i]
        old = self.center
        self.center = Point([s / len(self.points) for s in sums])
        return old.distance_to(self.center)

    def sse(self):
        return sum(p.distance_to(self.center) ** 2 for p in self.points)


class KMeansPoints:
    """Lloyd's algorithm on Point objects.

    points : list of lists (or of Point)
    k      : number of clusters
    """

    def __init__(self, points, k, cutoff=1e-6, max_rounds=200, seed=None):
        if k > len(points):
            raise ValueError("more clusters than points")
        self.points = [p if isinstance(p, Point) else Point(p) for p in points]
        self.k = k
        self.cutoff = cutoff
        self.max_rounds = max_rounds
        self.rand = random.Random(seed)
        self.clusters = []
        self.rounds = 0

    def nearest_cluster(self, point):
        best, best_distance = 0, float("inf")
        for idx, cluster in enumerate(self.clusters):
            d = point.distance_to(cluster.center)
            if d < best_distance:
                best_distance = d
                best = idx
        return best

    def assign(self):
        for c in self.clusters:
            c.clear()
        for p in self.points:
            p.cluster = self.nearest_cluster(p)
            self.clusters[p.cluster].add(p)

    def run(self):
        self.clusters = [Cluster(Point(p.coords)) for p in self.rand.sample(self.points, self.k)]
        self.rounds = 0
        while self.rounds < self.max_rounds:
            self.rounds += 1
            self.assign()
            biggest_shift = 0.0
            for c in self.clusters:
                biggest_shift = max(biggest_shift, c.recompute_center())
            if biggest_shift < self.cutoff:
                break
        self.assign()
        return self.labels()

    def labels(self):
        return [p.cluster for p in self.points]

    def centers(self):
        return [c.center.coords for c in self.clusters]

    def total_sse(self):
        return sum(c.sse() for c in self.clusters)

    def predict(self, coords):
        return self.nearest_cluster(Point(coords))


def main():
    gen = random.Random(3)
    towns = []
    for lat, lon in [(52.5, 13.4), (48.1, 11.6), (53.6, 10.0)]:
        for _ in range(40):
            towns.append([gen.gauss(lat, 0.4), gen.gauss(lon, 0.4)])

    best = None
    for attempt in range(5):
        model = KMeansPoints(towns, 3, seed=attempt)
        model.run()
        if best is None or model.total_sse() < best.total_sse():
            best = model
    print("rounds:", best.rounds)
    print("SSE: %.3f" % best.total_sse())
    for c in best.clusters:
        print(c.center, len(c.points))
    print("Leipzig belongs to", best.predict([51.34, 12.37]))


if __name__ == "__main__":
    main()
