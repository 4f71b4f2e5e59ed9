"""Load data: `load_*` ships inside or comes with a dependency, `fetch_*` is found or downloaded; and any table.

| name | what |
|---|---|
| `load_digits` | 1,797 handwritten digits of 8 x 8 pixels, with scikit-learn |
| `load_medical_admissions` | 55 applicants to medical schools, inside |
| `load_berkeley_admissions` | 4,526 applicants to Berkeley in 1973, inside |
| `fetch_mnist`, `fetch_fashion_mnist` | 70,000 images of 28 x 28 pixels each, found or downloaded, and verified |
| `read_table` | any CSV, TSV or semicolon file |
"""

_HOME = {
    "load_digits": "digits",
    "load_medical_admissions": "admissions",
    "load_berkeley_admissions": "admissions",
    "fetch_mnist": "idx_images",
    "fetch_fashion_mnist": "idx_images",
    "read_table": "from_csv",
}

__all__ = list(_HOME)


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"module 'scratchwork.datasets' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"scratchwork.datasets.{_HOME[name]}"), name)
