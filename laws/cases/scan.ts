import * as fc from 'fast-check'
import type { Loop } from '../../src/primitive/scan.ts'
import { tensors as op } from '../../src/tape/algebra.ts'
import type { Dims } from '../../src/tensor/dims.ts'
import { toFlatArray } from '../../src/tensor/read.ts'
import { dimsOf, type Tensor } from '../../src/tensor/tensor.ts'
import { loopOf, runLoop, tapeFor } from '../../src/transform/loop.ts'
import { shape } from '../draw.ts'
import { type Cases, type CasesOf, few, gap, setup, type Setup } from '../setup.ts'
import { nothing } from '../tolerance.ts'

/**
 * Loops to try `scan` on: steps that carry, keep and close over tensors, and of few elements; all of them taken, or those
 * for which a condition holds that is scanned, fixed, carried or computed.
 */

/** A step of a scan, and the shapes of what it is given: carried, along, and the same for all steps. */
interface Step {
  readonly carried: readonly Dims[]
  readonly along: readonly Dims[]
  readonly fixed: readonly Dims[]
  /** The input that decides whether the step is taken; each is when left out. */
  readonly when?: number
  /** Numbers of inputs that are not drawn like others. */
  readonly elements?: Setup<Loop>['elements']
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

/** What decides: 0, or anything else. */
const condition = fc.constantFrom(0, 1, -2)

const loopFor = ({ carried, along, fixed, when, f }: Step, length: number, reverse: boolean): Loop =>
  loopOf({
    step: tapeFor([...carried, ...along, ...fixed], f),
    length,
    reverse,
    carries: carried.length,
    xs: along.length,
    when: when ?? null
  })

const raised = (x: Tensor, by: number): Tensor => op.add(x, op.constant(by))

/**
 * Steps that are taken where a condition holds. What a step gives is never what there is without it, so that a condition
 * of 0, where nothing can be said of the derivative by it, is a jump.
 */
const conditionalOver = (dims: Dims): readonly Step[] => [
  {
    carried: [dims],
    along: [dims, []],
    fixed: [],
    when: 2,
    elements: { 2: condition },
    f: ([state = nothing, x = nothing]) => [raised(op.cos(op.mul(state, x)), 5), op.cos(op.add(state, x))]
  },
  {
    carried: [dims],
    along: [dims],
    fixed: [[]],
    when: 2,
    elements: { 2: condition },
    // the condition is a number too
    f: ([state = nothing, x = nothing, scale = nothing]) => [
      raised(op.tanh(op.mul(state, scale)), 5),
      op.cos(op.mul(state, x))
    ]
  },
  {
    carried: [[], dims, []],
    along: [dims],
    fixed: [],
    when: 0,
    elements: { 0: condition, 2: fc.constantFrom(0, 1, 2) },
    // until some number of steps is taken, counted from different ones
    f: ([, state = nothing, count = nothing, x = nothing]) => {
      const next = op.add(count, op.constant(1))
      return [op.greater(op.constant(2.5), next), op.sin(op.mul(state, x)), next, op.cos(op.mul(state, count))]
    }
  },
  {
    carried: [dims],
    along: [[]],
    fixed: [dims],
    // of at most one step, where a number is above 0, and another where it is not
    f: ([state = nothing, x = nothing, weight = nothing]) => {
      const branch = (f: (state: Tensor, weight: Tensor) => Tensor, isTaken: Tensor, from: Tensor): Tensor =>
        runLoop(
          loopFor(
            {
              carried: [dims],
              along: [],
              fixed: [dims, []],
              when: 2,
              f: ([a = nothing, b = nothing]) => [f(a, b)]
            },
            1,
            false
          ),
          [from, weight, isTaken]
        )[0] ?? nothing
      const [above, below] = [op.greater(x, op.constant(0)), op.greater(op.constant(0), x)]
      const first = branch((a, b) => raised(op.cos(op.mul(a, b)), -5), above, state)
      return [branch((a, b) => raised(op.tanh(op.add(a, b)), 5), below, first), op.mul(x, total(first))]
    }
  }
]

const scanOf = (step: Step, length: number, reverse: boolean): Setup<Loop> => ({
  params: loopFor(step, length, reverse),
  shapes: [...step.carried, ...step.along.map((dims) => [length, ...dims]), ...step.fixed],
  ...(step.elements === undefined ? {} : { elements: step.elements })
})

const scansOf = (steps: (dims: Dims) => readonly Step[]): fc.Arbitrary<Setup<Loop>> =>
  fc
    .tuple(
      shape({ maxRank: 1 }).chain((dims) => fc.constantFrom(...steps(dims))),
      few,
      fc.boolean()
    )
    .map(([step, length, reverse]) => scanOf(step, length, reverse))

const scans = fc.oneof(scansOf(stepsOver), scansOf(conditionalOver))

/** No condition jumps nearby: one that is given is not 0, and what one is computed from is not near 0. */
const decided: Cases<Loop>['smooth'] = ({ when, carries, xs }, inputs) =>
  inputs.every((x, i) => {
    const isScanned = i >= carries && i < carries + xs
    const decides = when === null ? isScanned && dimsOf(x).length === 1 : i === when
    return !decides || toFlatArray(x).every((value) => Math.abs(value) > gap)
  })

export const scanCases = {
  scan: {
    fits: scans,
    misfits: scans.chain(({ params, shapes }) =>
      fc
        .constantFrom<readonly Dims[]>(shapes.slice(1), [...shapes, []], [[7, 7], ...shapes.slice(1)])
        .map(setup(params))
    ),
    smooth: decided
  }
} satisfies CasesOf<'scan'>
