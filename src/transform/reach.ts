import { sumTo } from '../primitive/elementwise.ts'
import type { Primitive, Reached } from '../primitive/primitive.ts'
import { tensors as op } from '../tape/algebra.ts'
import { cotangentsOf, type Loop, loop, tangentOf } from '../tape/loop.ts'
import { type Dims, reducedDims, sameDims, sizeOf } from '../tensor/dims.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'

/**
 * Which elements of a tangent or cotangent a sweep has reached. It is carried as a description, and made into a mask only
 * where an operation has to multiply: what never leaves out an element pays nothing.
 */
export interface Elements extends Reached<Tensor> {
  /** The one choice that it comes from: where a condition holds, or where it does not, of what was reached before. */
  readonly choice?: { readonly condition: Tensor; readonly holds: boolean; readonly of: Reach }
  /** For a vector, the pieces of it that were reached, in order, and what of each. */
  readonly pieces?: readonly Piece[]
}

/** A piece of a vector of `size` numbers. */
export interface Piece {
  readonly start: number
  readonly stop: number
  readonly size: number
  readonly of: Reach
}

/** `null`: all elements. */
export type Reach = Elements | null

/** Which way a sweep goes: what a mask is moved along. */
export type Direction = 'back' | 'forward'

const zero = op.constant(0)
const one = op.constant(1)

/** A mask that is made when it is first asked for. */
const lazily = (chosen: boolean, make: () => Tensor): Elements => {
  let made: Tensor | null = null
  return { chosen, mask: () => (made ??= make()) }
}

/** The elements where a tensor of zeros and ones has ones. */
export const elementsOf = (mask: Tensor, chosen = false): Elements => ({ chosen, mask: () => mask })

const maskOf = (reach: Reach, dims: Dims): Tensor => (reach === null ? op.broadcastTo(one, dims) : reach.mask())

/** One operation's way from an output to an input, or from an input to the output. */
export interface Way {
  readonly primitive: Primitive
  readonly params: unknown
  readonly inputs: readonly Tensor[]
  readonly output: Tensor
  readonly index: number
  /** The cotangent of the output, or the tangent of the input. */
  readonly moving: Tensor
}

/** What is reached on the other side of an operation. */
export const reachThrough = (direction: Direction, way: Way, reach: Reach): Reach => {
  const { primitive, inputs, output, index } = way
  const [from, to] = direction === 'back' ? [output, inputs[index]!] : [inputs[index]!, output]
  if (sizeOf(dimsOf(to)) === 0) return null
  if (isLoop(primitive)) return throughLoop(direction, way, reach)
  if (sizeOf(dimsOf(from)) === 0) return elementsOf(op.broadcastTo(zero, dimsOf(to)))
  switch (primitive.reach) {
    case 'element':
      if (reach === null || sameDims(dimsOf(from), dimsOf(to))) return reach
      return lazily(reach.chosen, () =>
        direction === 'back' ? sumTo(op, reach.mask(), dimsOf(to)) : op.broadcastTo(reach.mask(), dimsOf(to))
      )
    case 'moves':
      return reach === null ? null : byRule(direction, way, reach, reach.chosen)
    case 'selects':
      return direction === 'back' ? selected(way, reach) : reach === null ? null : byRule(direction, way, reach, false)
    case 'places':
      return direction === 'forward'
        ? byRule(direction, way, reach, false)
        : reach === null
          ? null
          : byRule(direction, way, reach, reach.chosen)
    case 'gates':
      return byRule(direction, way, reach, reach?.chosen ?? false)
    case 'chooses': {
      const next = byRule(direction, way, reach, true)
      return sameDims(dimsOf(from), dimsOf(to))
        ? { ...next, choice: { condition: inputs[0]!, holds: index === 1, of: reach } }
        : next
    }
    default:
      return reach === null ? null : lazily(reach.chosen, () => together(direction, way, reach.mask()))
  }
}

const isLoop = (primitive: Primitive): boolean => (primitive as object) === loop

