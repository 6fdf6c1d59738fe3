import type * as fc from 'fast-check'
import * as fastCheck from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as kinds from '../src/kinds/index.ts'
import { fail } from '../src/tensor/errors.ts'
import { dimsOf, make, type Tensor } from '../src/tensor/tensor.ts'
import { toFlatArray } from '../src/tensor/read.ts'
import { arbitraryOf } from './given.ts'
import { agreed, type Difference, law, type Suite } from './law.ts'
import { rowsAt } from './rows.ts'
import { showExact, showTensor } from './show.ts'
import { agree, every, identical } from './tolerance.ts'

/** A metric as the laws call it. */
type AnyMetric = (targets: Tensor) => (predictions: Tensor) => number

/** A metric, what it is tried on, and what is known of it. @category metric @since 0.1.0 */
export interface MetricLaws {
  readonly name: string
  /** Such as `nn.categoricalAccuracy`, or one of your own. */
  readonly metric: (targets: never) => (predictions: never) => number
  /** Targets and predictions of the same number of examples, along their first axes. */
  readonly batches: fc.Arbitrary<readonly [targets: Tensor, predictions: Tensor]>
  /** The least and the largest value; one of them is the best. */
  readonly range: readonly [least: number, most: number]
  /** Whether the least value is the best (no). */
  readonly lowIsBest?: boolean
  /** Perfect predictions of some targets; the targets themselves when left out. */
  readonly best?: (targets: Tensor) => Tensor
  /** Whether it is a mean over examples, so that of two batches together it is the mean of both, by their sizes (no). */
  readonly combines?: boolean
  /** The same metric of targets in another form, such as `nn.sparse(metric)` of class labels. */
  readonly otherForm?: {
    readonly metric: (targets: never) => (predictions: never) => number
    readonly targets: (targets: Tensor) => unknown
  }
}

const someRange = kinds.kind<readonly [number, number]>(
  'a pair of numbers that rises',
  (value) =>
    Array.isArray(value) && value.length === 2 && typeof value[0] === 'number' && value[0] < (value[1] as number)
)

const metricFields = kinds.settings('laws.metric', {
  name: kinds.name,
  metric: kinds.anyFunction,
  batches: arbitraryOf,
  range: someRange,
  lowIsBest: [kinds.yesOrNo, false],
  best: [kinds.callable<(targets: Tensor) => Tensor>(), undefined],
  combines: [kinds.yesOrNo, false],
  otherForm: [kinds.anything, undefined]
})

const formFields = kinds.settings('laws.metric: otherForm', { metric: kinds.anyFunction, targets: kinds.anyFunction })

interface Sample {
  readonly targets: Tensor
  readonly predictions: Tensor
  /** Numbers to choose examples by. */
  readonly picks: readonly number[]
}

const show = ({ targets, predictions }: Sample): string =>
  `targets = ${showTensor(targets)}\npredictions = ${showTensor(predictions)}`

/** An order of `n` examples from some numbers. */
const orderOf = (n: number, picks: readonly number[]): readonly number[] =>
  Array.from({ length: n }, (_, i) => i)
    .map((i) => [picks[i % picks.length] ?? 0, i] as const)
    .sort(([a, i], [b, j]) => a - b || j - i)
    .map(([, i]) => i)

/** The value, or NaN where the metric refuses its predictions. */
const valueOrRefusal = (f: () => number): number => E.getOrElse(() => NaN)(E.tryCatch(f, E.toError))

/**
 * What every metric must do: give a number in its range, the same whatever the order of the examples; the best one for
 * perfect predictions; none that is better than the worst for predictions of NaN, unless it is NaN or an error. Where
 * these are stated, the value of a whole is the mean of its parts, and other forms of the targets give the same.
 *
 * @shape targets and predictions [examples, …]
 * @throws ValueError when it is given something else
 * @example
 * import fc from 'fast-check'
 * import { throws } from 'assert'
 * import { nn, oneHot, sum, mul, toNumber, mean, type Tensor } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * const batches = fc.tuple(fc.array(fc.nat({ max: 2 }), { minLength: 4, maxLength: 4 }), laws.arbitrary.tensor([4, 3]))
 *   .map(([labels, scores]) => [oneHot(3)(labels) as Tensor, scores as Tensor] as const)
 * const accuracy = { name: 'accuracy', metric: nn.categoricalAccuracy, batches, range: [0, 1] as const, combines: true }
 * laws.assert(laws.metric(accuracy), { numRuns: 10 })
 *
 * // a mean of scores is no accuracy
 * const wrong = (y: Tensor) => (x: Tensor) => toNumber(mean(sum({ axis: 1 })(mul(y)(x))))
 * throws(() => laws.assert(laws.metric({ ...accuracy, metric: wrong })), /is in its range does not hold/)
 * @category metric
 * @since 0.1.0
 */
