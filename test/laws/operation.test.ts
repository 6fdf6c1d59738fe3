/** The public operations that are put together of primitives obey the laws of derivatives. */
import { nonZero, positive } from '../../src/primitive/domain.ts'
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it, test } from 'vitest'
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'

const matrix = laws.arbitrary.shape({ minRank: 2, maxRank: 3, minDim: 1 })
const full = laws.arbitrary.shape({ minRank: 1, minDim: 1 })

/** No two numbers are near each other. */
const distinct = (x: Tensor): boolean => {
  const sorted = toFlatArray(x).sort((a, b) => a - b)
  return sorted.every((value, i) => i === 0 || value - sorted[i - 1]! > 0.05)
}

/** No number is near the level of sparsemax, which sorting finds. */
const offLevel = (x: Tensor): boolean => {
  const values = toFlatArray(x)
  const sorted = [...values].sort((a, b) => b - a)
  const levels = sorted.map((_, k) => (sorted.slice(0, k + 1).reduce((sum, z) => sum + z, 0) - 1) / (k + 1))
  const level = levels.filter((t, k) => sorted[k]! > t).at(-1)!
  return values.every((z) => Math.abs(z - level) > 0.05)
}
const offLevelOfColumns = (x: Tensor<[3, 2]>): boolean =>
  g.toArray(g.transpose(x)).every((column) => offLevel(g.tensor([...column])))

/** No root of nearly 0 is taken. */
const spread = (x: Tensor): boolean => Math.max(...toFlatArray(x)) - Math.min(...toFlatArray(x)) > 0.5
const long = (x: Tensor): boolean => Math.hypot(...toFlatArray(x)) > 0.5

/**
 * Whole numbers and others, moved so that no two of them are equal: sorted ones have the derivatives of their order, which
 * among equals need not lie between the slopes.
 */
const apartFrom = g.add(g.tensor([0, 0.17, 0.39, 0.71]))
const untied = (x: Tensor<[4]>): boolean => distinct(apartFrom(x))

const mask = g.tensor([
  [1, 0, 1],
  [0, 0, 0],
  [1, 1, 0]
])
/** A domain may say only what of it is not as usual. */
const awayFromKink = laws.operation({ name: 'abs', f: g.abs, domain: { avoid: [0] } })

/** Activations with kinks, at whole numbers from −3 to 3. */
const kinked = {
  relu: g.relu,
  leakyRelu: g.leakyRelu(),
  'leakyRelu, steeper below': g.leakyRelu({ slope: 2 }),
  elu: g.elu({ alpha: 0.5 }),
  selu: g.selu,
  softsign: g.softsign,
  hardSigmoid: g.hardSigmoid,
  hardSwish: g.hardSwish,
  hardTanh: g.hardTanh,
  relu6: g.relu6,
  clip: (x: Tensor) => g.clip({ min: -1, max: 1 })(x)
}
const kinksOf = [-3, -1, 0, 1, 3]

const maskedOperations: readonly laws.Suite[] = [
  laws.operation({ name: 'sum, masked', f: (x: Tensor<[3, 3]>) => g.sum({ axis: 1, mask })(x), shape: [3, 3] }),
  laws.operation({ name: 'mean, masked', f: (x: Tensor<[3, 3]>) => g.mean({ axis: 0, mask })(x), shape: [3, 3] }),
  laws.operation({ name: 'prod, masked', f: (x: Tensor<[3, 3]>) => g.prod({ axis: 1, mask })(x), shape: [3, 3] }),
  laws.operation({
    name: 'median, masked',
    f: (x: Tensor<[4]>) => g.median({ mask: g.tensor([1, 0, 1, 0]) })(apartFrom(x)),
    shape: [4],
    smooth: untied
  }),
  laws.operation({
    name: 'std, masked, ddof',
    f: (x: Tensor<[3, 3]>) => g.std({ axis: 1, mask, ddof: 1 })(x),
    shape: [3, 3],
    smooth: distinct
  }),
  laws.operation({
    name: 'softmax, masked',
    f: (x: Tensor<[3, 3]>) => g.softmax({ axis: 1, mask })(x),
    shape: [3, 3]
  }),
  laws.operation({
    name: 'logSumExp, masked',
    f: (x: Tensor<[3, 3]>) => g.logSumExp({ mask })(x),
    shape: [3, 3]
  })
]

