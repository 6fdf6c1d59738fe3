import type { MultiPrimitive, Primitive, Reached } from '../primitive/primitive.ts'
import { acrossResult, type Direction, elementwiseMask, maskAlong } from '../primitive/reach.ts'
import { table } from '../primitive/table.ts'
import { tensors as op } from '../tape/algebra.ts'
import { type Dims, sameDims, sizeOf } from '../tensor/dims.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'

/**
 * Which elements of a tangent or cotangent a sweep has reached. It is carried as a description, and made into a mask only
 * where an operation has to multiply: what never leaves out an element pays nothing.
 */
export interface Elements extends Reached<Tensor> {
  /** The one choice that it comes from: where a condition holds, or where it does not, of what was reached before. */
  readonly choice?: { readonly condition: Tensor; readonly holds: boolean; readonly of: Reach }
  /** The slices of it along an axis that were reached, in order, and what of each. */
  readonly pieces?: readonly Piece[]
  /** How many masks are made before this one. */
  readonly depth?: number
}

/** A slice of a tensor along an axis of `size` elements. */
export interface Piece {
  readonly axis: number
  readonly start: number
  readonly stop: number
  readonly size: number
  readonly of: Reach
}

/** `null`: all elements. */
export type Reach = Elements | null

export type { Direction }

const zero = op.constant(0)
const one = op.constant(1)

/** The longest chain of masks that wait for one another: making one must not overflow the call stack. */
const DEEPEST = 200

/** A mask that is made when it is first asked for, from others. */
const lazily = (chosen: boolean, from: readonly Reach[], make: () => Tensor): Elements => {
  let made: Tensor | null = null
  const mask = (): Tensor => (made ??= make())
  const depth = 1 + Math.max(0, ...from.map((reach) => reach?.depth ?? 0))
  if (depth < DEEPEST) return { chosen, mask, depth }
  mask()
  return { chosen, mask, depth: 0 }
}

/** The elements where a tensor of zeros and ones has ones. */
export const elementsOf = (mask: Tensor, chosen = false): Elements => ({ chosen, mask: () => mask, depth: 0 })

/** What was reached as a mask of a shape. */
export const maskOf = (reach: Reach, dims: Dims): Tensor => (reach === null ? op.broadcastTo(one, dims) : reach.mask())

/** One operation's way from an output to an input, or from an input to the output. */
export interface Way {
  readonly primitive: Primitive
  readonly params: unknown
  readonly inputs: readonly Tensor[]
  readonly output: Tensor
  readonly index: number
}

/** What is reached on the other side of an operation; `undefined` when nothing is. */
export const reachThrough = (direction: Direction, way: Way, reach: Reach): Reach | undefined => {
  const { primitive, params, inputs, output, index } = way
  const [from, to] = direction === 'back' ? [output, inputs[index]!] : [inputs[index]!, output]
  if (sizeOf(dimsOf(to)) === 0) return null
  if (sizeOf(dimsOf(from)) === 0) return undefined
  switch (primitive.reach) {
    case 'element':
      return reach === null || sameDims(dimsOf(from), dimsOf(to))
        ? reach
        : lazily(reach.chosen, [reach], () => elementwiseMask(op, direction, dimsOf(to), reach.mask()))
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
    case 'chooses':
      return sameDims(dimsOf(from), dimsOf(to))
        ? chosenBy({ condition: inputs[0]!, holds: index === 1, of: reach }, dimsOf(to))
        : byRule(direction, way, reach, true)
    default:
      return reach === null || !looksAt(primitive, reach)
        ? null
        : lazily(reach.chosen, [reach], () =>
            maskAlong(
              op,
              direction,
              dimsOf(inputs[index]!),
              dimsOf(output),
              typeof primitive.reach === 'object' ? primitive.reach.along(params, inputs.map(dimsOf), index) : null,
              reach.mask()
            )
          )
  }
}

/** A call with several results. */
export interface Call {
  readonly primitive: MultiPrimitive
  readonly params: unknown
  readonly inputs: readonly Tensor[]
  readonly outputs: readonly Tensor[]
}

/**
 * What is reached of one input of a call with several results, from what is of each result; or of one result, from what is of
 * each input. `undefined` is nothing.
 */
