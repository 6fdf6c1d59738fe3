import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as kinds from '../src/kinds/index.ts'
import { tensors as op } from '../src/tape/algebra.ts'
import { type Dims, sizeOf } from '../src/tensor/dims.ts'
import { fail } from '../src/tensor/errors.ts'
import { toFlatArray } from '../src/tensor/read.ts'
import { dimsOf, make, type Scalar, type Tensor } from '../src/tensor/tensor.ts'
import { valueAndGrad } from '../src/transform/grad.ts'
import { FACTOR } from './cost.ts'
import { functionLaws } from './function.ts'
import { arbitraryOf } from './given.ts'
import { agreed, type Difference, law, type Suite } from './law.ts'
import { rowsAt } from './rows.ts'
import { showExact, showTensor } from './show.ts'
import { agree, every, identical, nothing, scaled } from './tolerance.ts'

/** A loss as the laws call it. */
type AnyLoss = (targets: Tensor, options?: { readonly mask: Tensor }) => (predictions: Tensor) => Scalar

/** A loss, what it is tried on, and what is known of it. @category loss @since 0.1.0 */
export interface LossLaws {
  readonly name: string
  /** Such as `nn.meanSquaredError`, or one of your own: the mean of what each example costs. */
  readonly loss: (targets: never, options?: never) => (predictions: never) => Scalar
  /** Targets, and numbers of which predictions are made, of as many examples along their first axes. */
  readonly batches: fc.Arbitrary<readonly [targets: Tensor, numbers: Tensor]>
  /** Makes predictions that the loss takes of any numbers, such as `softmax` where it takes probabilities; identity when left out. */
  readonly predictions?: (numbers: Tensor) => Tensor
  /** The predictions at which the loss is least; the targets themselves when left out. */
  readonly best?: (targets: Tensor) => Tensor
  /** Whether the loss is smooth near these numbers, where what is drawn does not say. */
  readonly smooth?: (targets: Tensor, numbers: Tensor) => boolean
  /** Whether it takes `{ mask }` as a second argument after the targets (yes). */
  readonly masked?: boolean
  /** What one example costs, in plain numbers, row by row. */
  readonly formula?: (target: readonly number[], prediction: readonly number[]) => number
  /** The same loss of other predictions, such as that of probabilities for one of logits. */
  readonly otherForm?: {
    readonly loss: (targets: never, options?: never) => (predictions: never) => Scalar
    readonly predictions: (predictions: Tensor) => Tensor
  }
  /**
   * What the derivative at a kink is: any between the slopes from both sides, or the subgradient of least norm. The first
   * when left out.
   */
  readonly kinks?: 'least' | 'between'
  /** How many times the cost of the function its gradient may have, as `cost` counts them; 5 when left out. */
  readonly cost?: number
}

const oneTensor = kinds.callable<(x: Tensor) => Tensor>()

const lossFields = kinds.settings('laws.loss', {
  name: kinds.name,
  loss: kinds.anyFunction,
  batches: arbitraryOf,
  predictions: [oneTensor, undefined],
  best: [oneTensor, undefined],
  smooth: [kinds.callable<(targets: Tensor, numbers: Tensor) => boolean>(), undefined],
  masked: [kinds.yesOrNo, true],
  formula: [kinds.callable<(target: readonly number[], prediction: readonly number[]) => number>(), undefined],
  otherForm: [kinds.anything, undefined],
  kinks: [kinds.oneOf('least', 'between'), 'between'],
  cost: [kinds.positive, FACTOR]
})

const formFields = kinds.settings('laws.loss: otherForm', { loss: kinds.anyFunction, predictions: kinds.anyFunction })

interface Sample {
  readonly targets: Tensor
  readonly numbers: Tensor
  /** Whether an example counts, for masks. */
  readonly kept: readonly boolean[]
}

const show = ({ targets, numbers, kept }: Sample): string =>
  `targets = ${showTensor(targets)}\nnumbers = ${showTensor(numbers)}\nkept = [${kept.join(', ')}]`

const total = (x: Tensor): number => toFlatArray(x).reduce((sum, value) => sum + value, 0)

/** The numbers of one example. */
const rowOf = (x: Tensor, i: number, rows: number): readonly number[] => {
  const values = toFlatArray(x)
  const width = values.length / rows
  return values.slice(i * width, (i + 1) * width)
}

/** A tensor with the rows that are not kept replaced by one number. */
const withRows = (x: Tensor, kept: readonly boolean[], value: number): Tensor => {
  const values = toFlatArray(x)
  const width = values.length / kept.length
  return make(
    dimsOf(x),
    Float64Array.from(values, (own, i) => (kept[Math.floor(i / width)] === true ? own : value))
  )
}

