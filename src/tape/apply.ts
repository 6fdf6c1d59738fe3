import * as E from 'fp-ts/lib/Either.js'
import type { Primitive } from '../primitive/primitive.ts'
import { type Dims, MOST_NUMBERS, showDims, sizeOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { bufferOf, dimsOf, leftTrace, make, makeTraced, originOf, type Tensor, type Token } from '../tensor/tensor.ts'

/**
 * A traced tensor (the field's *variable*) is a tensor plus how it was made. Applying an operation to one makes another;
 * nothing is appended anywhere, so there is no tape to open or close, and nothing is left behind by an exception.
 */

export type { Token }
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
  if (E.isLeft(shape)) return fail('ShapeError', `${primitive.name}: ${shape.left}`)
  const size = sizeOf(shape.right)
  return size <= MOST_NUMBERS
    ? shape.right
    : fail(
        'ShapeError',
        `${primitive.name}: a result of shape ${showDims(shape.right)} would hold ${size} numbers, more than ${MOST_NUMBERS}`
      )
}

/** The tensor, or an error when the function it was traced in has returned. */
export const stillTraced = (what: string, x: Tensor): Tensor => {
  const scope = scopeOf(x)
  for (let i = 0; i < scope.length; i++) if (scope[i]!.over) fail('TracedValueError', leftTrace(what, x, scope[i]!))
  return x
}

/** The numbers alone: a primitive's evaluation reads them, and what it does with them is no part of a trace. */
const untraced = (x: Tensor): Tensor => (origin(x) === null ? x : make(dimsOf(x), bufferOf(x)!))

/**
 * Applies a primitive. Plain inputs give a plain tensor; a traced input gives a traced one, which knows its numbers
 * unless an input does not (inside a function traced by shape alone).
 *
 * @throws ShapeError when the inputs do not fit, or the result would be too large
 * @throws TracedValueError when an input has left the function that it was traced in
 */
export const apply = <P>(primitive: Primitive<P>, params: P, inputs: readonly Tensor[]): Tensor => {
  const dims = shapeOf(primitive, params, inputs)
  let scope = plain
  let known = true
  for (let i = 0; i < inputs.length; i++) {
    const x = inputs[i]!
    const made = origin(x)
    if (made !== null) {
      stillTraced(primitive.name, x)
      scope = scope === plain ? made.scope : union(scope, made.scope)
    }
    if (bufferOf(x) === null) known = false
  }
  const buffer = known ? primitive.evaluate(params, scope === plain ? inputs : inputs.map(untraced), dims) : null
  return buffer !== null && scope === plain
    ? make(dims, buffer)
    : makeTraced(dims, buffer, { primitive, params, inputs, scope })
}
