"""Training loops of PyTorch: each rule fires on one changed line and is silent without it."""

import pytest

from scratchwork.checks.files.source import load_source
from scratchwork.checks.reading import read_source

TEXT = """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

wine = torch.load("wine.pt")
train_loader = DataLoader(TensorDataset(*wine["train"]), batch_size=16, shuffle=True)
test_loader = DataLoader(TensorDataset(*wine["test"]), batch_size=16)
net = nn.Sequential(nn.Linear(13, 20), nn.ReLU(), nn.Dropout(0.5), nn.Linear(20, 3))
loss_of = nn.CrossEntropyLoss()
opt = torch.optim.SGD(net.parameters(), lr=0.01)


def run_epoch():
    net.train()
    for rows, kinds in train_loader:
        opt.zero_grad()
        loss = loss_of(net(rows), kinds)
        loss.backward()
        opt.step()


def count_right():
    net.eval()
    right = 0
    with torch.no_grad():
        for rows, kinds in test_loader:
            out = net(rows)
            right += (out.argmax(dim=1) == kinds).sum().item()
    return right


for epoch in range(5):
    run_epoch()
print(count_right())
"""
CODES = {"SW-G1", "SW-T20", "SW-P5", "SW-E9", "SW-E1"}


def codes(tmp_path, *change):
    text = TEXT
    if change:
        assert change[0] in TEXT
        text = TEXT.replace(*change)
    path = tmp_path / "wine_net.py"
    path.write_text(text)
    return {found.code for found in read_source(load_source(path))} & CODES


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("        opt.zero_grad()\n", "", "SW-G1"),
        ("    net.eval()\n", "", "SW-T20"),
        ("out.argmax(dim=1)", "out.argmax(dim=0)", "SW-P5"),
        ("out.argmax(dim=1)", "torch.max(out, 0)[1]", "SW-P5"),
        ("in test_loader:", "in train_loader:", "SW-E9"),
        ("(out.argmax(dim=1) == kinds)", "(out.argmax(dim=1).unsqueeze(1) == kinds)", "SW-E1"),
    ],
)
def test_one_line_is_enough(tmp_path, old, new, code):
    assert codes(tmp_path, old, new) == {code}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        opt.zero_grad()\n", "        for p in net.parameters():\n            p.grad = None\n"),
        ("        opt.zero_grad()\n", "        net.zero_grad()\n"),
        ("    net.eval()\n", "    net.train(False)\n"),
        ("out.argmax(dim=1)", "torch.max(out, 1)[1]"),
        (
            "(out.argmax(dim=1) == kinds)",
            "(out.argmax(dim=1, keepdim=True) == kinds.view(-1, 1))",
        ),
    ],
)
def test_other_ways_to_write_it_are_right(tmp_path, old, new):
    assert codes(tmp_path) == set()
    assert codes(tmp_path, old, new) == set()
