"""The lesson's library in NumPy: layers as objects that keep what they saw, one column for each example."""
import numpy as np
from harness import examples, measure, mlp, spiral, workload


class ReLU:
    def forward(self, Z):
        self.Z = Z
        return np.maximum(0, Z)

    def backward(self, dA):
        return dA * (self.Z > 0).astype(float)


class Sigmoid:
    def forward(self, Z):
        self.A = 1 / (1 + np.exp(-np.clip(Z, -500, 500)))
        return self.A

    def backward(self, dA):
        return dA * self.A * (1 - self.A)


class Softmax:
    def forward(self, Z):
        E = np.exp(Z - np.max(Z, axis=0, keepdims=True))
        self.A = E / np.sum(E, axis=0, keepdims=True)
        return self.A

    def backward(self, dA):
        return dA


class Dense:
    def __init__(self, weight, bias, activation):
        self.W, self.b, self.activation = np.ascontiguousarray(weight.T), bias.reshape(-1, 1), activation

    def forward(self, A_prev):
        self.A_prev = A_prev
        self.Z = np.dot(self.W, A_prev) + self.b
        self.A = self.activation.forward(self.Z)
        return self.A

    def backward(self, dA):
        m = dA.shape[1]
        dZ = self.activation.backward(dA)
        self.dW = (1 / m) * np.dot(dZ, self.A_prev.T)
        self.db = (1 / m) * np.sum(dZ, axis=1, keepdims=True)
        return np.dot(self.W.T, dZ)

    def update(self, rate):
        self.W -= rate * self.dW
        self.b -= rate * self.db


class Binary:
    def compute(self, P, Y):
        return -np.mean(Y * np.log(P + 1e-8) + (1 - Y) * np.log(1 - P + 1e-8))

    def gradient(self, P, Y):
        P = np.clip(P, 1e-15, 1 - 1e-15)
        return (P - Y) / (P * (1 - P))


class Categorical:
    def compute(self, P, Y):
        return -np.mean(np.sum(Y * np.log(P + 1e-8), axis=0))

    def gradient(self, P, Y):
        return P - Y


class Network:
    def __init__(self, sizes, seed, last, loss):
        layers = mlp(sizes, seed)
        self.layers = [Dense(W, b, last() if i == len(layers) - 1 else ReLU()) for i, (W, b) in enumerate(layers)]
        self.loss = loss()

    def forward(self, X):
        for layer in self.layers:
            X = layer.forward(X)
        return X

    def backward(self, Y):
        dA = self.loss.gradient(self.layers[-1].A, Y)
        for layer in reversed(self.layers):
            dA = layer.backward(dA)

    def train_step(self, X, Y, rate):
        loss = self.loss.compute(self.forward(X), Y)
        self.backward(Y)
        for layer in self.layers:
            layer.update(rate)
        return loss

    def fit(self, X, Y, epochs, rate, batch_size):
        """Without the accuracy of every epoch, which the others do not take either."""
        m = X.shape[1]
        for _ in range(epochs):
            order = np.random.permutation(m)
            Xs, Ys, total = X[:, order], Y[:, order], 0
            for i in range(0, m, batch_size):
                total += self.train_step(Xs[:, i:i + batch_size], Ys[:, i:i + batch_size], rate)
        return total


def gradient_check(network, X, Y, epsilon=1e-7):
    network.forward(X)
    network.backward(Y)
    computed, numeric = [], []
    for layer in network.layers:
        for values, gradient in ((layer.W, layer.dW), (layer.b, layer.db)):
            computed.append(gradient.ravel())
            found = np.zeros_like(values)
            it = np.nditer(values, flags=["multi_index"])
            while not it.finished:
                at = it.multi_index
                old = values[at]
                values[at] = old + epsilon
                plus = network.loss.compute(network.forward(X), Y)
                values[at] = old - epsilon
                minus = network.loss.compute(network.forward(X), Y)
                found[at] = (plus - minus) / (2 * epsilon)
                values[at] = old
                it.iternext()
            numeric.append(found.ravel())
    a, n = np.concatenate(computed), np.concatenate(numeric)
    return np.linalg.norm(a - n) / (np.linalg.norm(a) + np.linalg.norm(n))


def repeated(run):
    def times(n):
        for _ in range(n):
            run()
    return times


if workload == "W1":
    X, Y = np.array([[0.0, 0, 1, 1], [0, 1, 0, 1]]), np.array([[0.0, 1, 1, 0]])
    network = Network([2, 4, 1], 11, Sigmoid, Binary)
    check = [network.train_step(X, Y, 0.5) for _ in range(50)][-1]
    measure("NumPy", "steps/s", 1, repeated(lambda: network.train_step(X, Y, 0.5)), check)

if workload == "W2":
    X, Y = (np.ascontiguousarray(a.T) for a in spiral()[:2])
    for batch in (1, 10, 50, 300):
        network = Network([2, 100, 3], 21, Softmax, Categorical)
        check = [network.train_step(X, Y, 0.1) for _ in range(20)][-1]
        measure(f"NumPy b{batch}", "epochs/s", 1, lambda n: network.fit(X, Y, n, 0.1, batch), check)

if workload == "W5":
    X, Y = (np.ascontiguousarray(a.T) for a in examples(16, 20)[:2])
    network = Network([20, 30, 10], 51, Softmax, Categorical)
    check = gradient_check(network, X, Y)
    measure("NumPy", "checks/s", 1, repeated(lambda: gradient_check(network, X, Y)), check)