/** One number for each example of predictions, by whether it counts. */
const maskOf = (dims: Dims, kept: readonly boolean[]): Tensor => {
  const own = dims.length === 1 ? dims : dims.slice(0, -1)
  const width = sizeOf(own) / kept.length
  return make(
    own,
    Float64Array.from({ length: sizeOf(own) }, (_, i) => (kept[Math.floor(i / width)] === true ? 1 : 0))
  )
}

const isFinite = (what: string, x: Tensor): E.Either<Difference, void> => {
  const wrong = toFlatArray(x).find((value) => !Number.isFinite(value))
  return wrong === undefined ? agreed : E.left({ what, actual: showExact(wrong), expected: 'a finite number' })
}

/**
 * What every loss must do: be least where it says; be the mean of what its examples cost one by one, with the mean of
 * their gradients; count no example that a mask leaves out, whatever numbers it has; be NaN where a number that counts is;
 * stay finite with a finite gradient for predictions that are a thousand times as large, where it takes any; and all
 * that holds of a differentiable function (`laws.function`), targets being data. Where these are stated, each example
 * costs what a formula in plain numbers says, and another form of the loss gives the same value and gradient.
 *
 * @shape targets and numbers [examples, …] → []
 * @throws ValueError when it is given something else
 * @example
 * import fc from 'fast-check'
 * import { throws } from 'assert'
 * import { pipe } from 'fp-ts/function'
 * import { nn, square, sub, sum, type Mat } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * const { tensor } = laws.arbitrary
 * const batches = fc.tuple(tensor([4, 2]), tensor([4, 2]))
 * const formula = (y: readonly number[], x: readonly number[]) => y.reduce((sum, yi, i) => sum + (yi - x[i]!) ** 2 / 2, 0)
 * laws.assert(laws.loss({ name: 'mse', loss: nn.meanSquaredError, batches, formula }), { numRuns: 5 })
 *
 * // a sum over the batch, where a mean is promised
 * const wrong = (y: Mat<4, 2>) => (x: Mat<4, 2>) => pipe(x, sub(y), square, (errors) => sum(errors))
 * throws(
 *   () => laws.assert(laws.loss({ name: 'wrong', loss: wrong, batches, masked: false })),
 *   /wrong: is the mean over examples, and so is its gradient does not hold/
 * )
 * @category loss
 * @since 0.1.0
 */
