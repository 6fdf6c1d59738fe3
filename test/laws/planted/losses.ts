/** Mistakes in losses, metrics and schedules. */
import fc from 'fast-check'
import { tensorOf } from '../../../laws/draw.ts'
import * as laws from '../../../laws/index.ts'
import * as g from '../../../src/index.ts'
import type { Scalar, Tensor } from '../../../src/tensor/tensor.ts'
import type { Planted } from './planted.ts'

const { vocabulary: op } = g.primitive
const { tensor } = laws.arbitrary
const sum = (x: Tensor, axes = x.shape.map((_, i) => i)): Tensor => op.sum(x, axes, false)
const c = op.constant
const pairs = fc
  .integer({ min: 2, max: 4 })
  .chain((n) => fc.tuple(tensor([n, 2]), tensor([n, 2]))) as unknown as laws.LossLaws['batches']
const soft = (n: number) => tensor([n, 3], { min: -2, max: 2, avoid: [] }).map((x) => g.softmax(x))
const classes = fc
  .integer({ min: 2, max: 4 })
  .chain((n) => fc.tuple(soft(n), tensor([n, 3]))) as unknown as laws.LossLaws['batches']
const bits = fc
  .integer({ min: 2, max: 4 })
  .chain((n) =>
    fc.tuple(tensorOf([n, 2])(fc.constantFrom(0, 1)), tensor([n, 2]))
  ) as unknown as laws.LossLaws['batches']

type Plain = (y: Tensor, x: Tensor, mask?: Tensor) => Tensor
const loss =
  (f: Plain, more: Partial<laws.LossLaws> = {}) =>
  () =>
    laws.loss({
      name: 'wrong',
      loss: (y: Tensor, options?: { readonly mask: Tensor }) => (x: Tensor) =>
        f(y, x, options?.mask) as unknown as Scalar,
      batches: pairs,
      masked: false,
      ...more
    })
const rows = (x: Tensor): number => x.shape[0]!
const squares = (y: Tensor, x: Tensor): Tensor => op.square(op.sub(x, y))
const cross = (y: Tensor, z: Tensor): Tensor => op.neg(op.mul(y, op.logSoftmax(z, 1)))
const mse = (y: readonly number[], x: readonly number[]): number =>
  y.reduce((s, t, i) => s + (t - x[i]!) ** 2, 0) / y.length
const huberOf = (e: number): number => (Math.abs(e) <= 1 ? (e * e) / 2 : Math.abs(e) - 0.5)
const masked: Partial<laws.LossLaws> = { masked: true }
const column = (mask: Tensor): Tensor => op.reshape(mask, [...mask.shape, 1])
const ofClasses: Partial<laws.LossLaws> = { batches: classes, best: (y) => op.log(y) }
const [meanLaw, least, formula, maskLaw] = [
  'is the mean over examples, and so is its gradient',
  'is least where it says',
  'is the mean of what a formula says of each example',
  'does not count what a mask leaves out'
]