/** A loop finds out what it reaches together with the tangents or cotangents. */
const throughLoop = (direction: Direction, { params, inputs, index, moving }: Way, reach: Reach): Reach => {
  const at = { value: moving, reached: reach }
  return direction === 'back'
    ? cotangentsOf(params as Loop, inputs, at)[index]!.reached
    : tangentOf(params as Loop, inputs, index, at).reached
}

/** A mask moved as the operation's own rule moves a tangent or cotangent; 1 where anything came. */
const byRule = (
  direction: Direction,
  { primitive, params, inputs, output, index }: Way,
  reach: Reach,
  chosen: boolean
): Elements =>
  lazily(chosen, () => {
    const mask = maskOf(reach, dimsOf(direction === 'back' ? output : inputs[index]!))
    const found =
      direction === 'back'
        ? primitive.vjp(op, params, inputs, output, mask, index, null)
        : primitive.jvp(op, params, inputs, output, mask, index, null)
    return op.where(found, one, zero)
  })

/** What a piece of a vector makes of all of it; as any selection does otherwise. */
const selected = (way: Way, reach: Reach): Elements => {
  const found = byRule('back', way, reach, reach?.chosen ?? false)
  const { starts, stops } = way.params as { readonly starts?: readonly number[]; readonly stops?: readonly number[] }
  return starts?.length === 1 && stops?.length === 1
    ? { ...found, pieces: [{ start: starts[0]!, stop: stops[0]!, size: sizeOf(dimsOf(way.inputs[0]!)), of: reach }] }
    : found
}

/** A mask of all that belongs together with an element of another mask. */
const together = (direction: Direction, { primitive, params, inputs, output, index }: Way, mask: Tensor): Tensor => {
  const [input, result] = [dimsOf(inputs[index]!), dimsOf(output)]
  const every = (dims: Dims): readonly number[] => dims.map((_, axis) => axis)
  const [inputAxes, outputAxes] =
    typeof primitive.reach === 'object'
      ? primitive.reach.along(params, inputs.map(dimsOf), index)
      : [every(input), every(result)]
  const [axes, to, toAxes] = direction === 'back' ? [outputAxes, input, inputAxes] : [inputAxes, result, outputAxes]
  const met = axes.length === 0 ? mask : op.max(mask, axes, true)
  const short = reducedDims(to, toAxes, true)
  return op.broadcastTo(sameDims(dimsOf(met), short) ? met : op.reshape(met, short), to)
}

/** Whether a rule that does not look at what was reached needs its result set to 0 where that was not. */
export const needsMask = (primitive: Primitive, reach: Reach): reach is Elements => {
  const { reach: how } = primitive
  return (
    reach !== null &&
    !isLoop(primitive) &&
    (how === undefined || (typeof how === 'object' && (how.whereChosen !== true || reach.chosen)))
  )
}

/** What is reached by one way or by another. */
export const either = (a: Reach, b: Reach): Reach => {
  if (a === null || b === null) return null
  if (a === b) return a
  const [one, other] = [a.choice, b.choice]
  if (one !== undefined && one.condition === other?.condition && one.of === other.of)
    return one.holds === other.holds ? a : one.of
  const pieces = joined(a.pieces, b.pieces)
  if (pieces?.every((piece) => piece.of === null) === true && lengthOf(pieces) === pieces[0]!.size) return null
  const both = lazily(a.chosen && b.chosen, () => op.maximum(a.mask(), b.mask()))
  return pieces === undefined ? both : { ...both, pieces }
}

const lengthOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((length, { start, stop }) => length + stop - start, 0)

/** Pieces in order, when none meets another. */
const joined = (a: readonly Piece[] | undefined, b: readonly Piece[] | undefined): readonly Piece[] | undefined => {
  if (a === undefined || b === undefined) return undefined
  const pieces = [...a, ...b].toSorted((one, other) => one.start - other.start)
  return pieces.every(({ start }, i) => i === 0 || pieces[i - 1]!.stop <= start) ? pieces : undefined
}
