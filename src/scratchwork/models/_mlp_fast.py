"""The fast route (first version)."""

from scratchwork.models._mlp_training import PlainTrainer


def make_trainer(model, job, optimizer):
    return PlainTrainer(model, job, optimizer)
