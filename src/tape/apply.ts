import * as E from 'fp-ts/lib/Either.js'
import type { Primitive } from '../primitive/primitive.ts'
import type { Dims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { bufferOf, dimsOf, make, makeTraced, originOf, type Tensor } from '../tensor/tensor.ts'

/**
 * A traced tensor (the field's *variable*) is a tensor plus how it was made. Applying an operation to one makes another;
 * nothing is appended anywhere, so there is no tape to open or close, and nothing is left behind by an exception.
 */

/** One act of tracing. Its leaves carry it, and so does everything computed from them. */
export interface Token {
  readonly name: string
}
/** The acts of tracing that a tensor depends on; no order is needed among them. */
export type Scope = readonly Token[]

export interface Origin {
  readonly primitive: Primitive
  readonly params: unknown
  readonly inputs: readonly Tensor[]
  readonly scope: Scope
}

/** The origin of a traced tensor; `null` for a plain one. */
export const origin = (x: Tensor): Origin | null => originOf(x) as Origin | null

const plain: Scope = []
export const scopeOf = (x: Tensor): Scope => origin(x)?.scope ?? plain

/** The union; the very same array when one side holds the other, so that a single trace never allocates here. */
export const union = (a: Scope, b: Scope): Scope =>
  a === b || b.every((token) => a.includes(token))
    ? a
    : a.every((token) => b.includes(token))
      ? b
      : [...a, ...b.filter((token) => !a.includes(token))]

const shapeOf = (primitive: Primitive, params: unknown, inputs: readonly Tensor[]): Dims => {
  const shape = primitive.shape(params, inputs.map(dimsOf))
  return E.isRight(shape) ? shape.right : fail('ShapeError', `${primitive.name}: ${shape.left}`)
}

/**
 * Applies a primitive. Plain inputs give a plain tensor; a traced input gives a traced one, which knows its numbers
 * unless an input does not (inside a function traced by shape alone).
 *
 * @throws ShapeError when the inputs do not fit
 */
export const apply = <P>(primitive: Primitive<P>, params: P, inputs: readonly Tensor[]): Tensor => {
  const dims = shapeOf(primitive, params, inputs)
  let scope = plain
  let known = true
  for (let i = 0; i < inputs.length; i++) {
    const x = inputs[i]!
    const made = origin(x)
    if (made !== null) scope = scope === plain ? made.scope : union(scope, made.scope)
    if (bufferOf(x) === null) known = false
  }
  const buffer = known ? primitive.evaluate(params, inputs, dims) : null
  return buffer !== null && scope === plain
    ? make(dims, buffer)
    : makeTraced(dims, buffer, { primitive, params, inputs, scope })
}
