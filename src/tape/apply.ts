import * as E from 'fp-ts/lib/Either.js'
import { checkLength, evaluated } from '../primitive/evaluate.ts'
import type { AnyPrimitive, MultiPrimitive, Primitive } from '../primitive/primitive.ts'
import { type Dims, MOST_NUMBERS, showDims, sizeOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { bufferOf, dimsOf, leftTrace, make, makeTraced, originOf, type Tensor, type Token } from '../tensor/tensor.ts'

/**
 * A traced tensor (a *variable* or *tracer*) is a tensor plus its origin. Applying an operation to one makes another;
 * nothing is appended to a global tape, so there is none to open or close, and an exception leaves no state behind.
 */

export type { Token }
/** The traces that a tensor depends on, in any order. */
export type Scope = readonly Token[]

/** The call that made a tensor. */
export interface Origin {
  readonly primitive: AnyPrimitive
  readonly params: unknown
  readonly inputs: readonly Tensor[]
  readonly scope: Scope
  /** All results of the call, for a primitive with several, which share one origin; else `null`. */
  readonly results: readonly Tensor[] | null
}

/** The origin of a traced tensor; `null` for a plain one. */
export const origin = (x: Tensor): Origin | null => originOf(x) as Origin | null

const plain: Scope = []
export const scopeOf = (x: Tensor): Scope => origin(x)?.scope ?? plain

/** The union; the same array when one contains the other, so that a single trace allocates nothing. */
const union = (a: Scope, b: Scope): Scope =>
  a === b || b.every((token) => a.includes(token))
    ? a
    : a.every((token) => b.includes(token))
      ? b
      : [...a, ...b.filter((token) => !a.includes(token))]

const checkSize = (name: string, dims: Dims): void => {
  const size = sizeOf(dims)
  if (size > MOST_NUMBERS)
    fail(
      'ShapeError',
      `${name}: a result of shape ${showDims(dims)} would hold ${size} numbers, more than ${MOST_NUMBERS}`
    )
}

const shapeOf = (primitive: Primitive, params: unknown, inputs: readonly Tensor[]): Dims => {
  const given = inputs.map(dimsOf)
  const shape = primitive.shape(params, given)
  if (E.isLeft(shape)) return fail('ShapeError', `${primitive.name}: ${shape.left}`)
  const dims = shape.right
  // most operations give the shape of an input, whose size was checked
  if (dims !== given[0]) checkSize(primitive.name, dims)
  return dims
}

/** Throws for an input that has left the function it was traced in. */
const checkOpen = (primitive: AnyPrimitive, inputs: readonly Tensor[], scope: Scope): void => {
  for (let i = 0; i < scope.length; i++) {
    const token = scope[i]!
    if (token.over) {
      const left = inputs.find((x) => scopeOf(x).includes(token))!
      fail('TracedValueError', leftTrace(primitive.name, left, token))
    }
  }
}

/** The inputs as plain tensors, since the evaluation of a primitive is not traced. */
const untraced = (inputs: readonly Tensor[]): readonly Tensor[] => {
  const bare = new Array<Tensor>(inputs.length)
  for (let i = 0; i < inputs.length; i++) {
    const x = inputs[i]!
    bare[i] = origin(x) === null ? x : make(dimsOf(x), bufferOf(x)!)
  }
  return bare
}

/**
 * Applies a primitive. Plain inputs give a plain tensor; a traced input gives a traced one, with values unless an input
 * has none (inside a function traced by shape alone).
 *
 * @throws ShapeError when the inputs do not fit, or the result would be too large
 * @throws ValueError when `evaluate` gives a number of elements other than that of the shape
 * @throws TracedValueError when an input has left the function that it was traced in
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
  if (scope !== plain) checkOpen(primitive, inputs, scope)
  const buffer = known ? primitive.evaluate(params, scope === plain ? inputs : untraced(inputs), dims) : null
  if (buffer !== null) checkLength(primitive, buffer, dims)
  return buffer !== null && scope === plain
    ? make(dims, buffer)
    : makeTraced(dims, buffer, { primitive, params, inputs, scope, results: null } satisfies Origin)
}

/** Applies a primitive with several results, as `apply` does, and gives all of them. */
export const applyMulti = <P>(
  primitive: MultiPrimitive<P>,
  params: P,
  inputs: readonly Tensor[]
): readonly Tensor[] => {
  const shape = primitive.shape(params, inputs.map(dimsOf))
  if (E.isLeft(shape)) return fail('ShapeError', `${primitive.name}: ${shape.left}`)
  const shapes = shape.right
  shapes.forEach((dims) => {
    checkSize(primitive.name, dims)
  })
  const scope = inputs.map(scopeOf).reduce(union, plain)
  if (scope !== plain) checkOpen(primitive, inputs, scope)
  const buffers = inputs.every((x) => bufferOf(x) !== null)
    ? evaluated(primitive, params, scope === plain ? inputs : untraced(inputs), shapes)
    : null
  if (buffers !== null && scope === plain) return shapes.map((dims, i) => make(dims, buffers[i]!))
  const results: Tensor[] = []
  const made: Origin = { primitive, params, inputs, scope, results }
  shapes.forEach((dims, i) => results.push(makeTraced(dims, buffers === null ? null : buffers[i]!, made)))
  return results
}

/** Applies a primitive of either kind, and gives all its results. */
export const applyAny = <P>(primitive: AnyPrimitive<P>, params: P, inputs: readonly Tensor[]): readonly Tensor[] =>
  primitive.multipleResults === true ? applyMulti(primitive, params, inputs) : [apply(primitive, params, inputs)]
