"""The path as a whole: what a study finds, writes and says. Each study is run once for all tests of this file."""

import json
import re

import pandas as pd
import pytest

from scratchwork import records
from scratchwork.datasets import load_digits
from scratchwork.errors import DataError
from scratchwork.experiments import contenders, picture_study
from scratchwork.experiments.plans import PLANS, plan_for
from scratchwork.persistence import load_model
from scratchwork.predicting import predict_table
from scratchwork.report.build import write_aside
from scratchwork.report.results import results_document
from scratchwork.study import run_study

MEASURED = re.compile(r'<(span|time) class="measured">.*?</\1>')


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    folder = tmp_path_factory.mktemp("digits")
    studies, path = run_study("digits", out=folder, quick=True)
    return studies[0], path


@pytest.fixture(scope="module")
def admissions(tmp_path_factory):
    folder = tmp_path_factory.mktemp("admissions")
    studies, path = run_study("admissions", out=folder)
    return studies, path


def shop(n=240):
    """A table with a number to predict, gaps, a word column and a row without a target."""
    import numpy as np

    rng = np.random.default_rng(0)
    size = rng.normal(50, 10, n).round(1)
    town = rng.choice(["North", "South", "East"], n)
    price = (3 * size + 40 * (town == "North") + rng.normal(0, 10, n)).round(2)
    frame = pd.DataFrame({"size": size, "town": town, "price": price})
    frame.loc[3, "price"] = None
    frame.loc[5, "size"] = None
    return frame