export const reachOfCall = (
  direction: Direction,
  { primitive, params, inputs, outputs }: Call,
  given: readonly (Reach | undefined)[],
  at: number
): Reach | undefined => {
  const shapes = { params, inputs: inputs.map(dimsOf), outputs: outputs.map(dimsOf) }
  return given.reduce<Reach | undefined>((found, reach, from) => {
    const [index, result] = direction === 'back' ? [at, from] : [from, at]
    const [input, output] = [shapes.inputs[index]!, shapes.outputs[result]!]
    const [before, after] = direction === 'back' ? [output, input] : [input, output]
    if (reach === undefined || sizeOf(before) === 0) return found
    const isWhole = reach === null || sizeOf(after) === 0
    const isSame = primitive.reach === 'element' && sameDims(before, after)
    const next = isWhole
      ? null
      : isSame
        ? reach
        : lazily(reach.chosen, [reach], () =>
            acrossResult(op, direction, primitive.reach, shapes, index, result, reach.mask())
          )
    return found === undefined ? next : either(found, next)
  }, undefined)
}

/** The part of a reach that a choice passes on. */
const chosenBy = (choice: NonNullable<Elements['choice']>, dims: Dims): Elements => {
  const { condition, holds, of } = choice
  const before = (): Tensor => (of === null ? one : of.mask())
  const full = (mask: Tensor): Tensor => (sameDims(dimsOf(mask), dims) ? mask : op.broadcastTo(mask, dims))
  const made = lazily(true, [of], () =>
    full(holds ? op.where(condition, before(), zero) : op.where(condition, zero, before()))
  )
  return { ...made, choice }
}

/** A mask moved as the operation's own rule moves a tangent or cotangent; 1 where anything came. */
const byRule = (
  direction: Direction,
  { primitive, params, inputs, output, index }: Way,
  reach: Reach,
  chosen: boolean
): Elements =>
  lazily(chosen, [reach], () => {
    const mask = maskOf(reach, dimsOf(direction === 'back' ? output : inputs[index]!))
    const found =
      direction === 'back'
        ? primitive.vjp(op, params, inputs, output, mask, index, reach)
        : primitive.jvp(op, params, inputs, output, mask, index, reach)
    return op.where(found, one, zero)
  })

/** The reach of a slice along one axis of a fully reached tensor; otherwise that of any selection. */
const selected = (way: Way, reach: Reach): Elements => {
  const found = byRule('back', way, reach, reach?.chosen ?? false)
  if ((way.primitive as object) !== table.slice) return found
  const { starts, stops } = way.params as { readonly starts: readonly number[]; readonly stops: readonly number[] }
  const dims = dimsOf(way.inputs[0]!)
  const cut = dims.flatMap((n, axis) => (starts[axis] === 0 && stops[axis] === n ? [] : [axis]))
  const [axis = 0] = cut
  return cut.length > 1 || dims.length === 0
    ? found
    : { ...found, pieces: [{ axis, start: starts[axis]!, stop: stops[axis]!, size: dims[axis]!, of: reach }] }
}

/** Whether an operation, whose elements belong together, looks at what was reached: a matrix product only at choices. */
const looksAt = ({ reach: how }: Primitive, reach: Elements): boolean =>
  typeof how !== 'object' || how.whereChosen !== true || reach.chosen

/** Whether a rule that does not look at what was reached needs its result set to 0 where that was not. */
export const needsMask = (primitive: Primitive, reach: Reach): reach is Elements =>
  reach !== null && (primitive.reach === undefined || typeof primitive.reach === 'object')

/** What is reached by one way or by another. */
export const either = (a: Reach, b: Reach): Reach => {
  if (a === null || b === null) return null
  if (a === b) return a
  const [one, other] = [a.choice, b.choice]
  if (one !== undefined && one.condition === other?.condition && one.of === other.of)
    return one.holds === other.holds ? a : one.of
  const pieces = joined(a.pieces, b.pieces)
  if (pieces?.every((piece) => piece.of === null) === true && lengthOf(pieces) === pieces[0]!.size) return null
  const both = lazily(a.chosen && b.chosen, [a, b], () => op.maximum(a.mask(), b.mask()))
  return pieces === undefined ? both : { ...both, pieces }
}

const lengthOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((length, { start, stop }) => length + stop - start, 0)

/** Pieces in order, when none meets another. */
const joined = (a: readonly Piece[] | undefined, b: readonly Piece[] | undefined): readonly Piece[] | undefined => {
  if (a === undefined || b === undefined) return undefined
  const pieces = [...a, ...b].toSorted((one, other) => one.start - other.start)
  return pieces.every(({ axis, start }, i) => axis === pieces[0]!.axis && (i === 0 || pieces[i - 1]!.stop <= start))
    ? pieces
    : undefined
}
