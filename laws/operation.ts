import * as fc from 'fast-check'
import { type Interval, noParams, type NoParams } from '../src/primitive/primitive.ts'
import { checkDims, type Dims } from '../src/tensor/dims.ts'
import type { Shape } from '../src/tensor/shape.ts'
import { dimsOf, type Tensor } from '../src/tensor/tensor.ts'
import { number, shape as anyShape, tensorOf } from './draw.ts'
import { asInterval, reals } from '../src/primitive/domain.ts'
import { costLaw, FACTOR } from './cost.ts'
import { derivativeLaws } from './derivative.ts'
import { batchLaw, purityLaw } from './evaluation.ts'
import { kinkIn, kinkLaws } from './kink.ts'
import type { Suite } from './law.ts'
import type { Given, Subject } from './subject.ts'
import * as kinds from '../src/kinds/index.ts'
import { arbitraryOf } from './given.ts'
import { nothing } from './tolerance.ts'

/**
 * A function of one tensor, and its test cases.
 *
 * @category operation
 * @since 0.1.0
 */
export interface Operation<S extends Shape> {
  readonly name: string
  readonly f: (x: Tensor<S>) => Tensor<Shape>
  /**
   * Where each number is drawn from: where the function is defined and smooth. From −3 to 3 when left out, none
   * avoided.
   */
  readonly domain?: Partial<Interval>
  /** The shape of the input, or shapes; when left out, any of rank 0 to 3. */
  readonly shape?: Readonly<S> | fc.Arbitrary<Dims>
  /** Whether the function is smooth near an input, where the domain alone cannot say (two numbers may tie). */
  readonly smooth?: (x: Tensor<S>) => boolean
  /**
   * What the derivative at a kink is: any between the slopes from both sides, or the subgradient of least norm. The first
   * when left out.
   */
  readonly kinks?: 'least' | 'between'
  /** How many times the cost of the function its gradient may have, as `cost` counts them; 5 when left out. */
  readonly cost?: number
}

const isFixed = (shape: Dims | fc.Arbitrary<Dims>): shape is Dims => Array.isArray(shape)

const operationFields = kinds.settings('laws.operation', {
  name: kinds.name,
  f: kinds.callable<(x: never) => Tensor<Shape>>(),
  domain: [kinds.anything as kinds.Kind<Partial<Interval>>, {}],
  shape: [kinds.either(kinds.list<number>('a shape'), arbitraryOf as kinds.Kind<fc.Arbitrary<Dims>>), undefined],
  smooth: [kinds.callable<(x: never) => boolean>(), undefined],
  kinks: [kinds.oneOf('least', 'between'), 'between'],
  cost: [kinds.positive, FACTOR]
})

const intervalFields = kinds.settings('laws.operation: domain', {
  min: [kinds.finite, reals.min],
  max: [kinds.finite, reals.max],
  avoid: [kinds.listOf(kinds.anyNumber, 'an array of numbers'), reals.avoid]
})

/**
 * Everything that must hold of a differentiable function, a new activation say: purity, its gradient against numbers,
 * forward mode against reverse mode, the same up to the fourth derivative, derivatives at kinks, the cost of its gradient,
 * and many examples at once against one by one.
 *
 * @throws ValueError when it is given something else
 * @example
 * import { throws } from 'assert'
 * import { pipe } from 'fp-ts/function'
 * import { mul, softplus, stopGradient, tanh, type Tensor } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * const mish = (x: Tensor) => pipe(x, softplus, tanh, mul(x))
 * laws.assert(laws.operation({ name: 'mish', f: mish }), { numRuns: 10 })
 *
 * const wrong = (x: Tensor) => pipe(x, softplus, stopGradient, tanh, mul(x))
 * throws(() => laws.assert(laws.operation({ name: 'wrong', f: wrong })), /wrong: jvp agrees with numbers does not hold/)
 * @category operation
 * @since 0.1.0
 */
export const operation = <S extends Shape = number[]>(of: Operation<S>): Suite => {
  const { name, f, domain, shape, smooth, kinks, cost } = operationFields.read(of)
  const dims: fc.Arbitrary<Dims> =
    shape === undefined ? anyShape() : isFixed(shape) ? fc.constant(checkDims('laws.operation', shape)) : shape
  const interval = asInterval('laws.operation: domain', intervalFields.read(domain))
  const element = number(interval)
  const g = f as unknown as (x: Tensor) => Tensor
  const given = (x: Tensor): Given<NoParams> => ({ params: noParams, inputs: [x] })
  const points = dims.chain((own) => tensorOf(own)(element)).map(given)
  const apply = ([x = nothing]: readonly Tensor[]): Tensor => g(x)
  const subject: Subject<NoParams> = {
    name,
    f: () => apply,
    output: ({ inputs }) => dimsOf(apply(inputs)),
    differentiable: () => true,
    points,
    smooth: points.filter(({ inputs }) => smooth?.(inputs[0] as never) ?? true),
    kinks: dims.chain((own) => tensorOf(own)(kinkIn(interval))).map(given),
    least: kinks === 'least',
    cost,
    examples: dims.chain((own) =>
      fc
        .array(tensorOf(own)(element), { minLength: 1, maxLength: 3 })
        .map((xs) => ({ params: noParams, examples: xs.map((x) => [x]) }))
    )
  }
  return [purityLaw(subject), batchLaw(subject), ...derivativeLaws(subject), ...kinkLaws(subject), costLaw(subject)]
}
