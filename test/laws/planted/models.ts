/** Mistakes in optimisers and layers. */
import fc from 'fast-check'
import * as laws from '../../../laws/index.ts'
import * as g from '../../../src/index.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import type { Planted } from './planted.ts'

const { nn, optim, random } = g
const { vocabulary: op } = g.primitive
const c = op.constant

/** An optimiser of one tensor at a time, with two memories and a count of steps from 1. */
type Move = (g: Tensor, m: Tensor, v: Tensor, t: Tensor, p: Tensor) => readonly [update: Tensor, m: Tensor, v: Tensor]
const optimizer = (move: Move): g.optim.GradientTransformation => ({
  name: 'wrong',
  init: (p) => ({ m: g.params.zerosLike(p), v: g.params.zerosLike(p), t: g.scalar(0) }),
  update: (p) =>
    ((grad: never) => (state: { m: never; v: never; t: Tensor }) => {
      const t = op.add(state.t, c(1))
      const [ps, ms, vs] = [p as never, state.m, state.v].map((tree) => g.params.tensors(tree))
      const moved = g.params.tensors(grad).map((x, i) => move(x, ms![i]!, vs![i]!, t, ps![i]!))
      const tree = (k: 0 | 1 | 2): unknown => {
        const at = { i: 0 }
        return g.params.map((() => moved[at.i++]![k]) as never)(grad)
      }
      return [tree(0), { m: tree(1), v: tree(2), t }]
    }) as never
})
const held = (move: Move, formula: NonNullable<laws.OptimizerSettings['formula']>) => () =>
  laws.optimizer(optimizer(move), laws.arbitrary.tree(), { formula })

const [b1, b2, eps, rate] = [0.8, 0.9, 0.01, 0.1]
const ema =
  (b: number) =>
  (m: Tensor, x: Tensor): Tensor =>
    op.add(op.mul(m, c(b)), op.mul(x, c(1 - b)))
const average = (b: number, xs: readonly number[]): number =>
  xs.reduce((s, x, i) => s + (1 - b) * b ** (xs.length - 1 - i) * x, 0)
const step = (x: Tensor): Tensor => op.mul(x, c(-rate))
const squaresOf = (xs: readonly number[]): readonly number[] => xs.map((x) => x * x)
const adamOf = (xs: readonly number[]): number => {
  const t = xs.length
  return (-rate * average(b1, xs)) / (1 - b1 ** t) / (Math.sqrt(average(b2, squaresOf(xs)) / (1 - b2 ** t)) + eps)
}
const adamWOf = (xs: readonly number[], ps: readonly number[]): number => adamOf(xs) - rate * 0.3 * ps[ps.length - 1]!
const momentumOf = (xs: readonly number[]): number =>
  -rate * xs.reduce((s, x, i) => s + 0.9 ** (xs.length - 1 - i) * x, 0)
const nesterovOf = (xs: readonly number[]): number => -rate * xs[xs.length - 1]! + 0.9 * momentumOf(xs)
const rmsOf = (xs: readonly number[]): number =>
  (-rate * xs[xs.length - 1]!) / (Math.sqrt(average(b2, squaresOf(xs))) + eps)
const adagradOf = (xs: readonly number[]): number =>
  (-rate * xs[xs.length - 1]!) / (Math.sqrt(squaresOf(xs).reduce((a, b) => a + b, 0)) + eps)

/** Adam, with the places where it is got wrong. */
const adam =
  (wrong: {
    readonly first?: number
    readonly corrected?: boolean
    readonly swapped?: boolean
    readonly root?: (v: Tensor) => Tensor
    readonly decay?: (p: Tensor, x: Tensor) => Tensor
    readonly plain?: boolean
  }): Move =>
  (x, m0, v0, t0, p) => {
    const {
      first = 0,
      corrected = true,
      swapped = false,
      root = (v) => op.add(op.sqrt(v), c(eps)),
      decay = (_, u) => u,
      plain = false
    } = wrong
    const [beta1, beta2] = swapped ? [b2, b1] : [b1, b2]
    const t = op.add(t0, c(first))
    const [m, v] = [ema(beta1)(m0, x), ema(beta2)(v0, plain ? op.abs(x) : op.square(x))]
    const over = (y: Tensor, b: number): Tensor => (corrected ? op.div(y, op.sub(c(1), op.pow(c(b), t))) : y)
    return [decay(p, step(op.div(over(m, beta1), root(over(v, beta2))))), m, v]
  }
const formula = 'moves each number by its formula'
const memory = { steps: 0 }

