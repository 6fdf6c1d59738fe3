import * as fc from 'fast-check'
import type { PrimitiveName } from '../../src/primitive/algebra.ts'
import { nonZero } from '../../src/primitive/domain.ts'
import { noParams, type NoParams } from '../../src/primitive/primitive.ts'
import { table } from '../../src/primitive/table.ts'
import { type Dims, sizeOf, stridesOf } from '../../src/tensor/dims.ts'
import { frozen } from '../../src/tensor/frozen.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import { dimsOf, type Tensor } from '../../src/tensor/tensor.ts'
import { broadcastable, number, shape } from '../draw.ts'
import { apart, below, binaryCases, type Cases, type CasesOf, few, gap, setup, small, unaryCases } from '../setup.ts'
import { matrixCases } from './matrix.ts'
import { randomCases } from './random.ts'
import { reductionCases } from './reduction.ts'
import { scanCases } from './scan.ts'
import { structureCases } from './structure.ts'

/** What the laws of every primitive are tried on. */

const valuesAt = (x: Tensor, to: Dims): readonly number[] => {
  const values = toFlatArray(x)
  const dims = dimsOf(x)
  const [own, out] = [stridesOf(dims), stridesOf(to)]
  const lead = to.length - dims.length
  return Array.from(
    { length: sizeOf(to) },
    (_, offset) =>
      values[
        own.reduce((sum, stride, axis) => {
          const index = Math.floor(offset / (out[axis + lead] ?? 1)) % (to[axis + lead] ?? 1)
          return dims[axis] === 1 ? sum : sum + index * stride
        }, 0)
      ] ?? NaN
  )
}

/** No two numbers that meet are near each other. */
const untied: Cases<NoParams>['smooth'] = (_, inputs) => {
  const to = inputs.map(dimsOf).reduce((a, b) => (b.length > a.length || sizeOf(b) > sizeOf(a) ? b : a), [])
  const [a = [], b = []] = inputs.map((x) => valuesAt(x, to))
  return a.every((value, i) => Math.abs(value - (b[i] ?? NaN)) > gap)
}

const special = {
  // a tie is shared by comparing both ways, for each operand
  maximum: { ...binaryCases, smooth: untied, cost: 12 },
  minimum: { ...binaryCases, smooth: untied, cost: 12 },
  // corrected for the rounding of the exponent less 1
  pow: { ...binaryCases, cost: 21 },
  // NaN outside the domain of the logarithm, but not where the factor is 0
  xlogy: { ...binaryCases, cost: 8 },
  xlog1py: { ...binaryCases, cost: 9 },
  // of an integer part, a quotient
  remainder: { ...binaryCases, cost: 9 },
  // of two directions and a length
  direction: { ...binaryCases, cost: 12 },
  atan2: { ...binaryCases, cost: 9 },
  // NaN outside the domain
  atanh: { ...unaryCases, cost: 8 },
  // of a cubic polynomial
  tanhGateSlope: { ...unaryCases, cost: 13 },

  powNumber: {
    fits: shape().chain((dims) =>
      fc.oneof(
        fc.constantFrom(-1.5, -0.5, 0.5, 1.5, 2.5).map((exponent) => ({ params: { exponent }, shapes: [dims] })),
        // a whole exponent takes a negative base too
        fc
          .constantFrom(0, 1, 2, 3, -1, -2)
          .map((exponent) => ({ params: { exponent }, shapes: [dims], elements: { 0: number(nonZero) } }))
      )
    )
  },
  clip: {
    fits: shape().chain((dims) =>
      fc
        .tuple(fc.constantFrom(-2, -1, 0, 0.5), fc.constantFrom(0.5, 1, 2))
        .map(([min, max]) => ({ params: { min, max }, shapes: [dims] }))
    ),
    smooth: ({ min, max }, inputs) =>
      inputs.flatMap((x) => toFlatArray(x)).every((x) => Math.abs(x - min) > gap && Math.abs(x - max) > gap)
  },
  gaussian: {
    fits: shape().chain((dims) =>
      fc.constantFrom<1 | 0.5>(1, 0.5).map((rate) => ({ params: { rate }, shapes: [dims] }))
    )
  },
  logErfcx: {
    fits: shape().chain((dims) => fc.nat({ max: 3 }).map((order) => ({ params: { order }, shapes: [dims] })))
  },

  lgamma: {
    fits: shape().chain((dims) => fc.nat({ max: 3 }).map((order) => ({ params: { order }, shapes: [dims] })))
  },

  logGammaQuantile: {
    fits: broadcastable(2).chain((shapes) => fc.nat({ max: 2 }).map((order) => ({ params: { order }, shapes })))
  },

  fourier: {
    fits: fc
      .tuple(shape({ maxRank: 2 }), fc.integer({ min: 1, max: 7 }), fc.constantFrom<1 | -1>(1, -1))
      .chain(([rest, n, sign]) =>
        fc.nat({ max: rest.length }).map((axis) => ({
          params: { axis, sign },
          shapes: [[...rest.slice(0, axis), n, ...rest.slice(axis), 2]]
        }))
      ),
    misfits: fc
      .constantFrom<Dims>([], [2], [3, 3], [0, 2], [3, 1])
      .map((dims) => ({ params: { axis: 0, sign: 1 as const }, shapes: [dims] }))
  },

  where: {
    fits: broadcastable(3).map((shapes) => ({
      params: noParams,
      shapes,
      elements: { 0: fc.constantFrom(1, 0) }
    })),
    misfits: apart.chain(([a = [], b = []]) =>
      fc.constantFrom<readonly Dims[]>([a, b, b], [a, a, b], [a, b, a]).map(setup(noParams))
    )
  },

  matmul: {
    fits: fc.tuple(shape({ maxRank: 2 }), few, few, few).map(([batch, m, k, n]) => ({
      params: noParams,
      shapes: [
        [...batch, m, k],
        [...batch, k, n]
      ]
    })),
    misfits: fc.tuple(shape({ maxRank: 1 }), small, small, small).chain(([batch, m, k, n]) =>
      fc
        .constantFrom<readonly Dims[]>(
          [
            [...batch, m, k],
            [...batch, k + 1, n]
          ],
          [
            [...batch, 2, m, k],
            [...batch, 3, k, n]
          ],
          [[k], [k]],
          [[m, k], [k]],
          [
            [2, m, k],
            [k, n]
          ]
        )
        .map(setup(noParams))
    )
  },

  labels: {
    fits: shape().map((dims) => ({ params: { what: 'laws', classes: 3 }, shapes: [dims], elements: { 0: below(3) } }))
  },

  ...matrixCases,
  ...structureCases,
  ...reductionCases,
  ...scanCases,
  ...randomCases
} satisfies Partial<CasesOf<PrimitiveName>>

/** Without an entry of their own: operations on each number, or on each pair, that have no settings. */
type Plain = Exclude<PrimitiveName, keyof typeof special>

const plain = Object.fromEntries(
  Object.entries(table).flatMap(([name, { arity }]) =>
    name in special ? [] : [[name, arity === 1 ? unaryCases : binaryCases] as const]
  )
) as unknown as Readonly<Record<Plain, Cases<NoParams>>>

/**
 * What the laws of each primitive are tried on, by its name. Closed like the table of primitives: one with settings, or of
 * more than two operands, does not compile without an entry.
 */
export const cases: CasesOf<PrimitiveName> = frozen({
  ...plain,
  ...special
})
