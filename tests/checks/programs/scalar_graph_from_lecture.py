import math
import random

from sklearn.datasets import make_moons


class Scalar:
  """ one number in the graph, remembers how it was made """

  def __init__(self, data, _children=(), _op='', label=''):
    self.data = data
    self.grad = 0.0
    self._backward = lambda: None
    self._prev = set(_children)
    self._op = _op
    self.label = label

  def __repr__(self):
    return f"Scalar(data={self.data:.4f}, grad={self.grad:.4f})"

  def __add__(self, other):
    other = other if isinstance(other, Scalar) else Scalar(other)
    out = Scalar(self.data + other.data, (self, other), '+')
    def _backward():
      self.grad += out.grad
      other.grad += out.grad
    out._backward = _backward
    return out

  def __mul__(self, other):
    other = other if isinstance(other, Scalar) else Scalar(other)
    out = Scalar(self.data * other.data, (self, other), '*')
    def _backward():
      self.grad += other.data * out.grad
      other.grad += self.data * out.grad
    out._backward = _backward
    return out

  def __pow__(self, other):
    assert isinstance(other, (int, float)), "only supporting int/float powers for now"
    out = Scalar(self.data**other, (self,), f'**{other}')
    def _backward():
      self.grad += other * self.data**(other - 1) * out.grad
    out._backward = _backward
    return out

  def exp(self):
    out = Scalar(math.exp(self.data), (self,), 'exp')
    def _backward():
      self.grad += out.data * out.grad
    out._backward = _backward
    return out

  def tanh(self):
    t = math.tanh(self.data)
    out = Scalar(t, (self,), 'tanh')
    def _backward():
      self.grad += (1 - t**2) * out.grad
    out._backward = _backward
    return out

  def relu(self):
    out = Scalar(0.0 if self.data < 0 else self.data, (self,), 'ReLU')
    def _backward():
      self.grad += (out.data > 0) * out.grad
    out._backward = _backward
    return out

  def backward(self):
    topo = []
    visited = set()
    def build_topo(v):
      if v not in visited:
        visited.add(v)
        for child in v._prev:
          build_topo(child)
        topo.append(v)
    build_topo(self)
    self.grad = 1.0
    for node in reversed(topo):
      node._backward()

  def __neg__(self): return self * -1
  def __sub__(self, other): return self + (-other)
  def __truediv__(self, other): return self * other**-1
  def __radd__(self, other): return self + other
  def __rmul__(self, other): return self * other
  def __rsub__(self, other): return other + (-self)


class Unit:
  def __init__(self, nin, nonlin=True):
    self.w = [Scalar(random.uniform(-1, 1) / nin**0.5) for _ in range(nin)]
    self.b = Scalar(0.0)
    self.nonlin = nonlin

  def __call__(self, x):
    act = sum((wi * xi for wi, xi in zip(self.w, x)), self.b)
    return act.tanh() if self.nonlin else act

  def parameters(self):
    return self.w + [self.b]


class UnitLayer:
  def __init__(self, nin, nout, **kwargs):
    self.units = [Unit(nin, **kwargs) for _ in range(nout)]

  def __call__(self, x):
    return [u(x) for u in self.units]

  def parameters(self):
    return [p for u in self.units for p in u.parameters()]


class Perceptrons:
  def __init__(self, nin, nouts):
    sz = [nin] + nouts
    self.layers = [UnitLayer(sz[i], sz[i + 1], nonlin=i != len(nouts) - 1) for i in range(len(nouts))]

  def __call__(self, x):
    for layer in self.layers:
      x = layer(x)
    return x[0]

  def parameters(self):
    return [p for layer in self.layers for p in layer.parameters()]

  def zero_grad(self):
    for p in self.parameters():
      p.grad = 0.0


def loss(model, X, y, alpha=1e-4):
  scores = [model([Scalar(v) for v in row]) for row in X]
  # svm "max-margin" loss
  losses = [(1 + -yi * score).relu() for yi, score in zip(y, scores)]
  data_loss = sum(losses, Scalar(0.0)) * (1.0 / len(losses))
  reg_loss = alpha * sum((p * p for p in model.parameters()), Scalar(0.0))
  accuracy = [(yi > 0) == (score.data > 0) for yi, score in zip(y, scores)]
  return data_loss + reg_loss, sum(accuracy) / len(accuracy)


def train(model, X, y, steps=50, step_size=1.0):
  for k in range(steps):
    total_loss, acc = loss(model, X, y)
    model.zero_grad()
    total_loss.backward()
    # sgd, the rate decays linearly
    learning_rate = step_size * (1.0 - 0.9 * k / steps)
    for p in model.parameters():
      p.data -= learning_rate * p.grad
    if k % 10 == 0:
      print(f"step {k} loss {total_loss.data:.4f}, training accuracy {acc*100:.1f}%")
  return model


if __name__ == '__main__':
  random.seed(1337)
  X, y = make_moons(n_samples=40, noise=0.1, random_state=4)
  y = y * 2 - 1  # make y be -1 or 1
  model = Perceptrons(2, [8, 1])
  print("number of parameters", len(model.parameters()))
  train(model, X.tolist(), y.tolist(), steps=50)
  Xt, yt = make_moons(n_samples=40, noise=0.1, random_state=5)
  _, acc = loss(model, Xt.tolist(), (yt * 2 - 1).tolist())
  print(f"test accuracy {acc*100:.1f}%")
