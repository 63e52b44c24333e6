"""Small models, optimisers and batches to train with, and notes of how they were used."""

import torch
from torch import nn
from torch.utils.data import TensorDataset

__all__ = [
    "Batches",
    "Noted",
    "gradients_enabled",
    "make_adam",
    "make_batches",
    "make_classifier",
    "make_cross_entropy",
    "make_identity",
    "make_line",
    "make_mean_squared_error",
    "make_sgd",
    "make_training",
]


class Noted(nn.Module):
    """A model that notes how it is called, and tells how it stands."""

    def __init__(self, body):
        super().__init__()
        # Each test builds a model first: whatever was switched off before is on again.
        torch.set_grad_enabled(True)
        self.body = body
        self.notes = []
        for weight in list(body.parameters())[:1]:
            weight.register_hook(lambda _: self.notes.append(("backward", True)))

    def forward(self, X):
        """Return the outputs for a batch."""
        outputs = self.body(X)
        self.notes.append(("forward", self.mode(), outputs.requires_grad, len(X)))
        return outputs

    def mode(self):
        """Return "training" or "evaluation", or "mixed" where its layers are not all in one mode."""
        flags = {module.training for module in self.modules()}
        return "mixed" if len(flags) > 1 else "training" if self.training else "evaluation"

    def weights(self):
        """Return a copy of each parameter, by name."""
        return {name: weight.detach().clone() for name, weight in self.body.named_parameters()}

    def gradients(self):
        """Return a copy of each parameter's gradient, None where there is none, by name."""
        named = self.body.named_parameters()
        return {name: None if weight.grad is None else weight.grad.clone() for name, weight in named}

    def state(self):
        """Return, by name, the weights, what layers such as BatchNorm keep, the gradients, and who requires one."""
        statistics = {name: value.detach().clone() for name, value in self.body.named_buffers()}
        requiring = {name: torch.tensor(weight.requires_grad) for name, weight in self.body.named_parameters()}
        return self.weights(), statistics, self.gradients(), requiring

    def fill_gradients(self, value):
        """Give each parameter a gradient of one and the same value, and return the state that the model is in then."""
        for weight in self.body.parameters():
            weight.grad = torch.full_like(weight, value)
        return self.state()


class Batches:
    """Pairs (X, y), batch after batch; like a DataLoader, it can be walked through again and again."""

    def __init__(self, X, y, batch_size):
        self.dataset = TensorDataset(X, y)
        self.batch_size = batch_size

    def __len__(self):
        return -(-len(self.dataset) // self.batch_size)

    def __iter__(self):
        for start in range(0, len(self.dataset), self.batch_size):
            yield self.dataset[start : start + self.batch_size]

    def contents(self):
        """Return a copy of all of X and of all of y."""
        return tuple(tensor.clone() for tensor in self.dataset.tensors)


def gradients_enabled():
    """Return whether PyTorch keeps track of gradients at the moment."""
    return torch.is_grad_enabled()


def make_line(weight):
    """Return a model of one number: output = weight * input."""
    line = nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        line.weight.fill_(weight)
    return Noted(line)


def make_identity():
    """Return a model without parameters that gives back its input."""
    return Noted(nn.Identity())


def make_classifier(seed, features=3, classes=3):
    """Return a small classifier with a BatchNorm layer, in training mode, its weights drawn from the seed."""
    # The layers draw weights of their own first: whoever else draws from that generator is to notice nothing.
    with torch.random.fork_rng(devices=[]):
        body = nn.Sequential(nn.BatchNorm1d(features), nn.Linear(features, 5), nn.Tanh(), nn.Linear(5, classes))
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for weight in body.parameters():
            weight.copy_(torch.randn(weight.shape, generator=generator))
    return Noted(body)


def make_batches(X, y, batch_size):
    """Return batches of so many rows; the last one may be smaller."""
    return Batches(X, y, batch_size)


def make_sgd(model, lr):
    """Return an SGD optimiser without momentum."""
    return _noting(torch.optim.SGD(model.parameters(), lr=lr), model)


def make_adam(model, lr):
    """Return an Adam optimiser."""
    return _noting(torch.optim.Adam(model.parameters(), lr=lr), model)


def _noting(optimizer, model):
    def note(*_):
        gradients = [weight.grad for weight in model.parameters()]
        found = any(gradient is not None and gradient.any().item() for gradient in gradients)
        model.notes.append(("step", found))

    optimizer.register_step_post_hook(note)
    return optimizer


def make_training(seed, X, y, batch_size, lr, optimizer="sgd"):
    """Return a classifier, batches, a cross-entropy and an optimiser: all that a training takes."""
    model, loss_function = make_classifier(seed), make_cross_entropy()
    loss_function.register_forward_hook(lambda _, __, loss: model.notes.append(("loss", loss.requires_grad)))
    make_optimizer = {"sgd": make_sgd, "adam": make_adam}[optimizer]
    return model, make_batches(X, y, batch_size), loss_function, make_optimizer(model, lr)


def make_mean_squared_error():
    """Return the mean squared error, averaged over the batch."""
    return nn.MSELoss()


def make_cross_entropy(smoothing=0.0):
    """Return the cross-entropy of outputs without a softmax, averaged over the batch."""
    return nn.CrossEntropyLoss(label_smoothing=smoothing)
