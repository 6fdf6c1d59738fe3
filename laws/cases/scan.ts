import * as fc from 'fast-check'
import type { Loop } from '../../src/primitive/scan.ts'
import { tensors as op } from '../../src/tape/algebra.ts'
import type { Dims } from '../../src/tensor/dims.ts'
import { dimsOf, type Tensor } from '../../src/tensor/tensor.ts'
import { loopOf, tapeFor } from '../../src/transform/loop.ts'
import { shape } from '../draw.ts'
import { type CasesOf, few, setup, type Setup } from '../setup.ts'
import { nothing } from '../tolerance.ts'

/** Loops to try `scan` on: steps that carry, keep and close over tensors, and of few elements. */

/** A step of a scan, and the shapes of what it is given: carried, along, and the same for all steps. */
interface Step {
  readonly carried: readonly Dims[]
  readonly along: readonly Dims[]
  readonly fixed: readonly Dims[]
  readonly f: (inputs: readonly Tensor[]) => readonly Tensor[]
}

const total = (x: Tensor): Tensor =>
  op.sum(
    x,
    dimsOf(x).map((_, axis) => axis),
    false
  )

/** Steps that carry and keep something, and such as do only one of both, over vectors. */
const stepsOver = (dims: Dims): readonly Step[] => [
  {
    carried: [dims, []],
    along: [dims],
    fixed: [dims],
    f: ([state = nothing, sum = nothing, x = nothing, weight = nothing]) => {
      const next = op.tanh(op.add(op.mul(state, weight), x))
      return [next, op.add(sum, total(op.mul(x, state))), op.mul(next, x), op.square(sum), x]
    }
  },
  {
    carried: [dims, dims],
    along: [],
    fixed: [[]],
    // the second is overwritten by the first, which is not; no sine, of which huge arguments leave no digit
    f: ([a = nothing, , rate = nothing]) => [op.tanh(op.mul(a, rate)), a]
  },
  { carried: [], along: [dims, []], fixed: [], f: ([x = nothing, y = nothing]) => [op.mul(x, y), op.neg(y)] }
]

const scanOf = ({ carried, along, fixed, f }: Step, length: number, reverse: boolean): Setup<Loop> => ({
  params: loopOf({
    step: tapeFor([...carried, ...along, ...fixed], f),
    length,
    reverse,
    carries: carried.length,
    xs: along.length,
    when: null
  }),
  shapes: [...carried, ...along.map((dims) => [length, ...dims]), ...fixed]
})

const scans: fc.Arbitrary<Setup<Loop>> = fc
  .tuple(
    shape({ maxRank: 1 }).chain((dims) => fc.constantFrom(...stepsOver(dims))),
    few,
    fc.boolean()
  )
  .map(([step, length, reverse]) => scanOf(step, length, reverse))

export const scanCases = {
  scan: {
    fits: scans,
    misfits: scans.chain(({ params, shapes }) =>
      fc
        .constantFrom<readonly Dims[]>(shapes.slice(1), [...shapes, []], [[7, 7], ...shapes.slice(1)])
        .map(setup(params))
    )
  }
} satisfies CasesOf<'scan'>
