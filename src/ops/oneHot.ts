import * as kinds from '../kinds/index.ts'
import { oneHot as oneHotRows } from '../kernel/rows.ts'
import { table } from '../primitive/table.ts'
import { tensors as op } from '../tape/algebra.ts'
import { apply, origin } from '../tape/apply.ts'
import { checkDims, showDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { bufferOf, dimsOf, make, type Tensor, type Vec } from '../tensor/tensor.ts'
import { listOperand } from './operand.ts'

/**
 * Labels as rows of zeros with a single one; not differentiable. A wrong label is refused in a program, and for a batch of
 * examples, as it is outside, unless nothing that is given back depends on it.
 *
 * @shape labels [n] → [n, classes]
 * @throws ValueError when `classes` is not a whole number of at least 1
 * @throws IndexError when a label is not a whole number from 0 to `classes − 1`, naming its position
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { oneHot, toArray } from 'grad-ts'
 *
 * deepStrictEqual(toArray(oneHot(3)([2, 0])), [[0, 0, 1], [1, 0, 0]])
 * @category structure
 * @since 0.1.0
 */
export const oneHot = <const C extends number>(classes: C) => {
  kinds.mustBe(kinds.size, 'oneHot: classes', classes)
  return <N extends number = number>(labels: ArrayLike<number> | Vec<N>): Tensor<[N, C]> => {
    const list = listOperand('oneHot: labels', labels)
    if (dimsOf(list).length !== 1)
      return fail('ShapeError', `oneHot: labels must be a vector, got shape ${showDims(dimsOf(list))}`)
    const [n] = dimsOf(list)
    checkDims('oneHot', [n!, classes])
    const own = apply(table.labels, { what: 'oneHot', classes }, [list])
    // labels that are known are written at their places; comparing each with every class takes many times as long
    const known = origin(own) === null ? bufferOf(own) : null
    if (known !== null) return make([n!, classes], oneHotRows(known, classes)) as never
    const column = op.broadcastTo(op.reshape(own, [n!, 1]), [n!, classes])
    return op.equal(column, op.range(classes, 1)) as never
  }
}
