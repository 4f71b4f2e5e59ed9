"""Two real tables about admissions, which ship inside; `tables/SOURCES.md` names origin and citation."""

import pathlib

from scratchwork.records import Dataset

TABLES = pathlib.Path(__file__).parent / "tables"


def load_medical_admissions(*, return_X_y=False):
    """55 applicants to medical schools with grades and test scores; one writing score is missing.

    The target is ``Acceptance`` (1 or 0). The column ``Accept`` is the same decision in letters: using it as a feature
    is a leak.

    Parameters
    ----------
    return_X_y : bool
        Return ``(X, y)`` instead of the record.

    Returns
    -------
    Dataset or (DataFrame (55, 10), ndarray (55,) of int)

    >>> applicants = load_medical_admissions()
    >>> applicants.X.shape, int(applicants.y.sum()), int(applicants.X["WS"].isna().sum())
    ((55, 10), 30, 1)
    """
    import pandas as pd

    frame = pd.read_csv(TABLES / "medical_admissions.csv")
    X, y = frame.drop(columns="Acceptance"), frame["Acceptance"].to_numpy()
    if return_X_y:
        return X, y
    return Dataset(
        name="medical admissions",
        X=X,
        y=y,
        feature_names=tuple(X.columns),
        class_names=("denied", "accepted"),
        target_name="Acceptance",
        source="MedGPA of the R package Stat2Data",
        description="Applicants from one college to medical schools: decision, sex, grades, MCAT scores, applications.",
    )


def load_berkeley_admissions(*, return_X_y=False, expanded=True):
    """Applicants to Berkeley's six largest departments in 1973, by department, gender and decision.

    Parameters
    ----------
    return_X_y : bool
        Return ``(X, y)`` instead of the record.
    expanded : bool
        One row for each of the 4,526 applicants; False gives the 24 counts, with a column ``Freq``.

    Returns
    -------
    Dataset or (DataFrame (4526, 2), ndarray (4526,) of str)
        The target ``Admit`` is "Admitted" or "Rejected".

    >>> applicants = load_berkeley_admissions()
    >>> applicants.X.shape, load_berkeley_admissions(expanded=False).X.shape
    ((4526, 2), (24, 3))
    """
    import pandas as pd

    frame = pd.read_csv(TABLES / "berkeley_admissions.csv")
    if expanded:
        frame = frame.loc[frame.index.repeat(frame["Freq"])].drop(columns="Freq").reset_index(drop=True)
    X, y = frame.drop(columns="Admit"), frame["Admit"].to_numpy(dtype=object)
    if return_X_y:
        return X, y
    return Dataset(
        name="Berkeley admissions",
        X=X,
        y=y,
        feature_names=tuple(X.columns),
        class_names=("Admitted", "Rejected"),
        target_name="Admit",
        source="UCBAdmissions of R's package datasets (Bickel, Hammel, O'Connell, Science 1975)",
        description="Applicants to the six largest departments of Berkeley, autumn 1973.",
    )
