import type { MultiPrimitive, Primitive, Reached } from '../primitive/primitive.ts'
import { acrossResult, type Direction, elementwiseMask, maskAlong } from '../primitive/reach.ts'
import { table } from '../primitive/table.ts'
import { tensors as op } from '../tape/algebra.ts'
import { type Dims, sameDims, sizeOf } from '../tensor/dims.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'

/**
 * Which elements of a tangent or cotangent a sweep has reached, as a lazy description: the mask is materialised only
 * where an operation has to multiply, so a function without selections pays nothing.
 */
export interface Elements extends Reached<Tensor> {
  /** The `where` that it comes from, if any: the part of `of` where the condition holds, or where it does not. */
  readonly choice?: { readonly condition: Tensor; readonly holds: boolean; readonly of: Reach }
  /** The reached slices along an axis, in order, each with its own reach. */
  readonly pieces?: readonly Piece[]
  /** The length of the chain of unmaterialised masks that this one depends on. */
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

/** The longest chain of lazy masks: forcing one must not overflow the call stack. */
const MAX_DEPTH = 200

/** A lazy mask that depends on others. */
const lazyMask = (chosen: boolean, from: readonly Reach[], make: () => Tensor): Elements => {
  let made: Tensor | null = null
  const mask = (): Tensor => (made ??= make())
  const depth = 1 + Math.max(0, ...from.map((reach) => reach?.depth ?? 0))
  if (depth < MAX_DEPTH) return { chosen, mask, depth }
  mask()
  return { chosen, mask, depth: 0 }
}

/** The reach given by a mask of zeros and ones. */
export const elementsOf = (mask: Tensor, chosen = false): Elements => ({ chosen, mask: () => mask, depth: 0 })

/** The mask of a reach. */
export const maskOf = (reach: Reach, dims: Dims): Tensor => (reach === null ? op.broadcastTo(one, dims) : reach.mask())

/** An edge of the graph: an operation with one of its inputs. */
export interface Way {
  readonly primitive: Primitive
  readonly params: unknown
  readonly inputs: readonly Tensor[]
  readonly output: Tensor
  readonly index: number
}

/** Propagates a reach across an operation; `undefined` when nothing is reached. */
export const reachThrough = (direction: Direction, way: Way, reach: Reach): Reach | undefined => {
  const { primitive, params, inputs, output, index } = way
  const [from, to] = direction === 'back' ? [output, inputs[index]!] : [inputs[index]!, output]
  if (sizeOf(dimsOf(from)) === 0) return undefined
  switch (primitive.reach) {
    case 'element':
      return reach === null || sameDims(dimsOf(from), dimsOf(to))
        ? reach
        : lazyMask(reach.chosen, [reach], () => elementwiseMask(op, direction, dimsOf(to), reach.mask()))
    case 'moves':
      return reach === null ? null : propagateByRule(direction, way, reach, reach.chosen)
    case 'selects':
      return direction === 'back'
        ? selected(way, reach)
        : reach === null
          ? null
          : propagateByRule(direction, way, reach, false)
    case 'places':
      return direction === 'forward'
        ? propagateByRule(direction, way, reach, false)
        : reach === null
          ? null
          : propagateByRule(direction, way, reach, reach.chosen)
    case 'gates':
      return propagateByRule(direction, way, reach, reach?.chosen ?? false)
    case 'chooses':
      return sameDims(dimsOf(from), dimsOf(to))
        ? chosenBy({ condition: inputs[0]!, holds: index === 1, of: reach }, dimsOf(to))
        : propagateByRule(direction, way, reach, true)
    default:
      if (isGate(primitive)) return propagateByRule(direction, way, reach, reach?.chosen ?? false)
      return reach === null || !usesMask(primitive, reach)
        ? null
        : lazyMask(reach.chosen, [reach], () =>
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
 * Propagates reaches across a call with several results: from all results to one input, or from all inputs to one
 * result. `undefined` when nothing is reached.
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
    const isSame = primitive.reach === 'element' && sameDims(before, after)
    const next =
      reach === null || isSame
        ? reach
        : lazyMask(reach.chosen, [reach], () =>
            acrossResult(op, direction, primitive.reach, shapes, index, result, reach.mask())
          )
    return found === undefined ? next : either(found, next)
  }, undefined)
}

/** The part of a reach that a `where` passes on. */
const chosenBy = (choice: NonNullable<Elements['choice']>, dims: Dims): Elements => {
  const { condition, holds, of } = choice
  const before = (): Tensor => (of === null ? one : of.mask())
  const full = (mask: Tensor): Tensor => (sameDims(dimsOf(mask), dims) ? mask : op.broadcastTo(mask, dims))
  const made = lazyMask(true, [of], () =>
    full(holds ? op.where(condition, before(), zero) : op.where(condition, zero, before()))
  )
  return { ...made, choice }
}

/** Propagates a mask by the operation's own derivative rule. */
const propagateByRule = (
  direction: Direction,
  { primitive, params, inputs, output, index }: Way,
  reach: Reach,
  chosen: boolean
): Elements =>
  lazyMask(chosen, [reach], () => {
    const mask = maskOf(reach, dimsOf(direction === 'back' ? output : inputs[index]!))
    const found =
      direction === 'back'
        ? primitive.vjp(op, params, inputs, output, mask, index, reach)
        : primitive.jvp(op, params, inputs, output, mask, index, reach)
    return op.where(found, one, zero)
  })

/** The reach through a selection; a slice along one axis of a fully reached tensor is kept symbolic. */
const selected = (way: Way, reach: Reach): Elements => {
  const found = propagateByRule('back', way, reach, reach?.chosen ?? false)
  if ((way.primitive as object) !== table.slice) return found
  const { starts, stops, steps } = way.params as {
    readonly starts: readonly number[]
    readonly stops: readonly number[]
    readonly steps?: readonly number[]
  }
  if (steps?.some((step) => step > 1) === true) return found
  const dims = dimsOf(way.inputs[0]!)
  const cut = dims.flatMap((n, axis) => (starts[axis] === 0 && stops[axis] === n ? [] : [axis]))
  const [axis = 0] = cut
  return cut.length > 1 || dims.length === 0
    ? found
    : { ...found, pieces: [{ axis, start: starts[axis]!, stop: stops[axis]!, size: dims[axis]!, of: reach }] }
}

/** Whether values decide which of the elements along axes pass. */
const isGate = ({ reach }: Primitive): boolean => typeof reach === 'object' && reach.gates === true

/** Whether an operation with dependence along axes uses a mask; a matrix product only one from `where`. */
const usesMask = ({ reach: how }: Primitive, reach: Elements): boolean =>
  typeof how !== 'object' || how.whereChosen !== true || reach.chosen

/** Whether the result of a rule that does not use masks has to be masked. */
export const needsMask = (primitive: Primitive, reach: Reach): reach is Elements =>
  reach !== null && !isGate(primitive) && (primitive.reach === undefined || typeof primitive.reach === 'object')

/** The union of two reaches. */
export const either = (a: Reach, b: Reach): Reach => {
  if (a === null || b === null) return null
  if (a === b) return a
  const [one, other] = [a.choice, b.choice]
  if (one !== undefined && one.condition === other?.condition && one.of === other.of)
    return one.holds === other.holds ? a : one.of
  const pieces = joined(a.pieces, b.pieces)
  if (pieces?.every((piece) => piece.of === null) === true && lengthOf(pieces) === pieces[0]!.size) return null
  const both = lazyMask(a.chosen && b.chosen, [a, b], () => op.maximum(a.mask(), b.mask()))
  return pieces === undefined ? both : { ...both, pieces }
}

const lengthOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((length, { start, stop }) => length + stop - start, 0)

/** The union of two lists of slices, if they are disjoint. */
const joined = (a: readonly Piece[] | undefined, b: readonly Piece[] | undefined): readonly Piece[] | undefined => {
  if (a === undefined || b === undefined) return undefined
  const pieces = [...a, ...b].toSorted((one, other) => one.start - other.start)
  return pieces.every(({ axis, start }, i) => axis === pieces[0]!.axis && (i === 0 || pieces[i - 1]!.stop <= start))
    ? pieces
    : undefined
}
