import type { AnyPrimitive } from '../../primitive/primitive.ts'
import { table } from '../../primitive/table.ts'
import { type Entry, firstResults, type Ref, type Tape } from '../../primitive/tape.ts'
import { type Dims, sameDims } from '../../tensor/dims.ts'
import { dimsOf } from '../../tensor/tensor.ts'

/** A branch of a `where`: the elements of a value are used only where a condition holds, or only where it does not. */
interface Branch {
  readonly condition: Ref
  readonly holds: boolean
}

/** The nested branches in which a value is used, the innermost ones at the depth limit. */
type Branches = readonly Branch[]

const MAX_DEPTH = 4

const isSame = (a: Branch) => (b: Branch) => a.condition === b.condition && a.holds === b.holds

const isElementwise = ({ multipleResults, reach }: AnyPrimitive): boolean =>
  multipleResults !== true && (reach === 'element' || reach === 'gates' || reach === 'chooses')

/** The shape of each input and result, and the entry whose only result it is, if any. */
const numbered = ({ inputs, entries }: Tape) => ({
  shapes: [...inputs, ...entries.flatMap(({ results }) => results)],
  makers: [
    ...inputs.map(() => null),
    ...entries.flatMap((entry) => entry.results.map((): Entry | null => (entry.results.length === 1 ? entry : null)))
  ]
})

/** The branches in which each value is used, propagated backwards from its uses; `undefined` for an unused one. */
const branchesOf = (tape: Tape): readonly (Branches | undefined)[] => {
  const { entries, outputs } = tape
  const first = firstResults(tape)
  const { shapes, makers } = numbered(tape)
  const found = new Array<Branches | undefined>(shapes.length).fill(undefined)
  const use = (ref: Ref, within: Branches): void => {
    if (typeof ref !== 'number') return
    const known = found[ref]
    found[ref] = known === undefined ? within : known.filter((branch) => within.some(isSame(branch)))
  }
  outputs.forEach((ref) => {
    use(ref, [])
  })
  for (let i = entries.length - 1; i >= 0; i--) {
    const { primitive, inputs, results } = entries[i]!
    if (results.every((_, k) => found[first[i]! + k] === undefined)) continue
    const within = results.length === 1 ? found[first[i]!]! : []
    inputs.forEach((ref, k) => {
      const isMade = typeof ref === 'number' && makers[ref] !== null && sameDims(shapes[ref]!, results[0]!)
      if (!isMade || !isElementwise(primitive)) use(ref, [])
      else if (primitive !== table.where || k === 0) use(ref, within)
      else use(ref, [...within, { condition: inputs[0]!, holds: k === 1 }].slice(-MAX_DEPTH))
    })
  }
  return found
}

const once = (tape: Tape): Tape => {
  const first = firstResults(tape)
  const branches = branchesOf(tape)
  const { shapes } = numbered(tape)
  const now: Ref[] = tape.inputs.map((_, i) => i)
  const read = (ref: Ref): Ref => (typeof ref === 'number' ? now[ref]! : ref)
  const shapeOf = (ref: Ref): Dims => (typeof ref !== 'number' ? dimsOf(ref) : shapes[ref]!)
  tape.entries.forEach(({ primitive, inputs, results }, i) => {
    const [condition, whenTrue, whenFalse] = inputs
    const taken =
      primitive === table.where
        ? branches[first[i]!]?.find((branch) => branch.condition === condition)?.holds
        : undefined
    const chosen = taken === undefined ? undefined : taken ? whenTrue! : whenFalse!
    if (chosen !== undefined && sameDims(shapeOf(chosen), results[0]!)) now.push(read(chosen))
    else results.forEach((_, k) => now.push(first[i]! + k))
  })
  return now.every((ref, i) => ref === i)
    ? tape
    : {
        inputs: tape.inputs,
        entries: tape.entries.map((entry) => ({ ...entry, inputs: entry.inputs.map(read) })),
        outputs: tape.outputs.map(read)
      }
}

/**
 * Removes a `where` whose result is used only under the same condition: `where(c, f(where(c, a, b)), d)` is
 * `where(c, f(a), d)` for an elementwise `f`. Derivatives of masked code produce these.
 */
export const nestedChoices = (tape: Tape): Tape => {
  const next = once(tape)
  return next === tape ? tape : nestedChoices(next)
}