const operations: readonly laws.Suite[] = [
  laws.operation({ name: 'mish', f: (x) => pipe(x, g.softplus, g.tanh, g.mul(x)) }),
  laws.operation({ name: 'tan', f: g.tan, domain: { min: -1.2, max: 1.2 } }),
  laws.operation({ name: 'sinc', f: g.sinc }),
  laws.operation({ name: 'reciprocal', f: g.reciprocal, domain: positive }),
  laws.operation({ name: 'rsqrt', f: g.rsqrt, domain: positive }),
  laws.operation({ name: 'log1mExp', f: g.log1mExp, domain: { min: -3, max: -0.2 } }),
  laws.operation({ name: 'logSigmoid', f: g.logSigmoid }),
  laws.operation({ name: 'digamma', f: g.digamma, domain: positive }),
  laws.operation({ name: 'polygamma(1), below 0', f: g.polygamma(1), domain: { min: -0.8, max: -0.2 } }),
  laws.function({
    name: 'lerp',
    f: (start: Tensor<[2, 3]>, end: Tensor<[3]>, weight: Tensor<[]>) => g.lerp({ end, weight })(start),
    args: fc.tuple(laws.arbitrary.tensor([2, 3]), laws.arbitrary.tensor([3]), laws.arbitrary.tensor([]))
  }),
  laws.function({
    name: 'clip with tensors as bounds',
    f: (x: Tensor<[2, 3]>, min: Tensor<[3]>, max: Tensor<[]>) => g.clip({ min, max })(x),
    args: fc.tuple(laws.arbitrary.tensor([2, 3]), laws.arbitrary.tensor([3]), laws.arbitrary.tensor([])),
    smooth: (x, min, max) => distinct(g.concat(0)([g.flatten(x), min, g.reshape([1])(max)]))
  }),
  laws.operation({ name: 'logit', f: g.logit, domain: { min: 0.1, max: 0.9 } }),
  laws.operation({ name: 'trunc', f: g.trunc, domain: { avoid: [-3, -2, -1, 0, 1, 2, 3] } }),
  laws.operation({ name: 'nanToNum', f: (x) => g.nanToNum()(x) }),
  laws.operation({ name: 'logAddExp', f: (x) => g.logAddExp(0.5)(x) }),
  laws.operation({ name: 'mod', f: (x) => g.mod(-2)(x), domain: { avoid: [-2, 0, 2] } }),
  laws.operation({ name: 'sum', f: g.sum }),
  laws.operation({ name: 'mean', f: g.mean, shape: full }),
  laws.operation({ name: 'mean', f: (x: Tensor) => g.mean({ axis: -1 })(x), shape: full }),
  laws.operation({ name: 'variance', f: g.variance, shape: full }),
  laws.operation({ name: 'std', f: g.std, shape: [5], smooth: spread }),
  laws.operation({ name: 'norm', f: g.norm, shape: full, smooth: long }),
  laws.operation({ name: 'norm', f: (x: Tensor) => g.norm({ axis: 0 })(x), shape: [3, 2], domain: positive }),
  laws.operation({
    name: 'norm of order 1',
    f: g.norm({ ord: 1 }),
    shape: full,
    domain: nonZero
  }),
  laws.operation({
    name: 'norm of order 3',
    f: g.norm({ ord: 3 }),
    shape: full,
    domain: nonZero
  }),
  laws.operation({
    name: 'norm of order ∞',
    f: g.norm({ ord: Infinity }),
    shape: full,
    domain: nonZero,
    smooth: (x: Tensor) => distinct(g.abs(x)),
    // of a comparison, and of a count of equal sizes
    cost: 8
  }),
  laws.operation({ name: 'variance, ddof', f: (x: Tensor<[4]>) => g.variance({ ddof: 1 })(x), shape: [4] }),
  laws.operation({ name: 'std, ddof', f: (x: Tensor<[5]>) => g.std({ ddof: 1 })(x), shape: [5], smooth: spread }),
  laws.operation({ name: 'median', f: (x: Tensor<[4]>) => g.median(apartFrom(x)), shape: [4], smooth: untied }),
  laws.operation({
    name: 'quantile',
    f: (x: Tensor<[4]>) => g.quantile({ q: [0.2, 0.9] })(apartFrom(x)),
    shape: [4],
    smooth: untied
  }),
  laws.operation({ name: 'nanMean', f: g.nanMean, shape: full }),
  laws.operation({ name: 'max', f: g.max, shape: full, smooth: distinct }),
  laws.operation({ name: 'min', f: g.min, shape: full, smooth: distinct }),
  laws.operation({ name: 'prod', f: g.prod, shape: full }),
  laws.operation({ name: 'prod', f: (x: Tensor) => g.prod({ axis: -1 })(x), shape: full, domain: { min: 0, max: 0 } }),
  laws.operation({ name: 'softmax', f: g.softmax, shape: full }),
  laws.operation({ name: 'logSoftmax(0)', f: g.logSoftmax({ axis: 0 }), shape: full }),
  laws.operation({ name: 'logSumExp', f: g.logSumExp, shape: full }),
  laws.operation({ name: 'celu', f: g.celu({ alpha: 0.5 }), domain: nonZero }),
  laws.operation({ name: 'glu', f: (x: Tensor<[4, 2]>) => g.glu({ axis: 0 })(x), shape: [4, 2] }),
  laws.operation({ name: 'sparsemax', f: g.sparsemax, shape: [4], smooth: offLevel }),
  laws.operation({ name: 'sparsemax(0)', f: g.sparsemax({ axis: 0 }), shape: [3, 2], smooth: offLevelOfColumns }),
  laws.function({
    name: 'prelu',
    f: (slope: Tensor<[3]>, x: Tensor<[2, 3]>) => g.prelu(slope)(x),
    args: fc.tuple(laws.arbitrary.tensor([3]), laws.arbitrary.tensor([2, 3], nonZero))
  }),
  laws.operation({ name: 'logSumExp([0, 1])', f: (x: Tensor) => g.logSumExp({ axis: [0, 1] })(x), shape: matrix }),
  ...([g.cumsum, g.cumprod, g.cumLogSumExp] as const).flatMap((f, i) => {
    const name = ['cumsum', 'cumprod', 'cumLogSumExp'][i]!
    return [
      laws.operation({ name, f, shape: full }),
      laws.operation({
        name: `${name}, from the end`,
        f: f({ axis: 0, reverse: true, exclusive: name === 'cumprod' }),
        shape: full
      })
    ]
  }),
  laws.operation({ name: 'cumprod of zeros', f: g.cumprod, shape: [4], domain: { min: 0, max: 0 } }),
  laws.operation({ name: 'cumMax', f: g.cumMax, shape: full, smooth: distinct }),
  laws.operation({ name: 'cumMin', f: g.cumMin({ axis: 0, reverse: true }), shape: full, smooth: distinct }),
  laws.operation({ name: 'sort', f: (x: Tensor<[4]>) => g.sort(apartFrom(x)), shape: [4], smooth: untied }),
  laws.operation({
    name: 'sort, descending',
    f: (x: Tensor<[4]>) => g.sort({ axis: 0, descending: true })(g.reshape([2, 2])(apartFrom(x))),
    shape: [4],
    smooth: untied
  }),
  laws.operation({
    name: 'topK',
    f: (x: Tensor) => g.topK({ k: 1, axis: 0 })(x).values,
    shape: full,
    smooth: distinct
  }),
  awayFromKink,
  ...Object.entries(kinked).map(([name, f]) => laws.operation({ name, f, domain: { avoid: kinksOf }, kinks: 'least' })),
  ...maskedOperations,
  laws.operation({ name: 'pow(3)', f: g.pow(3) }),
  laws.operation({ name: 'transpose', f: (x: Tensor) => g.transpose(x), shape: matrix }),
  laws.operation({
    name: 'x · xᵀ',
    f: (x: Tensor): Tensor => g.matmul(g.transpose(x))(x),
    shape: matrix
  }),
  laws.operation({ name: 'slice', f: (x: Tensor<[4, 2]>) => g.slice(0, 1, -1)(x), shape: [4, 2] }),
  laws.operation({ name: 'concat', f: (x: Tensor<[2, 2]>) => g.concat(g.square(x), 1)(x), shape: [2, 2] }),
  laws.operation({ name: 'stack', f: (x: Tensor<[2, 2]>) => g.stack([x, g.exp(x)]), shape: [2, 2] }),
  laws.operation({
    name: 'a guarded log',
    f: (x) => pipe(g.log(x), g.where(g.greater(0)(x), g.sin(x))),
    domain: nonZero
  }),
  laws.operation({ name: 'a gradient', f: (x) => g.grad((y: Tensor) => g.sum(g.mul(g.sin(y))(y)))(x) })
]

