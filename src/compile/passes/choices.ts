import type { Primitive } from '../../primitive/primitive.ts'
import { table } from '../../primitive/table.ts'
import type { Tape } from '../../tape/tape.ts'
import { type Dims, sameDims } from '../../tensor/dims.ts'
import { dimsOf } from '../../tensor/tensor.ts'
import type { Ref } from './rewrite.ts'

/** Where the elements of a value matter: only where a condition holds, or only where it does not. */
interface Branch {
  readonly condition: Ref
  readonly holds: boolean
}

/** Branches of which all apply; the innermost are kept. */
type Branches = readonly Branch[]

const MOST = 4

const isSame = (a: Branch) => (b: Branch) => a.condition === b.condition && a.holds === b.holds

const isElementwise = ({ reach }: Primitive): boolean => reach === 'element' || reach === 'gates' || reach === 'chooses'

/** The branches in which each entry of a tape matters, found from its uses; `undefined` for an entry without any. */
const branchesOf = ({ inputs: { length: first }, entries, outputs }: Tape): readonly (Branches | undefined)[] => {
  const found = new Array<Branches | undefined>(entries.length).fill(undefined)
  const use = (ref: Ref, within: Branches): void => {
    if (typeof ref !== 'number' || ref < first) return
    const known = found[ref - first]
    found[ref - first] = known === undefined ? within : known.filter((branch) => within.some(isSame(branch)))
  }
  outputs.forEach((ref) => {
    use(ref, [])
  })
  for (let i = entries.length - 1; i >= 0; i--) {
    const within = found[i]
    if (within === undefined) continue
    const { primitive, inputs, dims } = entries[i]!
    inputs.forEach((ref, k) => {
      const input = typeof ref === 'number' && ref >= first ? entries[ref - first] : undefined
      if (input === undefined || !isElementwise(primitive) || !sameDims(input.dims, dims)) use(ref, [])
      else if (primitive !== table.where || k === 0) use(ref, within)
      else use(ref, [...within, { condition: inputs[0]!, holds: k === 1 }].slice(-MOST))
    })
  }
  return found
}

const once = (tape: Tape): Tape => {
  const first = tape.inputs.length
  const branches = branchesOf(tape)
  const now: Ref[] = tape.inputs.map((_, i) => i)
  const read = (ref: Ref): Ref => (typeof ref === 'number' ? now[ref]! : ref)
  const shapeOf = (ref: Ref): Dims =>
    typeof ref !== 'number' ? dimsOf(ref) : (tape.inputs[ref] ?? tape.entries[ref - first]!.dims)
  tape.entries.forEach(({ primitive, inputs, dims }, i) => {
    const [condition, whenTrue, whenFalse] = inputs
    const taken =
      primitive === table.where ? branches[i]?.find((branch) => branch.condition === condition)?.holds : undefined
    const chosen = taken === undefined ? undefined : taken ? whenTrue! : whenFalse!
    now.push(chosen !== undefined && sameDims(shapeOf(chosen), dims) ? read(chosen) : i + first)
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
 * Leaves out a choice whose result matters only where the same condition has chosen already: `where(c, f(where(c, a, b)), d)`
 * is `where(c, f(a), d)` for an elementwise `f`. The masks of a derivative's chain are such.
 */
export const nestedChoices = (tape: Tape): Tape => {
  const next = once(tape)
  return next === tape ? tape : nestedChoices(next)
}
