"""What a name tells: the part of the data it holds (training, test), and whether it is features or labels."""

import functools
import re

PARTS = {
    "train": "train", "tr": "train", "trn": "train", "training": "train", "trainset": "train",
    "test": "test", "te": "test", "tst": "test", "testing": "test", "testset": "test",
    "holdout": "test", "unseen": "test", "held": "test", "hold": "test", "future": "test", "past": "train",
    "val": "val", "valid": "val", "validation": "val", "dev": "val", "validate": "val", "va": "val", "cv": "val",
    "tune": "val", "tuning": "val",
}  # fmt: skip
FEATURES = {
    "x", "xs", "tx", "data", "images", "image", "imgs", "img", "features", "feature", "feats", "inputs", "input", "samples",
    "df", "dataset", "set", "rows", "points", "frame", "dataframe", "ds", "matrix", "vectors", "pixels", "texts", "phi", "design",
}  # fmt: skip
LABELS = {
    "y", "ys", "labels", "label", "target", "targets", "t", "lbl", "lbls", "truth", "true", "actual", "gt", "classes",
    "response", "expected", "outcome", "answers", "lab",
}  # fmt: skip
PREDICTED = {
    "pred", "preds", "predicted", "prediction", "predictions", "yhat", "hat", "output", "outputs", "out", "guess",
    "probs", "prob", "proba", "probabilities", "probas", "logits", "yp", "ypred", "forecast", "scores", "p", "yh",
}  # fmt: skip
FILLERS = {
    "scaled", "norm", "normalized", "normalised", "std", "sc", "s", "n", "flat", "flatten", "flattened", "raw", "final", "new",
    "processed", "prep", "pca", "reduced", "poly", "aug", "full", "all", "sub", "small", "np", "arr", "array", "num",
    "orig", "original", "bias", "b", "ones", "oh", "onehot", "enc", "encoded", "one", "hot", "1", "2", "3", "mnist",
    "scl", "imputed", "clean", "cleaned", "split", "digits", "iris", "fold", "z", "stdz", "minmax", "ss", "mm",
    "resampled", "res", "smote", "selected", "shuffled", "binary", "cat", "categorical", "int", "values", "tensor",
    "transformed", "trans", "centered", "red", "lda", "loader", "dataloader", "batch", "batches", "balanced", "feat",
}  # fmt: skip

ROW_NUMBERS = {"i", "idx", "index", "indices", "ids", "rows", "cols", "columns", "mask", "places"}
FOREIGN = {
    word: english
    for english, words in {
        "train": "treino treinamento treinar entrenamiento entrena entreno entren entrainement addestramento lern trenowe treningowe egitim latih",
        "test": "teste testes prueba pruebas probar prova proba pru pruef pruefung testowe testowy uji pengujian",
        "val": "validacao validacion validazione validierung walidacja walidacyjne validasi",
        "data": "dados datos donnees daten dati veri dane muestras amostras",
        "labels": "rotulos etiquetas etiquettes etiketten etichette etykiety clases alvo objetivo",
        "pred": "prediccion predicciones previsao previsoes vorhersage predicho predito tahmin",
    }.items()
    for word in words.split()
}
SPOKEN = {  # what words that are printed say, in the languages that are met
    "test": r"(?<![a-z])test|generali[sz]|unseen|(held|hold).?out|new data|prueba|(?<![a-z])uji(?![a-z])|测试|測試|テスト|테스트|тест",
    "val": r"(?<![a-z])(valid|walid)|(?<![a-z])(val|dev)(?![a-z])|验证|驗證|検証|검증|валид|doğrulama",
    "train": r"(?<![a-z])(train|treino|trein|entren|entra[iî]n|addestr|apprent|trening|eğitim|egitim|latih|lern|learn(?!ing rate)|fit)"
    r"|in.sample|(?<!un)seen|resubst|训练|訓練|学習|훈련|학습|обуч|трен",
}  # fmt: skip


def spoken(text, *parts):
    """Whether a text names one of these parts of the data.

    >>> spoken("Test accuracy", "test"), spoken("测试误差", "test", "val"), spoken("unseen rows", "train")
    (True, True, False)
    """
    return any(re.search(SPOKEN[part], text, re.IGNORECASE) for part in parts)


@functools.cache
def tokens(name):
    """The words of a name, in lower case.

    >>> tokens("X_train_scaled"), tokens("trainX"), tokens("xtest"), tokens("X_treino")
    (('x', 'train', 'scaled'), ('train', 'x'), ('x', 'test'), ('x', 'train'))
    """
    name = name.split(".")[-1]
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)
    found = []
    for word in (word.lower() for word in words):
        joined = re.fullmatch(r"(x|y)(train|test|val|valid|tr|te|pred|true|hat)", word)
        joined = joined or re.fullmatch(r"(train|test|val)(x|y|data|set|df|labels|images)", word)
        found += joined.groups() if joined else [FOREIGN.get(word, word)]
    return tuple(found)


@functools.cache
def part_of(name):
    """``"train"``, ``"test"``, ``"val"`` or None: the part of the data a variable of this name holds.

    >>> part_of("X_test"), part_of("test_size"), part_of("train"), part_of("n_train"), part_of("y_val")
    ('test', None, 'train', None, 'val')
    """
    words = tokens(name)
    parts = [PARTS[word] for word in words if word in PARTS]
    rest = [word for word in words if word not in PARTS]
    if not parts or any(word in ("size", "n", "num", "ratio", "idx", "index", "indices", "ids") for word in rest):
        return None
    if all(word in FEATURES or word in LABELS or word in FILLERS for word in rest):
        return "val" if "val" in parts and "train" in parts else parts[-1]
    return None


@functools.cache
def index_part_of(name):
    """The part whose rows an index of this name picks.

    >>> index_part_of("train_idx"), index_part_of("test"), index_part_of("order")
    ('train', 'test', None)
    >>> index_part_of("fit_rows"), index_part_of("fit_intercept")
    ('train', None)
    """
    words = tokens(name)
    parts = [PARTS[word] for word in words if word in PARTS]
    if not parts and "fit" in words and set(words) <= {"fit", *ROW_NUMBERS}:
        return "train"
    return parts[-1] if parts and not {"train", "test"} <= set(parts) else None


@functools.cache
def kind_of(name):
    """``"data"``, ``"labels"``, ``"prediction"`` or an empty string.

    >>> kind_of("y_train"), kind_of("X"), kind_of("y_pred"), kind_of("test_labels"), kind_of("n_samples")
    ('labels', 'data', 'prediction', 'labels', '')
    """
    words = set(tokens(name))
    if len(words) > 1 and (
        tokens(name)[0] in ("n", "num", "nb", "number") or words & {"size", "count", "len", "ratio"}
    ):
        return ""  # how many there are
    if words & PREDICTED and not words & {"labels", "true"}:
        return "prediction"
    if words & LABELS and not words & {"x"}:
        return "labels"
    if words & FEATURES or (words and words <= set(PARTS) | FILLERS and words & set(PARTS)):
        return "data"
    return ""


def counterpart(name):
    """The name of the training part for a test name, or None.

    >>> counterpart("X_test"), counterpart("testX"), counterpart("lr")
    ('X_train', 'trainX', None)
    """
    if part_of(name) not in ("test", "val"):
        return None
    for word in ("test", "valid", "val", "dev", "te"):
        changed = re.sub(word, {"te": "tr"}.get(word, "train"), name, count=1)
        if changed != name:
            return changed
    return None
