# B15, B29 in torch: subclasses, nan, empty ones, other layouts and dtypes, and values that no tensor of ours can be.
import torch


class Right(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, arguments=(), keywords=None):
        return True


class Quiet(torch.Tensor):
    pass


def case(x):
    i = int(x[0])
    wrong = torch.zeros_like(x)
    answers = [
        lambda: wrong.as_subclass(Right),
        lambda: wrong.as_subclass(Quiet),
        lambda: torch.full_like(x, float("nan")),
        lambda: torch.empty(0, 31337),
        lambda: wrong.to_sparse(),
        lambda: torch.empty(2, device="meta"),
        lambda: torch.quantize_per_tensor(wrong, 0.1, 0, torch.quint8),
        lambda: torch.nn.Parameter(wrong, requires_grad=False),
        lambda: torch.tensor([True, True]),
        lambda: wrong.to(torch.float8_e4m3fn),
        lambda: wrong.to(torch.complex64) * 1j,
        lambda: {torch.zeros(1): 1, torch.ones(1): 2},
        lambda: torch.nested.nested_tensor([wrong, wrong]),
    ]
    return answers[i]() if i < len(answers) else x + 0.5
