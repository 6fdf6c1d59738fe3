import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import type { Dims } from '../src/tensor/dims.ts'
import { dimsOf, type Tensor } from '../src/tensor/tensor.ts'
import { number, tensorOf } from './draw.ts'
import { reals } from '../src/primitive/domain.ts'
import { showTensor } from './show.ts'

/** The subject of the laws of functions: a function of tensors, with sample points, directions and batches. */

/** A sample point: the parameters and the inputs. */
export interface Given<P> {
  readonly params: P
  readonly inputs: readonly Tensor[]
}

/** A differentiable function of several tensors, with parameters. */
export interface Subject<P> {
  readonly name: string
  readonly f: (params: P) => (inputs: readonly Tensor[]) => Tensor
  readonly output: (given: Given<P>) => Dims
  /** Whether the function depends smoothly on that input. */
  readonly differentiable: (index: number) => boolean
  /** Points at which the function is defined. */
  readonly points: fc.Arbitrary<Given<P>>
  /** Points near which it is smooth too. */
  readonly smooth: fc.Arbitrary<Given<P>>
  /** Points at which it may have kinks. */
  readonly kinks: fc.Arbitrary<Given<P>>
  /** Whether the derivative at a kink is to be the subgradient of least norm. */
  readonly least: boolean
  /** How many times the cost of the function its gradient may have. */
  readonly cost: number
  /** Several examples at once, for the same parameters and shapes. */
  readonly examples: fc.Arbitrary<Examples<P>>
  /** Points at which rules may meet a pole or an infinity: in a branch not taken they must not show. */
  readonly extremes?: fc.Arbitrary<Given<P>>
}

/** A point, and what derivatives are taken along. */
export interface Directed<P> extends Given<P> {
  readonly tangents: readonly Tensor[]
  readonly others: readonly Tensor[]
  readonly cotangent: Tensor
  readonly other: Tensor
  /** Coefficients of a linear combination. */
  readonly scales: readonly [number, number]
}

/** Points with random directions. */
export const direct = <P>(subject: Subject<P>, points: fc.Arbitrary<Given<P>>): fc.Arbitrary<Directed<P>> =>
  points.chain((given) => {
    const any = (dims: Dims): fc.Arbitrary<Tensor> => tensorOf(dims)(number(reals))
    const each = given.inputs.map((x) => any(dimsOf(x)))
    const dims = E.tryCatch(
      () => subject.output(given),
      () => null
    )
    // a function that refuses its inputs is caught by every law, when the law calls it
    const output = any(E.isRight(dims) ? dims.right : [])
    return fc
      .record({
        tangents: fc.tuple(...each),
        others: fc.tuple(...each),
        cotangent: output,
        other: output,
        scales: fc.tuple(number(reals), number(reals))
      })
      .map((directions) => ({ ...given, ...directions }))
  })

/** A point as code. */
export const showGiven = <P>({ params, inputs }: Given<P>): string =>
  [
    ...(Object.keys(params as object).length === 0 ? [] : [`params = ${JSON.stringify(params)}`]),
    ...inputs.map((x, i) => `input ${i} = ${showTensor(x)}`)
  ].join('\n')

/** A point and its directions as code. */
export const showDirected = <P>({ tangents, cotangent, ...given }: Directed<P>): string =>
  [
    showGiven(given),
    ...tangents.map((x, i) => `tangent ${i} = ${showTensor(x)}`),
    `cotangent = ${showTensor(cotangent)}`
  ].join('\n')

/** Several examples, for the same parameters and shapes. */
export interface Examples<P> {
  readonly params: P
  readonly examples: readonly (readonly Tensor[])[]
}

/** Examples as code. */
export const showExamples = <P>({ params, examples }: Examples<P>): string =>
  examples.map((inputs, i) => `example ${i}:\n${showGiven({ params, inputs })}`).join('\n')
