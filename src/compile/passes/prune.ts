import { table } from '../../primitive/table.ts'
import { type Entry, firstResults, type Ref, type Tape } from '../../primitive/tape.ts'
import type { Loop } from '../../primitive/scan.ts'

/** An entry reduced to its live results, and flags that tell which of the original results these are. */
interface Needed {
  readonly entry: Entry
  readonly results: readonly boolean[]
}

const chosen = <A>(list: readonly A[], flags: readonly boolean[]): readonly A[] => list.filter((_, i) => flags[i]!)

/** Dead code elimination: removes entries, and carries and outputs of scans, that no output depends on. */
export const prune = (tape: Tape): Tape => {
  const first = firstResults(tape)
  const wanted = new Set<number>()
  const want = (ref: Ref): void => {
    if (typeof ref === 'number') wanted.add(ref)
  }
  tape.outputs.forEach(want)
  // entries are in topological order, so one backward pass finds all live ones
  const needed: Needed[] = []
  for (let i = tape.entries.length - 1; i >= 0; i--) {
    const entry = tape.entries[i]!
    const own = entry.results.map((_, k) => wanted.has(first[i]! + k))
    const found = !own.includes(true)
      ? { entry, results: own }
      : entry.primitive === table.scan
        ? neededOfScan(entry, own)
        : { entry, results: own.map(() => true) }
    needed.push(found)
    if (own.includes(true)) found.entry.inputs.forEach(want)
  }
  needed.reverse()
  const now = new Map<number, number>(tape.inputs.map((_, i) => [i, i]))
  const read = (ref: Ref): Ref => (typeof ref === 'number' ? now.get(ref)! : ref)
  const entries: Entry[] = []
  let next = tape.inputs.length
  needed.forEach(({ entry, results }, i) => {
    if (!results.includes(true)) return
    entries.push({ ...entry, inputs: entry.inputs.map(read) })
    results.forEach((own, k) => {
      if (own) now.set(first[i]! + k, next++)
    })
  })
  return { inputs: tape.inputs, entries, outputs: tape.outputs.map(read) }
}

/** Which inputs of a tape are used. */
const mentioned = ({ inputs, entries, outputs }: Tape): readonly boolean[] => {
  const refs = new Set<Ref>([...entries.flatMap((entry) => entry.inputs), ...outputs])
  return inputs.map((_, i) => refs.has(i))
}

/** The tape restricted to the flagged inputs. */
const withInputs = ({ inputs, entries, outputs }: Tape, flags: readonly boolean[]): Tape => {
  const kept = inputs.flatMap((_, i) => (flags[i]! ? [i] : []))
  const read = (ref: Ref): Ref =>
    typeof ref !== 'number' ? ref : ref < inputs.length ? kept.indexOf(ref) : ref - inputs.length + kept.length
  return {
    inputs: chosen(inputs, flags),
    entries: entries.map((entry) => ({ ...entry, inputs: entry.inputs.map(read) })),
    outputs: outputs.map(read)
  }
}

/** The scan without carries, outputs and operands that no wanted result depends on. */
const neededOfScan = (entry: Entry, wanted: readonly boolean[]): Needed => {
  const loop = entry.params as Loop
  const { step, carries, xs, when } = loop
  const pruned = prune({ ...step, outputs: chosen(step.outputs, wanted) })
  const used = mentioned(pruned).map((own, i) => own || i === when)
  const results = wanted.map((own, i) => own || (i < carries && used[i]!))
  // carries may depend on other carries: repeat until a fixed point
  if (results.some((own, i) => own !== wanted[i])) return neededOfScan(entry, results)
  const inputs = used.map((own, i) => (i < carries ? results[i]! : own))
  if (!results.includes(false) && !inputs.includes(false)) return { entry, results }
  const count = (from: number, to: number): number => inputs.slice(from, to).filter((own) => own).length
  const params: Loop = {
    ...loop,
    step: withInputs(pruned, inputs),
    when: when === null ? null : count(0, when),
    carries: count(0, carries),
    xs: count(carries, carries + xs)
  }
  return {
    entry: { ...entry, params, inputs: chosen(entry.inputs, inputs), results: chosen(entry.results, results) },
    results
  }
}
