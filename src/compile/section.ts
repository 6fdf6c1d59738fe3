import type { Work } from '../machine/split.ts'
import type { Statement } from '../machine/wasm.ts'
import type { Loop } from '../primitive/scan.ts'
import { table } from '../primitive/table.ts'
import type { Tape } from '../primitive/tape.ts'
import { sizeOf, stridesOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { type Area, GUARD } from './checked.ts'
import { lower, type Lowered } from './emit.ts'
import { type Graph, graphOf, resultsOf } from './graph.ts'
import { viewsOf } from './lowering.ts'
import type { Module, Slot } from './module.ts'
import { type Context, copied, type Facts, type Nested } from './operands.ts'
import { type Donation, operandsOf, type Plan, planOf, storedOf } from './plan.ts'
import { type Kernel, scheduleOf } from './schedule.ts'
import { sequenceOf } from './sequence.ts'
import type { View } from './view.ts'
import { wordsIn, wordsOfStep } from './words.ts'

/** From a tape to functions of a module and places in its memory: of a whole program, or of the step of a loop in one. */

/** A tape, ready to be put somewhere: all is decided but the addresses. */
export interface Draft {
  readonly facts: Facts
  readonly schedule: readonly Kernel[]
  /** The entries of each kernel that are stored. */
  readonly stored: readonly (readonly number[])[]
  readonly kernels: readonly Lowered[]
  readonly plan: Plan
  /** Results that take the place of inputs: those of the same width. */
  readonly donations: readonly Donation[]
  /** Where its constants are: the memory of a step is not its own between two runs of the loop. */
  readonly constants: ReadonlyMap<number, number>
}

/** A tape that has its places, and the number of the function that runs it. */
export interface Section {
  readonly inputs: readonly Slot[]
  readonly outputs: readonly Slot[]
  readonly run: number
  /** Where its memory ends. */
  readonly end: number
}

interface DraftSettings {
  /** Results that take the place of inputs. */
  readonly donated: readonly Donation[]
  /** Inputs that will lie elsewhere. */
  readonly fixed: readonly number[]
  /** The nodes of the graph that hold the words of keys, by what is known from outside. */
  readonly wordsKnown: (graph: Graph) => readonly number[]
}

/** Prepares a tape. */
export const draftOf = (module: Module, tape: Tape, { donated, fixed, wordsKnown }: DraftSettings): Draft => {
  const graph = graphOf(tape)
  const views = viewsOf(graph)
  const words = module.precision === 'double' ? null : wordsIn(graph, views, wordsKnown(graph))
  const bytesOf = (node: number): Slot['bytes'] => (words === null || words.has(node) ? 8 : 4)
  const steps = new Map(
    graph.nodes.flatMap((node, i) =>
      node._tag === 'Entry' && node.primitive === table.scan
        ? [
            [
              i,
              stepOf(
                module,
                node.params as Loop,
                node.inputs.map((input) => bytesOf(input)),
                resultsOf(graph, i).map((result) => bytesOf(result))
              )
            ] as const
          ]
        : []
    )
  )
  const constants = new Map(
    graph.nodes.flatMap((node, i) =>
      node._tag === 'Constant' ? [[i, module.hold(node.value, bytesOf(i))] as const] : []
    )
  )
  const donations = donated.filter(([output, input]) => bytesOf(graph.outputs[output]!) === bytesOf(input))
  const facts: Facts = { module, lanes: module.lanes, graph, views, bytesOf, nested: (node) => steps.get(node)! }
  const schedule = scheduleOf(graph, views, donations)
  const stored = storedOf(graph, views, schedule)
  const kernels = schedule.map((kernel, k) => lower(facts, kernel, stored[k]!))
  const plan = planOf({
    graph,
    views,
    kernels: schedule,
    bytesOf,
    stored,
    rooms: kernels.map(({ room }) => room),
    donations,
    elsewhere: new Set([...constants.keys(), ...fixed]),
    guard: module.checked ? GUARD : 0
  })
  return { facts, schedule, stored, kernels, plan, donations, constants }
}

/**
 * A loop's step, which leaves what it carries on where it was carried into it: where the loop's results lie. What holds words
 * of keys around the loop does so in the step.
 */
const stepOf = (
  module: Module,
  loop: Loop,
  inputs: readonly Slot['bytes'][],
  outputs: readonly Slot['bytes'][]
): Nested => {
  const { step, carries, xs } = loop
  const isWide = (bytes: Slot['bytes']): boolean => bytes === 8
  const draft = draftOf(module, step, {
    donated: Array.from({ length: carries }, (_, i) => [i, i] as const),
    fixed: [...step.inputs.keys()].filter((i) => i < carries || i >= carries + xs),
    wordsKnown: (graph) => {
      const words = wordsOfStep(loop, { inputs: inputs.map(isWide), outputs: outputs.map(isWide) })
      return [
        ...words.inputs.flatMap((own, i) => (own ? [i] : [])),
        ...graph.outputs.filter((_, k) => words.outputs[k]!)
      ]
    }
  })
  return {
    bytes: draft.plan.bytes,
    place: (start, fixed) => placed(module, draft, { start, fixed, exported: false })
  }
}

const areaOf = ({ address, dims, bytes }: Slot, fresh: boolean): Area => ({
  what: `a result of shape [${dims.join(', ')}]`,
  from: address,
  to: address + sizeOf(dims) * bytes,
  fresh
})

export interface Places {
  /** Where its memory begins. */
  readonly start: number
  /** Where inputs are that lie elsewhere. */
  readonly fixed: ReadonlyMap<number, number>
  /** Whether the host can run it. */
  readonly exported: boolean
}

/** Gives a tape its places, and adds its functions. */
export const placed = (
  module: Module,
  { facts, schedule, stored, kernels, plan, constants }: Draft,
  { start, fixed, exported }: Places
): Section => {
  const { graph, views, bytesOf } = facts
  const placeOf = (node: number): number | undefined => {
    const at = plan.inPlace.get(node) ?? node
    const offset = plan.offsets.get(at)
    return offset === undefined ? (fixed.get(at) ?? constants.get(at)) : start + offset
  }
  const addressOf = (node: number): number => {
    const place = placeOf(node)
    return place ?? fail('InternalError', `compile: node ${node} has no place in memory; please report it`)
  }
  const slotOf = (node: number, address = addressOf(node)): Slot => ({
    address,
    dims: graph.nodes[node]!.dims,
    bytes: bytesOf(node)
  })
  const context: Context = { ...facts, addressOf, slotOf, limit: NaN }
  const viewAt = (position: number): View => views[graph.outputs[position]!]!
  const resultAt = (position: number): number => {
    const offset = plan.results[position] ?? null
    return offset === null ? addressOf(viewAt(position).base) : start + offset
  }
  /** An output where it is put when all is computed. */
  const whole = (position: number): View => {
    const { dims } = viewAt(position)
    return { base: graph.outputs[position]!, offset: 0, dims, strides: stridesOf(dims) }
  }
  /** What a kernel stores; fresh where it does not also read something that lies there. */
  const writtenBy = (k: number): readonly Area[] => {
    const read = operandsOf(graph, schedule[k]!).map(({ input }) => views[input]!.base)
    const written = stored[k]!
    const kept = new Set(read.filter((node) => !written.includes(node)).map(placeOf))
    return written.map((node) => areaOf(slotOf(node), !kept.has(placeOf(node))))
  }
  const statementsOf = ({ before, parts }: Work): readonly Statement[] =>
    parts.length === 1 ? [...before, ...parts[0]!] : [...before, module.sideBySide(parts)]
  const sequence = sequenceOf(module)
  kernels.forEach(({ room, emit }, k) => {
    const from = start + plan.rooms[k]!
    const statements = statementsOf(emit({ ...context, limit: from + room }, from))
    sequence.add(
      module.within(() => [{ what: 'room', from, to: from + room, fresh: true }, ...writtenBy(k)], statements)
    )
  })
  plan.moved.forEach((position) => {
    sequence.add(
      module.within(
        () => [areaOf(slotOf(graph.outputs[position]!, resultAt(position)), true)],
        copied(context, viewAt(position), resultAt(position))
      )
    )
  })
  plan.returned.forEach(([position, input]) => {
    const from = { ...context, addressOf: () => resultAt(position) }
    sequence.add(module.within(() => [areaOf(slotOf(input), true)], copied(from, whole(position), addressOf(input))))
  })
  return {
    inputs: graph.nodes.slice(0, graph.inputs).map((_, i) => slotOf(i)),
    outputs: graph.outputs.map((output, position) => slotOf(output, resultAt(position))),
    run: module.add({ name: 'run', params: [], results: [], body: sequence.statements(), exported }),
    end: start + plan.bytes
  }
}
