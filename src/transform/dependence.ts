import type { Groups } from '../kernel/indexSets.ts'
import type { AnyPrimitive, Primitive, ReachAlong } from '../primitive/primitive.ts'
import { tensors as op } from '../tape/algebra.ts'
import { broadcastsTo, type Dims, reducedDims, sameDims, sizeOf } from '../tensor/dims.ts'
import { bufferOf, dimsOf, type Tensor } from '../tensor/tensor.ts'

/**
 * Which elements of a result depend on which of an input, from what the table declares of the operation (`reach`). Where
 * elements only move, the operation's own rule is applied to their numbers.
 */

/** An operation, with one of its inputs and one of its results. */
export interface Edge {
  readonly primitive: AnyPrimitive
  readonly params: unknown
  /** Of inputs whose values are not known, the shapes alone. */
  readonly inputs: readonly Tensor[]
  readonly outputs: readonly Tensor[]
  readonly index: number
  readonly result: number
}

type Along = ReturnType<ReachAlong<unknown>['along']>

/** So many numbers from 0 on, in a shape that is broadcast to another. */
const numbered = (count: number, short: Dims, to: Dims): ArrayLike<number> =>
  bufferOf(op.broadcastTo(op.reshape(op.range(count, 1), short), to))!

const elementwise = (input: Dims, output: Dims): Groups => ({
  count: sizeOf(input),
  input: null,
  output: sameDims(input, output) ? null : numbered(sizeOf(input), input, output)
})

const all = (count: number): ArrayLike<number> => new Int32Array(count)

const everyOnEvery = (input: Dims, output: Dims): Groups => ({
  count: 1,
  input: all(sizeOf(input)),
  output: all(sizeOf(output))
})

const alongAxes = (input: Dims, output: Dims, [inputAxes, outputAxes]: Along): Groups => {
  const [shortInput, shortOutput] = [reducedDims(input, inputAxes, true), reducedDims(output, outputAxes, true)]
  const count = sizeOf(shortInput)
  return { count, input: numbered(count, shortInput, input), output: numbered(count, shortOutput, output) }
}

/** Up to here the squares of positions are exact. */
const MOST_POSITIONS = 2 ** 26

/**
 * For each element of what a rule makes, the one element that it takes, −1 where it takes none; `null` where one takes
 * several, or where the rule needs values that are not known. The rule is applied to ones, to the positions and to
 * their squares: the variance of the positions that an element takes is 0 where it takes one.
 */
const sourcesIn = (from: Dims, rule: (x: Tensor) => Tensor): ArrayLike<number> | null => {
  const size = sizeOf(from)
  if (size > MOST_POSITIONS) return null
  const positions = op.reshape(op.range(size, 1), from)
  const weights = bufferOf(rule(op.broadcastTo(op.constant(1), from)))
  const means = bufferOf(rule(positions))
  const squares = bufferOf(rule(op.square(positions)))
  if (weights === null || means === null || squares === null) return null
  const found = new Int32Array(weights.length)
  for (let i = 0; i < found.length; i++) {
    const [weight, mean] = [weights[i]!, means[i]!]
    if (weight === 0 && mean === 0 && squares[i] === 0) found[i] = -1
    else if (weight === 1 && squares[i] === mean * mean) found[i] = mean
    else return null
  }
  return found
}

/** By the rules, applied to positions: each element comes from one, or goes to one. */
const byRule = (primitive: Primitive, { params, inputs, outputs, index }: Edge): Groups | null => {
  const [input, output] = [dimsOf(inputs[index]!), dimsOf(outputs[0]!)]
  const from = sourcesIn(input, (t) => primitive.jvp(op, params, inputs, outputs[0]!, t, index, null))
  if (from !== null) return { count: sizeOf(input), input: null, output: from }
  const to = sourcesIn(output, (ct) => primitive.vjp(op, params, inputs, outputs[0]!, ct, index, null))
  return to === null ? null : { count: sizeOf(output), input: to, output: null }
}

/** How the elements of a result depend on those of an input; each on all where nothing else is known. */
export const dependenceOf = (edge: Edge): Groups => {
  const { primitive, params, inputs, outputs, index, result } = edge
  const [input, output] = [dimsOf(inputs[index]!), dimsOf(outputs[result]!)]
  const { reach } = primitive
  if (reach === undefined || sizeOf(input) === 0) return everyOnEvery(input, output)
  if (typeof reach === 'object') return alongAxes(input, output, reach.along(params, inputs.map(dimsOf), index, result))
  return reach === 'element' || reach === 'gates' || reach === 'chooses'
    ? broadcastsTo(input, output)
      ? elementwise(input, output)
      : everyOnEvery(input, output)
    : (byRule(primitive as Primitive, edge) ?? everyOnEvery(input, output))
}
