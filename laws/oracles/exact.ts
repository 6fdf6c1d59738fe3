import type { Primitive } from '../../src/primitive/primitive.ts'
import { type Dims, sameDims } from '../../src/tensor/dims.ts'
import { type Arr, arraysOf } from './array.ts'

/** Arrays of integers of any size: the linear words, without rounding. */

export type Exact = Arr<bigint>

const {
  op: exacts,
  applied,
  knows
} = arraysOf<bigint>({
  constant: BigInt,
  index: Number,
  words: {
    add: ([a, b]) => a! + b!,
    sub: ([a, b]) => a! - b!,
    mul: ([a, b]) => a! * b!,
    mulNoNan: ([a, b]) => a! * b!,
    neg: ([x]) => -x!,
    where: ([c, a, b]) => (c === 0n ? b! : a!)
  }
})

export { exacts }

const dot = (a: Exact, b: Exact): bigint => a.values.reduce((sum, value, i) => sum + value * b.values[i]!, 0n)

/** A place to hold the rules of a linear primitive: its inputs, and a tangent of each. */
export interface LinearPoint<P> {
  readonly params: P
  readonly inputs: readonly Exact[]
  readonly tangents: readonly Exact[]
  /** Makes a cotangent of a shape. */
  readonly cotangent: (dims: Dims) => Exact
}

const same = (a: Exact, b: Exact): boolean =>
  a.values.length === b.values.length && a.values.every((value, i) => value === b.values[i])

/**
 * Whether the rules of a primitive that is linear in each input are exactly right there, by input: the tangent is what the
 * output changes by, and the cotangent its transpose, `⟨ct, J t⟩ = ⟨Jᵀ ct, t⟩`.
 */
export const linearFaults = <P>(
  primitive: Primitive<P>,
  { params, inputs, tangents, cotangent }: LinearPoint<P>
): readonly string[] => {
  const y = applied(primitive, params, inputs)
  const ct = cotangent(y.dims)
  return inputs.flatMap((x, i) => {
    if (!primitive.differentiable(i)) return []
    const t = tangents[i]!
    const further = applied(
      primitive,
      params,
      inputs.map((input, k) => (k === i ? exacts.add(x, t) : input))
    )
    const forward = primitive.jvp(exacts, params, inputs, y, t, i, null)
    const back = primitive.vjp(exacts, params, inputs, y, ct, i, null)
    return [
      ...(same(exacts.sub(further, y), forward) ? [] : [`${primitive.name}: the jvp by input ${i} is not the change`]),
      ...(sameDims(back.dims, x.dims) && dot(ct, forward) === dot(back, t)
        ? []
        : [`${primitive.name}: the vjp by input ${i} is not the transpose of the jvp`])
    ]
  })
}

/** What a primitive computes, by the definition of its word. */
export const exactValue = applied

/** Whether a primitive has a definition on integers. */
export const isExact = knows
