import * as E from 'fp-ts/lib/Either.js'
import { mentionsTraced } from '../compile/compile.ts'
import { lastMade, type Moved, movedProgram } from '../compile/moved.ts'
import { rebuild } from '../params/tree.ts'
import { during, shapeLeaf, tapeOf, token } from '../tape/tape.ts'
import { sameDims, showDims, sizeOf } from '../tensor/dims.ts'
import { attempt, fail } from '../tensor/errors.ts'
import { asTensor } from '../tensor/given.ts'
import type { Shape } from '../tensor/shape.ts'
import { dimsOf, make, type Tensor, valuesOf } from '../tensor/tensor.ts'
import type { Flat } from '../tree/tree.ts'

/** A function of many numbers at a point, moved by one of them at a time. */

type ScalarOf = (leaves: readonly Tensor[]) => Tensor

const checkScalar = (x: Tensor<Shape>): Tensor =>
  dimsOf(asTensor('numericGrad: what the function gave', x)).length === 0
    ? x
    : fail(
        'ShapeError',
        `numericGrad: the function must return a scalar, it returned shape ${showDims(dimsOf(x))}; reduce it with mean or sum`
      )

/** By calling the function; only the tensor that holds the moved number is made anew. */
const byCalls =
  (f: ScalarOf) =>
  (point: readonly Tensor[]): Moved =>
  (tensor, offset, value) => {
    const x = point[tensor]!
    const moved = make(dimsOf(x), valuesOf('numericGrad', x).with(offset, value))
    return valuesOf('numericGrad', f(point.with(tensor, moved)))[0]!
  }

/** By a program, where the function can be traced. */
const byProgram = (f: ScalarOf, point: readonly Tensor[]): ((point: readonly Tensor[]) => Moved) => {
  const act = token('numericGrad')
  const inputs = point.map((x) => shapeLeaf(act, dimsOf(x)))
  const made = attempt(['TracedValueError', 'ValueError'])(() => {
    const tape = tapeOf(act, inputs, [during(act, () => f(inputs))])
    return mentionsTraced(tape) ? byCalls(f) : movedProgram(tape)
  })
  return E.isRight(made) ? made.right : byCalls(f)
}

/** Calls from which on a program is made: fewer take less time than making it. */
const MANY = 256

const sameForm = (a: Flat<Tensor>, b: Flat<Tensor>): boolean =>
  JSON.stringify(a.structure) === JSON.stringify(b.structure) &&
  a.leaves.every((x, i) => sameDims(dimsOf(x), dimsOf(b.leaves[i]!)))

/** A function, ready to be moved; its program is kept for the next point of the same structure and shapes. */
export const movable = (f: (params: unknown) => Tensor<Shape>): ((flat: Flat<Tensor>) => Moved) => {
  const make = lastMade(sameForm, ({ leaves, structure }) => {
    const scalarOf: ScalarOf = (xs) => checkScalar(f(rebuild(structure, xs)))
    const numbers = leaves.reduce((sum, x) => sum + sizeOf(dimsOf(x)), 0)
    return 2 * numbers < MANY ? byCalls(scalarOf) : byProgram(scalarOf, leaves)
  })
  return (flat) => make(flat)(flat.leaves)
}