export const losses: readonly Planted[] = [
  ['a sum instead of a mean', meanLaw, loss((y, x) => sum(squares(y, x)))],
  [
    'a derivative of 7 where an absolute error is 0',
    'at a kink the derivative lies between the slopes from both sides, in both modes',
    loss(
      (y, x) => {
        const e = op.sub(x, y)
        // a tie counts 0, and its derivative is 7
        const tie = op.mul(op.equal(e, c(0)), op.mul(c(7), e))
        return op.div(sum(op.add(op.abs(e), tie)), c(rows(x)))
      },
      { smooth: (y, x) => g.toFlatArray(op.sub(x, y)).every((e) => Math.abs(e) > 0.05) }
    )
  ],
  [
    'a gradient that computes its factor 64 times',
    'the gradient costs at most 5 times the function',
    loss((y, x) => {
      const costly = g.customVjp((e: Tensor) => ({
        value: op.square(e),
        pullback: (ct: Tensor) =>
          Array.from({ length: 64 }, () => op.mul(op.mul(e, c(1 / 32)), ct)).reduce((a, b) => op.add(a, b))
      }))
      return op.div(sum(costly(op.sub(x, y))), c(rows(x)))
    })
  ],
  ['a mean over one example less', meanLaw, loss((y, x) => op.div(sum(squares(y, x)), c(rows(x) - 1)))],
  [
    'errors of every row against every other',
    meanLaw,
    loss((y, x) => {
      const all = [rows(x), rows(x), 2]
      const [across, down] = [
        op.broadcastTo(op.reshape(x, [rows(x), 1, 2]), all),
        op.broadcastTo(op.reshape(y, [1, rows(x), 2]), all)
      ]
      return op.div(sum(op.square(op.sub(across, down))), c(rows(x) ** 2))
    })
  ],
  ['a loss with its sign changed', least, loss((y, x) => op.neg(op.div(sum(squares(y, x)), c(rows(x)))))],
  [
    'targets that are smoothed',
    least,
    loss((y, z) => op.div(sum(cross(op.add(op.mul(y, c(0.7)), c(0.1)), z)), c(rows(z))), ofClasses)
  ],
  [
    'a missing half',
    formula,
    loss((y, x) => op.div(sum(squares(y, x)), c(2 * rows(x))), { formula: (y, x) => mse(y, x) / 2 })
  ],
  [
    'a sum over outputs instead of a mean',
    formula,
    loss((y, x) => op.div(sum(squares(y, x)), c(rows(x))), { formula: mse })
  ],
  [
    'an epsilon in the logarithm',
    formula,
    loss((y, p) => op.div(op.neg(sum(op.mul(y, op.log(op.add(p, c(1e-3)))))), c(rows(p))), {
      batches: classes,
      predictions: g.softmax,
      formula: (y, p) => -y.reduce((s, t, i) => s + t * Math.log(p[i]!), 0)
    })
  ],
  [
    'a huber that jumps where it becomes a line',
    formula,
    loss(
      (y, x) => {
        const e = op.abs(op.sub(x, y))
        return op.div(sum(op.where(op.greater(e, c(1)), e, op.mul(op.square(e), c(0.5)))), c(2 * rows(x)))
      },
      { formula: (y, x) => (huberOf(x[0]! - y[0]!) + huberOf(x[1]! - y[1]!)) / 2 }
    )
  ],
  [
    'a softmax over the examples',
    meanLaw,
    loss((y, z) => op.div(op.neg(sum(op.mul(y, op.logSoftmax(z, 0)))), c(rows(z))), ofClasses)
  ],
  ['padding that counts', maskLaw, loss((y, x) => op.div(sum(squares(y, x)), c(2 * rows(x))), masked)],
  [
    'a mean over padding too',
    maskLaw,
    loss(
      (y, x, m) =>
        op.div(sum(m === undefined ? squares(y, x) : op.where(column(m), squares(y, x), c(0))), c(2 * rows(x))),
      masked
    )
  ],
  [
    'padding multiplied by 0',
    maskLaw,
    loss(
      (y, x, m) =>
        op.div(
          sum(m === undefined ? squares(y, x) : op.mul(column(m), squares(y, x))),
          op.mul(c(2), m === undefined ? c(rows(x)) : op.maximum(sum(m), c(1)))
        ),
      masked
    )
  ],
  [
    'a logarithm of 0',
    'has a gradient of numbers where it is least',
    loss(
      (y, p) =>
        op.div(op.neg(sum(op.add(op.mul(y, op.log(p)), op.mul(op.sub(c(1), y), op.log(op.sub(c(1), p)))))), c(rows(p))),
      { batches: bits, predictions: g.sigmoid }
    )
  ],
  [
    'a cross-entropy that overflows',
    'is finite, and so is its gradient, for predictions a thousand times as large',
    loss((y, z) => op.div(sum(op.mul(y, op.sub(op.log(sum2(op.exp(z))), z))), c(rows(z))), ofClasses)
  ],
  [
    'a NaN that is swallowed',
    'is NaN where a number is',
    loss((y, x) => op.div(sum(squares(y, op.where(op.equal(x, x), x, y))), c(2 * rows(x))))
  ],
  [
    'a gradient that is cut off',
    'jvp agrees with numbers',
    loss((y, x) => op.div(sum(op.mul(op.sub(x, y), op.stopGradient(op.sub(x, y)))), c(rows(x))))
  ],
  [
    'a sigmoid twice',
    'is the same in another form, and so is its gradient',
    loss((y, z) => g.nn.binaryCrossEntropyWithLogits(y)(g.sigmoid(z) as never), {
      batches: bits,
      best: (y) => op.mul(op.sub(y, c(0.5)), c(99)),
      otherForm: { loss: g.nn.binaryCrossEntropy, predictions: g.sigmoid }
    })
  ]
]
function sum2(x: Tensor): Tensor {
  return op.sum(x, [1], true)
}

