import argparse
import json
import os
import sys

import numpy as np
import pandas as pd


# the 24 cars of data.csv, used when the file is not around
KM = [240000, 139800, 150500, 185530, 176000, 114800, 166800, 89000, 144500, 84000, 82029, 63060,
      74000, 97500, 67000, 76025, 48235, 93000, 60949, 65674, 54000, 68500, 22899, 61789]
PRICE = [3650, 3800, 4400, 4450, 5250, 5350, 5800, 5990, 5999, 6200, 6390, 6390,
         6600, 6800, 6800, 6900, 6900, 6990, 7490, 7555, 7990, 7990, 7990, 8290]


def read_data(path):
    if not os.path.exists(path):
        return np.array(KM, dtype=float), np.array(PRICE, dtype=float)
    try:
        df = pd.read_csv(path)
        return df["km"].to_numpy(dtype=float), df["price"].to_numpy(dtype=float)
    except (KeyError, ValueError) as e:
        sys.exit(f"bad data file {path}: {e}")


def estimate_price(mileage, theta0, theta1):
    return theta0 + theta1 * mileage


def normalize(values):
    low, high = values.min(), values.max()
    return (values - low) / (high - low), low, high


def denormalize_thetas(t0, t1, km_low, km_high, price_low, price_high):
    """thetas for raw kilometers and raw prices"""
    scale = (price_high - price_low) / (km_high - km_low)
    theta1 = t1 * scale
    theta0 = t0 * (price_high - price_low) + price_low - theta1 * km_low
    return theta0, theta1


def cost(km, price, theta0, theta1):
    error = estimate_price(km, theta0, theta1) - price
    return np.mean(error ** 2) / 2


def gradient_step(km, price, theta0, theta1, learning_rate):
    m = len(km)
    error = estimate_price(km, theta0, theta1) - price
    tmp0 = learning_rate * np.sum(error) / m
    tmp1 = learning_rate * np.sum(error * km) / m
    return theta0 - tmp0, theta1 - tmp1


def train(km, price, learning_rate=0.5, iterations=2000, tolerance=1e-14):
    """returns theta0, theta1 (for raw data) and the list of costs"""
    x, km_low, km_high = normalize(km)
    y, price_low, price_high = normalize(price)
    theta0, theta1 = 0.0, 0.0
    history = [cost(x, y, theta0, theta1)]
    for _ in range(iterations):
        theta0, theta1 = gradient_step(x, y, theta0, theta1, learning_rate)
        history.append(cost(x, y, theta0, theta1))
        if abs(history[-2] - history[-1]) < tolerance:
            break
    theta0, theta1 = denormalize_thetas(theta0, theta1, km_low, km_high, price_low, price_high)
    return theta0, theta1, history


def r_squared(price, predicted):
    ss_res = np.sum((price - predicted) ** 2)
    ss_tot = np.sum((price - np.mean(price)) ** 2)
    return 1 - ss_res / ss_tot


def main():
    parser = argparse.ArgumentParser(description="ft_linear_regression: train")
    parser.add_argument("-f", "--file", default="data.csv")
    parser.add_argument("-l", "--learning-rate", type=float, default=0.5)
    parser.add_argument("-i", "--iterations", type=int, default=2000)
    parser.add_argument("-o", "--output", default=None, help="where to store the thetas (json)")
    args = parser.parse_args()

    km, price = read_data(args.file)
    theta0, theta1, history = train(km, price, args.learning_rate, args.iterations)
    print(f"theta0 = {theta0:.4f}, theta1 = {theta1:.8f} after {len(history) - 1} iterations")
    print(f"cost {history[0]:.6f} -> {history[-1]:.6f}")
    print(f"R2 = {r_squared(price, estimate_price(km, theta0, theta1)):.4f}")
    for test_km in (42000, 100000):
        print(f"{test_km} km: {estimate_price(test_km, theta0, theta1):.2f}")
    if args.output:
        with open(args.output, "w") as f:
            json.dump({"theta0": theta0, "theta1": theta1}, f)


if __name__ == "__main__":
    main()