export const loss = (of: LossLaws): Suite => {
  const fields = lossFields.read(of) as unknown as LossLaws & Required<Pick<LossLaws, 'kinks' | 'cost'>>
  const {
    name,
    batches,
    best = (y: Tensor): Tensor => y,
    smooth,
    kinks,
    cost,
    masked = true,
    formula,
    otherForm
  } = fields
  if (otherForm !== undefined) formFields.read(otherForm)
  const through = fields.predictions ?? ((x: Tensor): Tensor => x)
  const lossOf = fields.loss as unknown as AnyLoss
  const rowsOf = (x: Tensor): number =>
    dimsOf(x)[0] ?? fail('ValueError', 'laws.loss: targets and numbers need a first axis of examples')
  const given = batches.chain(([targets, numbers]) =>
    fc
      .array(fc.boolean(), { minLength: rowsOf(numbers), maxLength: rowsOf(numbers) })
      .map((kept): Sample => ({ targets, numbers, kept }))
  )
  const says = (statement: string, holds: (sample: Sample) => E.Either<Difference, void>) =>
    law({ name: `${name}: ${statement}`, given, show, holds })

  /** The loss and its gradient by the numbers. */
  const both = (targets: Tensor, numbers: Tensor, options?: { readonly mask: Tensor }) =>
    valueAndGrad((x: Tensor) => (options === undefined ? lossOf(targets) : lossOf(targets, options))(through(x)))(
      numbers
    ) as unknown as { readonly value: Tensor; readonly grad: Tensor }
  const all = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i)

  return [
    says('is least where it says', ({ targets, numbers }) => {
      const [least, other] = [best(targets), through(numbers)]
      const at = (x: Tensor): number => total(lossOf(targets)(x))
      const bottom = at(least)
      return every(
        [1, 0.5, 0.1, 0.01].map((part) => () => {
          const value = at(op.add(scaled(other, part), scaled(least, 1 - part)))
          return bottom <= value + 1e-12 * Math.max(1, Math.abs(value))
            ? agreed
            : E.left({
                what: 'the loss at its least',
                actual: showExact(bottom),
                expected: `at most ${showExact(value)}, that of ${part} of the way to the predictions`
              })
        })
      )
    }),
    says('has a gradient of numbers where it is least', ({ targets }) => {
      const least = best(targets)
      const { value, grad } = valueAndGrad((x: Tensor) => lossOf(targets)(x))(least) as unknown as {
        readonly value: Tensor
        readonly grad: Tensor
      }
      return every([() => isFinite('the loss', value), () => isFinite('the gradient', grad)])
    }),
    says('is the mean over examples, and so is its gradient', ({ targets, numbers }) => {
      const n = rowsOf(numbers)
      const { value, grad } = both(targets, numbers)
      const each = all(n).map((i) => both(rowsAt([i])(targets), rowsAt([i])(numbers)))
      return every([
        () => agree('the loss')(value, scaled(each.map((one) => one.value).reduce(op.add), 1 / n)),
        ...each.map((one, i) => () => agree(`the gradient by example ${i}`)(rowsAt([i])(grad), scaled(one.grad, 1 / n)))
      ])
    }),
    says('is NaN where a number is', ({ targets, numbers, kept }) => {
      const some = kept.includes(false) ? kept : kept.map((_, i) => i > 0)
      return agree('whether the loss is NaN')(
        Number(Number.isNaN(total(lossOf(targets)(through(withRows(numbers, some, NaN)))))),
        1
      )
    }),
    ...(masked
      ? [
          says('does not count what a mask leaves out', ({ targets, numbers, kept }) => {
            const counted = all(kept.length).filter((i) => kept[i] === true)
            const mask = maskOf(dimsOf(through(numbers)), kept)
            const { value, grad } = both(targets, numbers, { mask })
            const rest = counted.length === 0 ? null : both(rowsAt(counted)(targets), rowsAt(counted)(numbers))
            const spoilt = total(lossOf(targets, { mask })(withRows(through(numbers), kept, NaN)))
            return every([
              () => agree('the loss')(value, rest?.value ?? op.constant(0)),
              ...kept.map((counts, i) => () => {
                const own = rowsAt([i])(grad)
                return counts
                  ? agree(`the gradient by example ${i}`)(own, rowsAt([counted.indexOf(i)])(rest?.grad ?? nothing))
                  : identical(`the gradient by example ${i}, which does not count`)(
                      op.add(own, op.constant(0)),
                      op.mul(op.broadcastTo(op.constant(0), dimsOf(own)), op.constant(1))
                    )
              }),
              () => agree('the loss when what does not count is NaN')(spoilt, total(value))
            ])
          }),
          says('is the same with a mask that keeps all', ({ targets, numbers, kept }) => {
            const mask = maskOf(
              dimsOf(through(numbers)),
              kept.map(() => true)
            )
            const [plain, full] = [both(targets, numbers), both(targets, numbers, { mask })]
            return every([
              () => agree('the loss')(full.value, plain.value),
              () => agree('the gradient')(full.grad, plain.grad)
            ])
          })
        ]
      : []),
    ...(fields.predictions === undefined
      ? [
          says(
            'is finite, and so is its gradient, for predictions a thousand times as large',
            ({ targets, numbers }) => {
              const { value, grad } = both(targets, scaled(numbers, 1000))
              return every([() => isFinite('the loss', value), () => isFinite('the gradient', grad)])
            }
          )
        ]
      : []),
    ...(formula === undefined
      ? []
      : [
          says('is the mean of what a formula says of each example', ({ targets, numbers }) => {
            const n = rowsOf(numbers)
            const predictions = through(numbers)
            const costs = all(n).map((i) => formula(rowOf(targets, i, n), rowOf(predictions, i, n)))
            return agree('the loss')(
              total(lossOf(targets)(predictions)),
              costs.reduce((sum, cost) => sum + cost, 0) / n
            )
          })
        ]),
    ...(otherForm === undefined
      ? []
      : [
          says('is the same in another form, and so is its gradient', ({ targets, numbers }) => {
            const other = otherForm.loss as unknown as AnyLoss
            const { value, grad } = both(targets, numbers)
            const expected = valueAndGrad((x: Tensor) => other(targets)(otherForm.predictions(through(x))))(
              numbers
            ) as unknown as typeof both extends (...args: never) => infer R ? R : never
            return every([
              () => agree('the loss')(value, expected.value),
              () => agree('the gradient')(grad, expected.grad)
            ])
          })
        ]),
    ...functionLaws({
      name,
      f: (targets: Tensor, numbers: Tensor) => lossOf(targets)(through(numbers)),
      args: batches as unknown as fc.Arbitrary<[Tensor, Tensor]>,
      differentiable: (path) => path.startsWith('args[1]'),
      kinks,
      cost,
      ...(smooth === undefined ? {} : { smooth })
    })
  ]
}