export const optimizers: readonly Planted[] = [
  ['adam whose correction is a step late', formula, held(adam({ first: 1 }), adamOf)],
  ['adam without its correction', formula, held(adam({ corrected: false }), adamOf)],
  ['adam with epsilon inside the root', formula, held(adam({ root: (v) => op.sqrt(op.add(v, c(eps))) }), adamOf)],
  ['adam with its betas swapped', formula, held(adam({ swapped: true }), adamOf)],
  ['adam of sizes, not of squares', formula, held(adam({ plain: true }), adamOf)],
  ['adam without the root', formula, held(adam({ root: (v) => op.add(v, c(eps)) }), adamOf)],
  [
    'weight decay that the learning rate does not scale',
    formula,
    held(adam({ decay: (p, u) => op.sub(u, op.mul(p, c(0.3))) }), adamWOf)
  ],
  [
    'weight decay with a wrong sign',
    formula,
    held(adam({ decay: (p, u) => op.add(u, op.mul(p, c(rate * 0.3))) }), adamWOf)
  ],
  [
    'weight decay of the gradient, where the update should decay',
    formula,
    held((x, m, v, t, p) => adam({})(op.add(x, op.mul(p, c(0.3))), m, v, t, p), adamWOf)
  ],
  [
    'momentum with a wrong sign',
    formula,
    held((x, m) => {
      const n = op.sub(x, op.mul(m, c(0.9)))
      return [step(n), n, n]
    }, momentumOf)
  ],
  [
    'momentum that is damped',
    formula,
    held((x, m) => {
      const n = ema(0.9)(m, x)
      return [step(n), n, n]
    }, momentumOf)
  ],
  ['momentum that is never kept', formula, held((x, m) => [step(op.add(x, op.mul(m, c(0.9)))), m, m], momentumOf)],
  [
    'nesterov without the step ahead',
    formula,
    held(
      (x, m) => {
        const n = op.add(x, op.mul(m, c(0.9)))
        return [step(n), n, n]
      },
      (xs) => nesterovOf(xs)
    )
  ],
  [
    'rmsProp without the root',
    formula,
    held((x, _, v) => {
      const n = ema(b2)(v, op.square(x))
      return [step(op.div(x, op.add(n, c(eps)))), n, n]
    }, rmsOf)
  ],
  [
    'adagrad that forgets',
    formula,
    held((x, _, v) => {
      const n = op.add(op.mul(v, c(0.9)), op.square(x))
      return [step(op.div(x, op.add(op.sqrt(n), c(eps)))), n, n]
    }, adagradOf)
  ],
  [
    'an ascent',
    'comes down a quadratic bowl',
    () =>
      laws.optimizer(
        optimizer((x, m) => [op.mul(x, c(rate)), m, m]),
        laws.arbitrary.tree(),
        { descends: true }
      )
  ],
  [
    'the same step down for each number, whatever its sign',
    'comes down a quadratic bowl',
    () =>
      laws.optimizer(
        optim.leafwise('wrong')((x) => g.broadcastTo((x as Tensor).shape)(g.scalar(-0.1)) as never),
        laws.arbitrary.tree(),
        { descends: true }
      )
  ],
  [
    'a count of steps outside the state',
    'the same arguments give the same bits',
    () => laws.optimizer(optim.leafwise('wrong')((x) => g.mul(++memory.steps)(x as Tensor) as never))
  ],
  [
    'a state that grows',
    'the state keeps its structure and shapes',
    () =>
      laws.optimizer({
        name: 'wrong',
        init: () => g.scalar(0),
        update: () => (u: never) => (s: never) => [u, [s]]
      } as never)
  ],
  [
    'one update for all elements',
    'updates have the structure and shapes of the parameters',
    () =>
      laws.optimizer(
        {
          name: 'wrong',
          init: () => [],
          update: () => (u: never) => (s: never) => [g.params.map(((x: Tensor) => g.sum(x)) as never)(u), s]
        } as never,
        fc.constant([g.ones([2])])
      )
  ]
]

const apart = (f: (x: Tensor, key: g.random.Key, isTraining: boolean) => Tensor) =>
  ({
    name: 'wrong',
    input: [3],
    output: [3],
    usesKey: true,
    hasParams: false,
    hasState: false,
    init: () => ({ params: [], state: [] }),
    apply: (mode: g.nn.Mode) => () => (x: Tensor) => [
      f(x, mode._tag === 'Train' ? mode.key : random.key(0), mode._tag === 'Train'),
      []
    ]
  }) as never
const keep = (x: Tensor, key: g.random.Key): Tensor => random.bernoulli(0.7, x.shape)(key)

