"""PyTorch, eager."""
import numpy as np
import torch
import torch.nn.functional as F
from harness import measure, mlp, spiral, stream, workload

torch.set_num_threads(1)
precisions = {"single": torch.float32, "double": torch.float64}


def repeated(run):
    def times(n):
        for _ in range(n):
            run()
    return times


if workload == "W7":
    x = torch.tensor(4 * stream("uniform", 71) - 2).requires_grad_()

    def gradient():
        low, high = x[:-1], x[1:]
        return torch.autograd.grad((100 * (high - low ** 2) ** 2 + (1 - low) ** 2).sum(), x)[0]

    measure("PyTorch", "gradients/s", 1, repeated(gradient), gradient().abs().sum())

if workload == "W8":
    for name, dtype in precisions.items():
        x = torch.tensor(8 * stream("uniform", 81) - 4, dtype=dtype).requires_grad_()

        def gradient():
            return torch.autograd.grad((F.gelu(x, approximate="tanh") * torch.sigmoid(x)).sum(), x)[0]

        measure(f"PyTorch {name}", "elements/s", 1e6, repeated(gradient), gradient().sum(dtype=torch.float64))

if workload == "W9":
    X, _, labels = spiral()
    X, y = torch.tensor(X), torch.tensor(labels)
    parameters = [torch.tensor(p).requires_grad_() for layer in mlp([2, 100, 3], 21) for p in layer]
    along = [torch.tensor(stream("normal", 91 + i).reshape(p.shape)) for i, p in enumerate(parameters)]

    def product():
        W, b, V, c = parameters
        loss = F.cross_entropy(torch.relu(X @ W + b) @ V + c, y)
        gradients = torch.autograd.grad(loss, parameters, create_graph=True)
        return torch.autograd.grad(gradients, parameters, grad_outputs=along)

    norm = np.sqrt(sum(float((h ** 2).sum()) for h in product()))
    measure("PyTorch", "products/s", 1, repeated(product), norm)
