import type { PrimitiveName } from '../../primitive/algebra.ts'
import { table } from '../../primitive/table.ts'
import type { Entry, Ref } from '../../primitive/tape.ts'
import { type Dims, sameDims } from '../../tensor/dims.ts'
import { bufferOf, dimsOf, make, type Tensor } from '../../tensor/tensor.ts'
import { rewrite, type Written } from './rewrite.ts'

/** Algebraic simplifications that preserve every bit of the result. */

type Answer = Entry | { readonly refs: readonly Ref[] }

/** The shape of an entry's only result. */
const resultOf = ({ results: [dims] }: Entry): Dims => dims!

/** Replaces the only result by a ref. */
const refTo = (ref: Ref): Answer => ({ refs: [ref] })

const literal = (ref: Ref): number | null =>
  typeof ref !== 'number' && dimsOf(ref).length === 0 ? (bufferOf(ref)?.[0] ?? null) : null

const isNamed = (entry: Entry | null, name: PrimitiveName): entry is Entry => entry?.primitive === table[name]

const scalar = (value: number): Tensor => make([], Float64Array.of(value))

/** Powers of two up to this exponent, and their inverses, are normal numbers in both precisions. */
const MAX_EXPONENT = 126

/** Whether division by a number has the bits of multiplication by its inverse, in both precisions. */
const hasExactInverse = (value: number): boolean => {
  const exponent = Math.log2(Math.abs(value))
  return Number.isInteger(exponent) && Math.abs(exponent) <= MAX_EXPONENT && 2 ** exponent === Math.abs(value)
}

/** The operand without enclosing `neg` and `abs`. */
const withoutSign = (ref: Ref, { entryOf }: Written): Ref => {
  let found = ref
  for (let entry = entryOf(found); isNamed(entry, 'neg') || isNamed(entry, 'abs'); entry = entryOf(found))
    found = entry.inputs[0]!
  return found
}

/** Whether a ref is the constant 1, possibly broadcast. */
const isOne = (ref: Ref, { entryOf }: Written): boolean => {
  const entry = entryOf(ref)
  return literal(isNamed(entry, 'broadcastTo') ? entry.inputs[0]! : ref) === 1
}

type Rule = (entry: Entry, written: Written) => Answer

const rules: Partial<Record<PrimitiveName, Rule>> = {
  stopGradient: ({ inputs }) => refTo(inputs[0]!),
  leaf: ({ inputs }) => refTo(inputs[0]!),
  reshape: (entry, { entryOf, dimsOf: shapeOf }) => {
    const [x] = entry.inputs
    if (sameDims(shapeOf(x!), resultOf(entry))) return refTo(x!)
    const before = entryOf(x!)
    if (!isNamed(before, 'reshape')) return entry
    const [y] = before.inputs
    return sameDims(shapeOf(y!), resultOf(entry)) ? refTo(y!) : { ...entry, inputs: before.inputs }
  },
  broadcastTo: (entry, { entryOf, dimsOf: shapeOf }) => {
    const [x] = entry.inputs
    if (sameDims(shapeOf(x!), resultOf(entry))) return refTo(x!)
    const before = entryOf(x!)
    return isNamed(before, 'broadcastTo') ? { ...entry, inputs: before.inputs } : entry
  },
  permute: (entry, { entryOf }) => {
    const { axes } = entry.params as { readonly axes: readonly number[] }
    const [x] = entry.inputs
    if (axes.every((axis, i) => axis === i)) return refTo(x!)
    const before = entryOf(x!)
    if (!isNamed(before, 'permute')) return entry
    const inner = (before.params as { readonly axes: readonly number[] }).axes
    const both = axes.map((axis) => inner[axis]!)
    return both.every((axis, i) => axis === i)
      ? refTo(before.inputs[0]!)
      : { ...entry, params: { axes: both }, inputs: before.inputs }
  },
  slice: (entry, { dimsOf: shapeOf }) =>
    sameDims(shapeOf(entry.inputs[0]!), resultOf(entry)) ? refTo(entry.inputs[0]!) : entry,
  pad: (entry, { dimsOf: shapeOf }) =>
    sameDims(shapeOf(entry.inputs[0]!), resultOf(entry)) ? refTo(entry.inputs[0]!) : entry,
  concat: (entry) => (entry.inputs.length === 1 ? refTo(entry.inputs[0]!) : entry),
  neg: (entry, { entryOf }) => {
    const before = entryOf(entry.inputs[0]!)
    return isNamed(before, 'neg') ? refTo(before.inputs[0]!) : entry
  },
  abs: (entry, written) => ({ ...entry, inputs: [withoutSign(entry.inputs[0]!, written)] }),
  square: (entry, written) => ({ ...entry, inputs: [withoutSign(entry.inputs[0]!, written)] }),
  relu: (entry, { entryOf }) => {
    const before = entryOf(entry.inputs[0]!)
    return isNamed(before, 'relu') ? refTo(entry.inputs[0]!) : entry
  },
  mul: (entry, written) => {
    const [a, b] = entry.inputs
    const stands = (factor: Ref, other: Ref): boolean =>
      isOne(factor, written) && sameDims(written.dimsOf(other), resultOf(entry))
    return stands(b!, a!) ? refTo(a!) : stands(a!, b!) ? refTo(b!) : entry
  },
  sub: (entry) => (Object.is(literal(entry.inputs[1]!), 0) ? refTo(entry.inputs[0]!) : entry),
  div: (entry) => {
    const [a, b] = entry.inputs
    const divisor = literal(b!)
    if (divisor === 1) return refTo(a!)
    return divisor !== null && hasExactInverse(divisor)
      ? { ...entry, primitive: table.mul, inputs: [a!, scalar(1 / divisor)] }
      : entry
  },
  where: (entry, { entryOf, dimsOf: shapeOf }) => {
    const [condition, a, b] = entry.inputs
    const before = entryOf(condition!)
    if (!isNamed(before, 'where')) return entry
    const [inner, yes, no] = before.inputs
    if (!sameDims(shapeOf(inner!), resultOf(before))) return entry
    const [ifTrue, ifFalse] = [literal(yes!), literal(no!)]
    if (ifTrue === 1 && ifFalse === 0) return { ...entry, inputs: [inner!, a!, b!] }
    return ifTrue === 0 && ifFalse === 1 ? { ...entry, inputs: [inner!, b!, a!] } : entry
  },
  powNumber: (entry) =>
    (entry.params as { readonly exponent: number }).exponent === 1 ? refTo(entry.inputs[0]!) : entry
}

/** Keyed by the primitive: a user's primitive is not simplified, whatever its name. */
const byPrimitive = new Map<object, Rule>(
  Object.entries(rules).map(([name, rule]) => [table[name as PrimitiveName], rule] as const)
)

/**
 * Removes identities (a reshape to the same shape, a product with 1), merges consecutive operations (two transposes),
 * and replaces division by a power of two with multiplication by its exact inverse.
 */
export const simplify = rewrite((entry, written) => byPrimitive.get(entry.primitive)?.(entry, written) ?? entry)