/** Batch normalisation, with the places where it is got wrong. */
interface Norm {
  readonly variance: (x: Tensor, mean: Tensor, n: number) => Tensor
  readonly useBatch: (isTraining: boolean) => boolean
  readonly next: (old: Tensor, own: Tensor, isTraining: boolean) => Tensor
  readonly flows: (x: Tensor) => Tensor
  readonly kept: (v: Tensor) => Tensor
}
const norm = (wrong: Partial<Norm>) => {
  const right: Norm = {
    variance: (x, mean, n) => op.div(op.sum(op.square(op.sub(x, mean)), [0], false), c(n)),
    useBatch: (isTraining) => isTraining,
    next: (old, own, isTraining) => (isTraining ? ema(0.9)(old, op.stopGradient(own)) : old),
    flows: (x) => x,
    kept: (v) => v
  }
  const { variance, useBatch, next, flows, kept } = { ...right, ...wrong }
  return () =>
    laws.layer(
      {
        name: 'wrong',
        input: [3],
        output: [3],
        usesKey: false,
        hasParams: false,
        hasState: true,
        init: () => ({ params: [], state: { mean: g.zeros([3]), variance: g.ones([3]) } }),
        apply: (mode: g.nn.Mode) => (_: unknown, s: { mean: Tensor; variance: Tensor }) => (given: Tensor) => {
          const n = given.shape.slice(0, -1).reduce((a, b) => a * b, 1)
          const x = op.reshape(given, [n, 3])
          const isTraining = mode._tag === 'Train'
          const mean = flows(op.div(op.sum(x, [0], false), c(n)))
          const v = variance(x, mean, n)
          const [m, w] = useBatch(isTraining) ? [mean, v] : [s.mean, s.variance]
          const y = op.div(op.sub(x, m), op.sqrt(op.add(w, c(1e-5))))
          return [
            op.reshape(y, given.shape),
            { mean: next(s.mean, mean, isTraining), variance: next(s.variance, kept(v), isTraining) }
          ]
        }
      } as never,
      { normalizes: 'examples', settles: true }
    )
}
const gradient = 'the gradient agrees with numbers (Train)'

export const layers: readonly Planted[] = [
  [
    'dropout that is not scaled',
    'training gives on average what inferring gives',
    () =>
      laws.layer(
        apart((x, k, t) => (t ? op.mul(x, keep(x, k)) : x)),
        { unbiased: true }
      )
  ],
  [
    'dropout scaled by what is dropped',
    'training gives on average what inferring gives',
    () =>
      laws.layer(
        apart((x, k, t) => (t ? op.div(op.mul(x, keep(x, k)), c(0.3)) : x)),
        { unbiased: true }
      )
  ],
  [
    'dropout with one key for ever',
    'training gives on average what inferring gives',
    () =>
      laws.layer(
        apart((x, _, t) => (t ? op.div(op.mul(x, keep(x, random.key(7))), c(0.7)) : x)),
        { unbiased: true }
      )
  ],
  [
    'dropout when inferring',
    'inferring takes the examples of a batch one by one',
    () => laws.layer(apart((x, k) => op.div(op.mul(x, keep(x, k)), c(0.7))))
  ],
  [
    'a batch normalised by its unbiased variance',
    'training makes the mean 0 and the variance 1',
    norm({ variance: (x, mean, n) => op.div(op.sum(op.square(op.sub(x, mean)), [0], false), c(Math.max(n - 1, 1))) })
  ],
  [
    'statistics that move when inferring',
    'the state keeps its structure, and inferring leaves it alone',
    norm({ next: (old, own) => ema(0.9)(old, op.stopGradient(own)) })
  ],
  [
    'statistics of the batch when inferring',
    'inferring takes the examples of a batch one by one',
    norm({ useBatch: () => true })
  ],
  ['statistics that never move', 'inferring settles at what training gives on one batch', norm({ next: (old) => old })],
  [
    'a running deviation taken for a variance',
    'inferring settles at what training gives on one batch',
    norm({ kept: (v) => op.sqrt(op.add(v, c(1e-9))) })
  ],
  ['a mean through which no gradient flows', gradient, norm({ flows: op.stopGradient })],
  [
    'features normalised over the batch',
    'inferring takes the examples of a batch one by one',
    () => laws.layer(apart((x) => op.sub(x, op.div(op.sum(x, [0], true), c(x.shape[0] ?? 1)))))
  ],
  [
    'weights that are not learned',
    gradient,
    () => {
      const right = nn.dense({ inputs: 3, outputs: 2 })
      return laws.layer({
        ...right,
        parts: undefined,
        apply: (m: g.nn.Mode) => (p: { weight: Tensor }, s: never) =>
          right.apply(m)({ ...p, weight: g.stopGradient(p.weight) } as never, s)
      } as never)
    }
  ]
]
