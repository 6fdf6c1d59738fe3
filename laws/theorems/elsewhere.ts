import type { PrimitiveName } from '../../src/primitive/algebra.ts'
import type { Stated } from './statements.ts'

/** Primitives that no theorem is stated of, and why. Closed: a new primitive has its meaning, or its reason here. */

const discrete = 'has no derivative: its answer is an index, a key or a random number'
const exact = 'linear: its rules are held in exact arithmetic, on integers, without a tolerance'

/** The primitives held in exact arithmetic. */
export const exactly = [
  'matmul',
  'reshape',
  'broadcastTo',
  'permute',
  'slice',
  'pad',
  'flip',
  'concat',
  'gather',
  'scatterAdd',
  'sum'
] as const

/** The primitives on matrices. */
const matrices = ['solve', 'cholesky', 'lu', 'qr', 'eigh', 'svd', 'pinv', 'expm'] as const
const factors =
  'not proved: defined by an equation between matrices, which the laws hold, and its derivatives against numbers to the fourth order'

/** The smooth ones on numbers whose derivatives Coq has not proved: held by the other oracles, and by digits. */
export const unproved = {
  erfinv: 'not proved: the inverse of `erf`, whose derivative is that of an inverse function',
  lgamma: 'not proved: Coq and Coquelicot have no gamma function',
  logGammaQuantile: 'not proved: Coq and Coquelicot have no gamma function',
  max: 'not proved: away from ties the derivative is that of the largest element, which would need the neighbourhoods of all the others'
} as const

type Elsewhere = Exclude<PrimitiveName, Stated>

export const elsewhere: Readonly<Record<Elsewhere, string>> = {
  ...(Object.fromEntries(exactly.map((name) => [name, exact])) as Readonly<Record<(typeof exactly)[number], string>>),
  stopGradient: 'the derivative is 0 by definition, where that of its function is 1',
  leaf: 'the identity, which marks an input of what is traced',
  scan: 'a loop over other primitives: its derivative is put together of theirs, by the chain rule',
  ...(Object.fromEntries(matrices.map((name) => [name, factors])) as Readonly<
    Record<(typeof matrices)[number], string>
  >),
  ...unproved,
  fourier: 'linear, over complex numbers: held against its defining sum, and its transpose, in test/fft/fft.test.ts',
  labels: discrete,
  argmax: discrete,
  argsort: discrete,
  cumArgmax: discrete,
  linearRecurrence:
    'a recurrence along an axis: its rules are held against it written out, in power series and intervals',
  lastAt: discrete,
  splitKey: discrete,
  foldKey: discrete,
  uniform: discrete,
  normal: discrete,
  truncatedNormal: discrete,
  bernoulli: discrete,
  randint: discrete,
  categorical: discrete,
  bits: discrete,
  poissonQuantile: discrete,
  permutation: discrete,
  weightedChoice: discrete
}