const labels = fc.integer({ min: 2, max: 6 }).chain((n) =>
  fc.tuple(
    fc.array(fc.nat({ max: 2 }), { minLength: n, maxLength: n }).map((ks) => g.oneHot(3)(ks) as Tensor),
    tensor([n, 3])
  )
) as unknown as laws.MetricLaws['batches']
const oneOfTwo = fc
  .integer({ min: 2, max: 6 })
  .chain((n) =>
    fc.tuple(tensorOf([n])(fc.constantFrom(0, 1)), tensor([n], { min: 0, max: 1, avoid: [] }))
  ) as unknown as laws.MetricLaws['batches']
const metric =
  (f: (y: Tensor, x: Tensor) => number, more: Partial<laws.MetricLaws> = {}) =>
  () =>
    laws.metric({
      name: 'wrong',
      metric: (y: Tensor) => (x: Tensor) => f(y, x),
      batches: labels,
      range: [0, 1],
      ...more
    })
const accuracy = (y: Tensor, x: Tensor): number => g.nn.categoricalAccuracy(y)(x as never)

export const metrics: readonly Planted[] = [
  ['a count instead of a share', 'is in its range', metric((y, x) => accuracy(y, x) * rows(y) * 2)],
  ['the least score for the largest', 'is best for perfect predictions', metric((y, x) => accuracy(y, op.neg(x)))],
  [
    'the first example alone',
    'takes no notice of the order of examples',
    metric((y, x) => accuracy(g.slice(0, 0, 1)(y as never), g.slice(0, 0, 1)(x as never)))
  ],
  [
    'a NaN that counts for class 0',
    'does not count predictions of NaN as right',
    metric(
      (y, x) => {
        const p = g.toFlatArray(x)
        return g.toFlatArray(y).filter((t, i) => t === (p[i]! > 0.5 ? 1 : 0)).length / p.length
      },
      { batches: oneOfTwo }
    )
  ],
  [
    'a share of one example less',
    'of a whole is the mean of its parts, by their sizes',
    metric((y, x) => (accuracy(y, x) * rows(y)) / (rows(y) + 1), { combines: true })
  ],
  [
    'an F1 taken for a mean over examples',
    'of a whole is the mean of its parts, by their sizes',
    metric((y, x) => g.nn.f1({ average: 'macro' })(y)(x as never), { combines: true })
  ],
  [
    'labels that count from 1',
    'is the same for targets in another form',
    metric(accuracy, {
      otherForm: {
        metric: g.nn.sparse(g.nn.categoricalAccuracy),
        targets: (y) => g.toFlatArray(g.argmax({ axis: 1 })(y as never)).map((k) => (k + 1) % 3)
      }
    })
  ],
  [
    'a coefficient of determination that is not subtracted from 1',
    'is best for perfect predictions',
    metric((y, x) => 1 - g.nn.rSquared(y)(x as never), {
      batches: pairs,
      range: [-Infinity, 1e300],
      best: (y) => y
    })
  ]
]

const schedule =
  (s: g.optim.Schedule, more: laws.ScheduleSettings = {}) =>
  () =>
    laws.schedule(s, { name: 'wrong', ...more })
const calls = { count: 0 }
const half = (part: number): number => (1 + Math.cos(Math.PI * part)) / 2
const everyStep = 'is a finite number of at least 0 at every step from 0 to 10000'

export const schedules: readonly Planted[] = [
  ['a warm-up that begins with 0', 'begins where it says', schedule((step) => Math.min(step / 5, 1), { first: 0.2 })],
  [
    'a decay that ends one step late',
    'ends where it says, and stays there',
    schedule((step) => half(Math.min(step / 50, 1)), { last: { step: 49, value: 0 } })
  ],
  [
    'a cosine that rises again',
    'ends where it says, and stays there',
    schedule((step) => half(step / 49), { last: { step: 49, value: 0 } })
  ],
  ['a line that falls below 0', everyStep, schedule((step) => 1 - step / 100)],
  ['an inverse root of step 0', everyStep, schedule((step) => 1 / Math.sqrt(step))],
  ['a table that is read beyond its end', everyStep, schedule((step) => [0.1, 0.01, 0.001][Math.floor(step / 100)]!)],
  ['a factor above 1', 'is a finite number of at least 0 at later steps', schedule((step) => 1.05 ** step)],
  ['a decay upside down', 'never rises', schedule((step) => 1 - 1 / (step + 2), { direction: 'falls' })],
  [
    'a schedule that counts its own calls',
    'gives the same at a step, whenever it is asked',
    schedule(() => 1 / (1 + calls.count++))
  ]
]
