/** Settings that are left out: a call without them is the call with the values that the pages state. */
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'

const { data, nn, random } = g
const key = random.key(1)
const xs = g.tensor([
  [0.1, 0.5],
  [0.51, 3]
])
const ones = g.tensor([
  [1, 0],
  [1, 1]
])

const normalised = (layer: typeof batchNorm) => {
  const { params, state } = layer.init(key)
  const [y, after] = layer.apply(nn.training(key))(params, state)(xs)
  return [g.toFlatArray(y), g.toFlatArray(after.mean), g.toFlatArray(after.variance)]
}
const batchNorm = nn.batchNorm({ features: 2 })
const layerNormed = (layer: ReturnType<typeof nn.layerNorm<2>>) =>
  g.toFlatArray(nn.predict(layer)(layer.init(key).params, [])(g.mul(1e-3)(xs)))
const setOf = (set: g.data.Labelled) => [set.inputs, set.targets, set.labels].map(g.toFlatArray)
const images = { images: g.tensor([[[0, 255]]]), labels: g.tensor([9]) }

const pairs: Readonly<Record<string, readonly [without: () => unknown, stated: () => unknown]>> = {
  uniform: [() => random.uniform([4])(key), () => random.uniform([4], { min: 0, max: 1 })(key)],
  normal: [() => random.normal([4])(key), () => random.normal([4], { mean: 0, standardDeviation: 1 })(key)],
  truncatedNormal: [
    () => random.truncatedNormal([4])(key),
    () => random.truncatedNormal([4], { mean: 0, standardDeviation: 1 })(key)
  ],
  spirals: [() => setOf(data.spirals()(key)), () => setOf(data.spirals({ arms: 3, perArm: 100, noise: 0.2 })(key))],
  moons: [() => setOf(data.moons()(key)), () => setOf(data.moons({ perClass: 100, noise: 0.1 })(key))],
  circles: [
    () => setOf(data.circles()(key)),
    () => setOf(data.circles({ perClass: 100, noise: 0.1, factor: 0.5 })(key))
  ],
  blobs: [
    () => setOf(data.blobs()(key)),
    () => setOf(data.blobs({ classes: 3, perClass: 100, features: 2, standardDeviation: 1 })(key))
  ],
  split: [
    () => data.split({ testFraction: 0.5 })(key)(data.xor),
    () => data.split({ testFraction: 0.5, stratify: false })(key)(data.xor)
  ],
  imagesWithLabels: [
    () => data.imagesWithLabels()(images),
    () => data.imagesWithLabels({ classes: 10, max: 255 })(images)
  ],
  'nn.normal': [
    () => nn.normal({ standardDeviation: 1 })([4])(key),
    () => nn.normal({ standardDeviation: 1, mean: 0 })([4])(key)
  ],
  batchNorm: [
    () => normalised(batchNorm),
    () => normalised(nn.batchNorm({ features: 2, momentum: 0.1, epsilon: 1e-5 }))
  ],
  layerNorm: [
    () => layerNormed(nn.layerNorm({ features: 2 })),
    () => layerNormed(nn.layerNorm({ features: 2, epsilon: 1e-5 }))
  ],
  'nn.prelu': [
    () => nn.prelu({ features: 2 }).init(key).params,
    () => nn.prelu({ features: 2, slope: 0.25 }).init(key).params
  ],
  huber: [() => nn.huber()(ones)(xs), () => nn.huber({ delta: 1 })(ones)(xs)],
  binaryAccuracy: [() => nn.binaryAccuracy()(ones)(xs), () => nn.binaryAccuracy({ threshold: 0.5 })(ones)(xs)],
  binaryConfusionMatrix: [
    () => nn.binaryConfusionMatrix()(ones)(xs),
    () => nn.binaryConfusionMatrix({ threshold: 0.5 })(ones)(xs)
  ],
  f1: [() => nn.f1()(ones)(xs), () => nn.f1({ threshold: 0.5 })(ones)(xs)],
  l2: [
    () => nn.l2({ strength: 1 })({ weight: xs, bias: ones }),
    () => nn.l2({ strength: 1, where: (path) => path.endsWith('.weight') })({ weight: xs, bias: ones })
  ],
  lambda: [
    () => nn.lambda({ input: [2], output: [2] })(g.relu).name,
    () => nn.lambda({ input: [2], output: [2], name: 'lambda' })(g.relu).name
  ],
  leakyRelu: [() => g.leakyRelu()(g.neg(xs)), () => g.leakyRelu({ slope: 0.01 })(g.neg(xs))],
  elu: [() => g.elu()(g.neg(xs)), () => g.elu({ alpha: 1 })(g.neg(xs))],
  sum: [() => g.sum({ axis: 0 })(xs), () => g.sum({ axis: 0, keepDims: false })(xs)]
}

describe('settings that are left out', () => {
  it.each(Object.entries(pairs))('of %s are those that its page states', (_, [without, stated]) => {
    expect(without()).toStrictEqual(stated())
  })
})