describe('every composite', () => {
  for (const suite of operations) laws.register(test)(suite, { numRuns: 15 })
})

/** The laws that fail. */
const red = (suite: laws.Suite): readonly string[] =>
  laws.run(suite).flatMap(({ law, outcome }) => (E.isLeft(outcome) ? [law.slice(law.indexOf(': ') + 2)] : []))

describe('a user’s operation', () => {
  it('that loses a part of its gradient disagrees with numbers, at both orders', () => {
    const f = (x: Tensor): Tensor => pipe(x, g.mul(g.stopGradient(x)))
    expect(red(laws.operation({ name: 'square', f }))).toEqual([
      'jvp agrees with numbers',
      'the derivative of vjp agrees with numbers',
      'at a kink the derivative lies between the slopes from both sides, in both modes'
    ])
  })

  it('that branches on a number cannot be batched', () => {
    const f = (x: Tensor<[2]>) => (g.toNumber(g.get(0)(g.stopGradient(x))) > 0 ? g.square(x) : g.exp(x))
    const suite = laws.operation({ name: 'branching', f, domain: positive, shape: [2] })
    expect(red(suite)).toEqual(['a batch agrees with its examples one by one, whichever inputs are mapped'])
    expect(() => laws.assert(suite)).toThrow(/TracedValueError.*choose between values with where/)
  })

  it('that mixes examples is no function of one example', () => {
    const f = (x: Tensor): Tensor => g.sub(g.scalar(Math.random()))(x)
    expect(red(laws.operation({ name: 'noisy', f }))).toContain(
      'the same inputs give the same bits, and stay as they are'
    )
  })

  it('with a kink inside its domain disagrees with numbers there', () => {
    expect(red(laws.operation({ name: 'relu', f: g.relu }))).toContain('jvp agrees with numbers')
    expect(red(laws.operation({ name: 'relu', f: g.relu, domain: nonZero }))).toEqual([])
  })

  it('is shown where it fails by the smallest input, as code, and with the seed', () => {
    const f = (x: Tensor): Tensor => pipe(x, g.mul(g.stopGradient(x)))
    const [, , , , , , , numbers] = laws.operation({ name: 'square', f })
    // a shape is made smaller with other numbers in it, which now and then happen to agree: then it stays
    const failures = Array.from({ length: 6 }, () => numbers!.check()).flatMap((outcome) =>
      E.isLeft(outcome) ? [outcome.left] : []
    )
    expect(failures).toHaveLength(6)
    const smallest = /^input 0 = scalar\(-?[\d.]+\)\ntangent 0 = scalar\(-?[\d.]+\)\n/
    expect(failures.filter(({ disagreement }) => smallest.test(disagreement.inputs)).length).toBeGreaterThan(0)
    for (const failure of failures) {
      const { disagreement, seed, path } = failure
      expect(laws.showFailure(failure)).toContain(`seed: ${seed}, path: '${path}' })`)
      expect(numbers!.check({ seed, path })).toMatchObject(E.left({ disagreement }))
    }
  })
})
