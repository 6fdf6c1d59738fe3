import * as fc from 'fast-check'
import type { Window } from '../../src/primitive/factor.ts'
import { noParams, type NoParams } from '../../src/primitive/primitive.ts'
import { structures } from '../../src/primitive/solve.ts'
import type { Dims } from '../../src/tensor/dims.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import { dimsOf, make, type Tensor } from '../../src/tensor/tensor.ts'
import { number, shape } from '../draw.ts'
import { type Cases, type CasesOf, few, setup, type Setup } from '../setup.ts'

/**
 * What matrix factorisations are tried on: matrices far from those that have none, with rows in an order that needs pivots.
 */

/** Adds to each matrix of the first input a number for each place of it. */
const raised =
  (by: (row: number, column: number, columns: number) => number) =>
  ([a, ...others]: readonly Tensor[]): readonly Tensor[] => {
    if (a === undefined) return others
    const dims = dimsOf(a)
    const [m = 0, n = 0] = dims.slice(-2)
    const values = toFlatArray(a).map((x, at) => x + by(Math.floor(at / n) % m, at % n, n))
    return [make(dims, Float64Array.from(values)), ...others]
  }

/** Larger than all other numbers of a row and column together. */
const LARGE = 10
const dominant = raised((i, j) => (i === j ? LARGE : 0))
const dominantAcross = raised((i, j, n) => (i === n - 1 - j ? LARGE : 0))
/** No two alike, so that values keep their order. */
const spreadOut = raised((i, j) => (i === j ? 2 * LARGE * (i + 1) : 0))
const spreadAcross = raised((i, j, n) => (i === n - 1 - j ? LARGE * (i + 1) : 0))

const lead = shape({ maxRank: 1 })
const squares = fc.tuple(lead, few).map(([batch, n]): Dims => [...batch, n, n])
/** At least as many rows as columns. */
const tall = fc.tuple(lead, few, few).map(([batch, n, more]): Dims => [...batch, n + more, n])
const notSquare = fc.constantFrom<readonly Dims[]>([[]], [[3]], [[2, 3]], [[2, 2, 1]])

const of = <P>(dims: fc.Arbitrary<Dims>, params: P, arranged: NonNullable<Setup<P>['arranged']>): Cases<P>['fits'] =>
  dims.map((own) => ({ params, shapes: [own], arranged }))

const systems = fc.tuple(squares, few, fc.constantFrom(...structures)).map(([dims, k, structure]) => ({
  params: { structure, what: null },
  shapes: [dims, [...dims.slice(0, -1), k]],
  arranged: structure === 'general' ? dominantAcross : dominant
}))

const between = number({ min: -1, max: 1, avoid: [] })

const plain = (
  fits: Cases<NoParams>['fits'],
  misfits: fc.Arbitrary<readonly Dims[]>,
  cost: number
): Cases<NoParams> => ({
  fits,
  misfits: misfits.map(setup(noParams)),
  cost
})

export const matrixCases = {
  solve: {
    fits: systems,
    misfits: fc
      .constantFrom<readonly Dims[]>(
        [[2, 3], [2]],
        [
          [2, 2],
          [3, 1]
        ],
        [[2, 2], [2]],
        [
          [2, 2],
          [4, 2, 1]
        ]
      )
      .map(setup({ structure: 'general', what: null } as const)),
    cost: 12
  },
  cholesky: {
    fits: of(squares, { what: null }, dominant),
    misfits: notSquare.map(setup({ what: null })),
    cost: 30
  },
  lu: {
    fits: fc.oneof(of<Window>(squares, { window: 4 }, spreadAcross), of<Window>(squares, { window: 0 }, spreadAcross)),
    misfits: notSquare.map(setup({ window: 4 })),
    cost: 30
  },
  qr: plain(of(tall, noParams, dominant), fc.constantFrom<readonly Dims[]>([[3]], [[2, 3]]), 12),
  eigh: plain(of(squares, noParams, spreadOut), notSquare, 12),
  svd: plain(of(tall, noParams, spreadOut), fc.constantFrom<readonly Dims[]>([[3]], [[2, 3]]), 12),
  pinv: {
    fits: of(
      fc.tuple(lead, few, few).map(([batch, m, n]): Dims => [...batch, m, n]),
      { rtol: 1e-12 },
      dominant
    ),
    misfits: fc.constantFrom<readonly Dims[]>([[]], [[3]]).map(setup({ rtol: 1e-12 })),
    cost: 12
  },
  expm: {
    fits: squares.map((dims) => ({ params: noParams, shapes: [dims], elements: { 0: between } })),
    misfits: notSquare.map(setup(noParams)),
    // of a matrix of twice as many rows
    cost: 10
  }
} satisfies CasesOf<'solve' | 'cholesky' | 'lu' | 'qr' | 'eigh' | 'svd' | 'pinv' | 'expm'>