@pytest.fixture(scope="module")
def prices(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    shop().to_csv(folder / "shop.csv", index=False)
    studies, path = run_study(folder / "shop.csv", target="price", out=folder / "run", quick=True)
    return studies[0], path, folder


def test_every_implementation_stands_in_the_table(digits):
    study, _ = digits
    rows = [(run.model, run.implementation) for run in study.runs]
    assert rows == [
        ("baseline", "baseline"),
        ("logistic", "scratchwork"), ("logistic", "scikit-learn"),
        ("mlp", "scratchwork"), ("mlp", "pytorch"), ("mlp", "scikit-learn"),
        ("knn", "scratchwork"), ("knn", "scikit-learn"),
    ]  # fmt: skip
    for run, scores in list(zip(study.runs, study.scores))[1:]:
        assert scores.accuracy > 0.93, run.label
        assert scores.accuracy_low < scores.accuracy < scores.accuracy_high


def test_numpy_and_pytorch_walk_the_same_path(digits):
    study, _ = digits
    runs = {run.implementation: run for run in study.runs if run.model == "mlp"}
    ours, torch = runs["scratchwork"], runs["pytorch"]
    assert ours.history["validation_nll"] == pytest.approx(torch.history["validation_nll"], abs=1e-6)
    assert (ours.predictions == torch.predictions).all()


def test_the_json_document_has_every_field(digits):
    study, path = digits
    document = json.loads(json.dumps(results_document([study], path), allow_nan=False))
    assert list(document) == ["dataset", "task", "quick", "n_used", "n_train", "n_test", "seed", "models", "report"]
    assert (document["task"], document["quick"], document["n_used"]) == ("classification", True, 1797)
    assert set(document["models"][0]) == {
        "model", "implementation", "accuracy", "accuracy_low", "accuracy_high", "precision", "recall", "f1", "log_loss",
        "r2", "rmse", "mae", "fit_seconds",
    }  # fmt: skip
    assert document["models"][1]["r2"] is None


def links_of(page):
    return set(re.findall(r'href="#([^"]+)"', page)), set(re.findall(r'id="([^"]+)"', page))


def test_the_report_is_whole_and_self_contained(digits):
    _, path = digits
    page = path.read_text()
    links, ids = links_of(page)
    assert links <= ids
    outside = re.sub(r"<script>.*?</script>", "", page, flags=re.S)
    assert not re.search(r"(src|href)=[\"'](https?:)?//", outside)
    assert path.stat().st_size < 5e6
    for words in ("One picture, ten confidences", "The worst mistakes", "k-means, step by step", "Decision boundaries"):
        assert words in page
    assert "Quick study: all rows were used, with fewer epochs of the network." in page


def test_the_medical_leak_is_caught_and_left_out(admissions):
    (medical, _), path = admissions
    leaks = medical.table.cleaned.leaks
    assert "Accept" in leaks
    assert "Accept" not in medical.table.cleaned.features
    assert max(s.accuracy for s in medical.scores) < 1
    assert "suspected leak" in path.read_text()


def test_the_berkeley_reversal_is_in_the_summary(admissions):
    (_, berkeley), path = admissions
    assert berkeley.table.analysis.reversals[0].third == "Dept"
    page = path.read_text()
    assert "Within the groups of Dept it changes sign" in page[: page.index("<nav")] + page
    links, ids = links_of(page)
    assert links <= ids
    document = results_document(*admissions)
    assert (document["dataset"], document["also"][0]["dataset"]) == ("admissions", "Berkeley")


def test_a_numeric_target_is_a_regression(prices):
    study, path, _ = prices
    assert study.task == "regression"
    best = max(scores.r2 for scores in study.scores)
    assert best > 0.85
    document = results_document([study], path)
    assert document["models"][1]["accuracy"] is None
    assert document["models"][1]["rmse"] < document["models"][0]["rmse"]


def test_rows_without_a_target_are_predicted_and_logged(prices):
    _, _, folder = prices
    predicted = pd.read_csv(folder / "run" / "unlabelled_predictions.csv")
    assert predicted["line"].tolist() == [5]
    assert abs(predicted["predicted"][0] - 3 * shop()["size"][3]) < 80
    log = pd.read_csv(folder / "run" / "cleaning_log.csv")
    assert "no target" in log["rule"].tolist()


def test_saved_model_predicts_like_the_study(prices):
    study, _, folder = prices
    chosen = study.table.insight.chosen
    predictions, remarks = predict_table(folder / "run", folder / "shop.csv")
    lines = study.table.cleaned.table.lines[study.split.test_rows]
    by_line = predictions.set_index("line")["prediction"]
    # The rows of the study are counted without the one that has no target.
    kept = study.table.cleaned.table.frame.index.to_numpy()[study.split.test_rows]
    lines = study.table.cleaned.table.lines[kept]
    assert by_line.loc[lines].to_numpy() == pytest.approx(chosen.predictions)
    assert any("'price'" in remark for remark in remarks)
    assert load_model(folder / "run" / "model.safetensors").about["target"] == "price"


def test_a_prediction_does_not_depend_on_its_neighbours(prices, tmp_path):
    _, _, folder = prices
    whole, _ = predict_table(folder / "run", folder / "shop.csv")
    shop().iloc[[7]].to_csv(tmp_path / "one.csv", index=False)
    one, _ = predict_table(folder / "run", tmp_path / "one.csv")
    assert one["prediction"][0] == pytest.approx(whole["prediction"][7])


def test_predict_words(prices, tmp_path):
    _, _, folder = prices
    shop().drop(columns="size").to_csv(tmp_path / "less.csv", index=False)
    with pytest.raises(DataError, match="The table lacks 'size', which the model was fitted on"):
        predict_table(folder / "run", tmp_path / "less.csv")
    with pytest.raises(DataError, match="holds no model.safetensors"):
        predict_table(tmp_path, folder / "shop.csv")


def test_same_seed_same_report(tmp_path):
    shop(80).to_csv(tmp_path / "shop.csv", index=False)
    pages = []
    for name in ("a", "b"):
        _, path = run_study(tmp_path / "shop.csv", target="price", out=tmp_path / name)
        pages.append(MEASURED.sub("", path.read_text()))
    assert pages[0] == pages[1]


def test_without_torch_the_gap_is_shown(monkeypatch, tmp_path):
    from scratchwork.report.pictures import write_picture_report

    monkeypatch.setattr(contenders, "has_extra", lambda name: False)
    plan = plan_for("digits")
    study = picture_study.study_dataset(load_digits(), plan, name="digits", quick=True)
    assert "pytorch" not in {run.implementation for run in study.runs}
    page = write_picture_report(study, tmp_path).read_text()
    assert "mlp in pytorch is missing from this comparison" in page
    assert "pip install &#34;scratchwork[torch]&#34;" in page


@pytest.mark.parametrize(
    ("text", "target", "words"),
    [
        ("a,b\n1,2\n3,4\n", "b", "2 rows have a value in 'b'; a study needs at least 10"),
        ("a,b\n1,2\n", "b", "has the one value '2' in every row"),
        ("a,b\n" + "1,2\n" * 30, "c", "target='c' is not a column. The columns are 'a', 'b'"),
        ("a,b\n" + "".join(f"{i},1\n" for i in range(30)), "b", "has the one value '1' in every row"),
    ],
)
def test_tables_with_nothing_to_learn(text, target, words, tmp_path):
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(DataError, match=words):
        run_study(tmp_path / "t.csv", target=target, out=tmp_path / "out")


def test_a_table_needs_a_target(tmp_path):
    with pytest.raises(DataError, match="which column is to be predicted"):
        run_study(tmp_path / "t.csv")


def test_a_folder_that_cannot_be_made_is_told_before_the_work(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be made .* Choose another folder with --out"):
        run_study("digits", out=tmp_path / "file" / "out")


def test_write_aside_leaves_nothing_behind(tmp_path):
    write_aside(tmp_path / "new" / "a.txt", "text")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.txt"]


def test_the_plans_name_every_data_set_of_pictures():
    assert set(PLANS) == {"digits", "mnist", "fashion-mnist"}
    assert plan_for("fashion-mnist").network_settings(quick=False)["max_iter"] == 5
    assert records.Study.__dataclass_fields__["extras"]
