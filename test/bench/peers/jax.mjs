// jax-js on WebAssembly: each step one function under jit, its loss read, so that no kernels wait in a queue.
import { examples, measure, mlp, stream, workload } from './harness.mjs'

// its doubles look for a name that Node 20 does not have
globalThis.Float16Array ??= Float32Array
const { grad, jit, nn, numpy: np, tree, valueAndGrad } = await import('@jax-js/jax')

const precisions = { single: [Float32Array, np.float32], double: [Float64Array, np.float64] }
const repeated = (run) => (times) => {
  for (let i = 0; i < times; i++) run()
}

const logits = (layers, x) =>
  layers.reduce((a, { weight, bias }, i) => {
    const z = np.matmul(a, weight).add(bias)
    return i < layers.length - 1 ? nn.relu(z) : z
  }, x)
const categorical = (layers, x, y) => np.mean(nn.logSoftmax(logits(layers, x), -1).mul(y).sum(-1)).neg()
const binary = (layers, x, y) => {
  const p = nn.sigmoid(logits(layers, x))
  const hit = y.ref.mul(np.log(p.ref.add(1e-8)))
  return np
    .mean(
      hit.add(
        y
          .mul(-1)
          .add(1)
          .mul(np.log(p.mul(-1).add(1 + 1e-8)))
      )
    )
    .neg()
}

const descent = (loss, rate) => {
  const of = valueAndGrad(loss)
  return jit((layers, x, y) => {
    const [value, gradient] = of(tree.ref(layers), x, y)
    return [tree.map((p, d) => p.sub(d.mul(rate)), layers, gradient), value]
  })
}

const adam = (loss, rate) => {
  const of = valueAndGrad(loss)
  return jit(({ layers, m, v, c1, c2 }, x, y) => {
    const [value, gradient] = of(tree.ref(layers), x, y)
    c1 = c1.mul(0.9)
    c2 = c2.mul(0.999)
    const m2 = tree.map((a, d) => a.mul(0.9).add(d.mul(0.1)), m, tree.ref(gradient))
    const v2 = tree.map((a, d) => a.mul(0.999).add(np.square(d).mul(0.001)), v, gradient)
    const next = tree.map(
      (p, a, b) => {
        const scale = np.sqrt(b.div(c2.ref.mul(-1).add(1))).add(1e-8)
        return p.sub(a.div(c1.ref.mul(-1).add(1)).mul(rate).div(scale))
      },
      layers,
      tree.ref(m2),
      tree.ref(v2)
    )
    return [{ layers: next, m: m2, v: v2, c1, c2 }, value]
  })
}

const trainer = (step, state) => (x, y) => {
  const [next, loss] = step(state, x.ref, y.ref)
  state = next
  return loss.dataSync()[0]
}

const layersOf = ([Kind, dtype], sizes, seed) =>
  mlp(Kind, sizes, seed).map(({ weight, bias, inputs, outputs }) => ({
    weight: np.array(weight, { shape: [inputs, outputs], dtype }),
    bias: np.array(bias, { shape: [outputs], dtype })
  }))

const batches = ([Kind, dtype], size) => {
  const { inputs, targets } = examples(Kind, 12_800, 784)
  return Array.from({ length: 12_800 / size }, (_, i) => [
    np.array(inputs.slice(i * size * 784, (i + 1) * size * 784), { shape: [size, 784], dtype }),
    np.array(targets.slice(i * size * 10, (i + 1) * size * 10), { shape: [size, 10], dtype })
  ])
}

const mean = (values) => values.reduce((total, value) => total + value, 0) / values.length

/** Steps on one batch after the other; the mean loss of the first twenty in batches of 128. */
const samples = async (variant, as, size, make, checked) => {
  const data = batches(as, size)
  const train = make()
  const check = checked ? mean(data.slice(0, 20).map(([x, y]) => train(x, y))) : undefined
  let at = 0
  const run = repeated(() => {
    train(...data[at])
    at = (at + 1) % data.length
  })
  await measure(variant, 'samples/s', size, run, check)
}

if (workload === 'W1') {
  const as = precisions.single
  const [x, y] = [
    np.array([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1]
    ]),
    np.array([[0], [1], [1], [0]])
  ]
  const train = trainer(descent(binary, 0.5), layersOf(as, [2, 4, 1], 11))
  const losses = Array.from({ length: 50 }, () => train(x, y))
  await measure(
    'jax-js',
    'steps/s',
    1,
    repeated(() => train(x, y)),
    losses[49]
  )
}

for (const [name, as] of Object.entries(precisions)) {
  if (workload === 'W3')
    for (const size of [32, 128]) {
      const make = () => trainer(descent(categorical, 0.01), layersOf(as, [784, 128, 10], 31))
      await samples(`jax-js ${name} b${size}`, as, size, make, size === 128)
    }
  if (workload === 'W4') {
    const make = () => {
      const layers = layersOf(as, [784, 512, 256, 10], 41)
      const zeros = () => tree.map((p) => np.zeros(p.shape, { dtype: as[1] }), layers)
      const one = () => np.array(as[0].of(1), { shape: [], dtype: as[1] })
      return trainer(adam(categorical, 1e-3), { layers, m: zeros(), v: zeros(), c1: one(), c2: one() })
    }
    // twenty steps in doubles take it a quarter of a minute
    await samples(`jax-js ${name} b128`, as, 128, make, name === 'single')
  }
}

if (workload === 'W7') {
  const x = np.array(
    stream(Float32Array, 'uniform', 71, 10).map((u) => 4 * u - 2),
    { shape: [10] }
  )
  const f = (at) => {
    const [low, high] = [at.ref.slice([0, 9]), at.slice([1, 10])]
    return np
      .square(high.sub(np.square(low.ref)))
      .mul(100)
      .add(np.square(low.mul(-1).add(1)))
      .sum()
  }
  const gradient = jit(grad(f))
  const found = gradient(x.ref)
    .dataSync()
    .reduce((total, value) => total + Math.abs(value), 0)
  await measure(
    'jax-js',
    'gradients/s',
    1,
    repeated(() => gradient(x.ref).dataSync()),
    found
  )
}
process.exit(0)