export const metric = (of: MetricLaws): Suite => {
  const fields = metricFields.read(of) as unknown as MetricLaws
  const {
    name,
    range,
    lowIsBest = false,
    best = (targets: Tensor): Tensor => targets,
    combines = false,
    otherForm
  } = fields
  if (otherForm !== undefined) formFields.read(otherForm)
  const value = fields.metric as unknown as AnyMetric
  const given = fastCheck
    .tuple(fields.batches, fastCheck.array(fastCheck.nat(), { minLength: 8, maxLength: 8 }))
    .map(([[targets, predictions], picks]): Sample => ({ targets, predictions, picks }))
  const says = (statement: string, holds: (sample: Sample) => E.Either<Difference, void>) =>
    law({ name: `${name}: ${statement}`, given, show, holds })
  const rowsOf = ({ targets }: Sample): number =>
    dimsOf(targets)[0] ?? fail('ValueError', 'laws.metric: targets need a first axis of examples')
  const [least, most] = range
  const [top, bottom] = lowIsBest ? [least, most] : [most, least]
  return [
    says('the same arguments give the same number', ({ targets, predictions }) =>
      identical('the second value')(value(targets)(predictions), value(targets)(predictions))
    ),
    says('is in its range', ({ targets, predictions }) => {
      const found = value(targets)(predictions)
      return found >= least && found <= most
        ? agreed
        : E.left({ what: 'the value', actual: showExact(found), expected: `from ${least} to ${most}` })
    }),
    says('takes no notice of the order of examples', (sample) => {
      const { targets, predictions, picks } = sample
      const order = orderOf(rowsOf(sample), picks)
      return agree(`the value in the order [${order.join(', ')}]`)(
        value(rowsAt(order)(targets))(rowsAt(order)(predictions)),
        value(targets)(predictions)
      )
    }),
    says('is best for perfect predictions', ({ targets }) => agree('the value')(value(targets)(best(targets)), top)),
    says('does not count predictions of NaN as right', ({ targets, predictions }) => {
      const nothing = make(
        dimsOf(predictions),
        Float64Array.from(toFlatArray(predictions), () => NaN)
      )
      const found = valueOrRefusal(() => value(targets)(nothing))
      return Number.isNaN(found) || found === bottom
        ? agreed
        : E.left({ what: 'the value for NaN', actual: showExact(found), expected: `NaN, ${bottom} or an error` })
    }),
    ...(combines
      ? [
          says('of a whole is the mean of its parts, by their sizes', (sample) => {
            const { targets, predictions, picks } = sample
            const rows = rowsOf(sample)
            const cut = 1 + ((picks[0] ?? 0) % Math.max(rows - 1, 1))
            const parts = [
              Array.from({ length: cut }, (_, i) => i),
              Array.from({ length: rows - cut }, (_, i) => cut + i)
            ].filter((part) => part.length > 0)
            const mean = parts.reduce(
              (total, part) => total + (part.length / rows) * value(rowsAt(part)(targets))(rowsAt(part)(predictions)),
              0
            )
            return agree(`the value, against the mean of ${parts.map((part) => part.length).join(' and ')} examples`)(
              value(targets)(predictions),
              mean
            )
          })
        ]
      : []),
    ...(otherForm === undefined
      ? []
      : [
          says('is the same for targets in another form', ({ targets, predictions }) => {
            const other = otherForm.metric as unknown as (targets: unknown) => (predictions: Tensor) => number
            return every([
              () =>
                agree('the value for the other form')(
                  other(otherForm.targets(targets))(predictions),
                  value(targets)(predictions)
                )
            ])
          })
        ])
  ]
}
