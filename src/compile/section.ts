import type { Work } from '../machine/split.ts'
import type { Statement } from '../machine/wasm.ts'
import { loop, type Loop } from '../tape/loop.ts'
import type { Tape } from '../tape/tape.ts'
import { stridesOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { emit, roomOf } from './emit.ts'
import { type Graph, graphOf, wordsIn } from './graph.ts'
import { viewsOf } from './lowering.ts'
import type { Module, Slot } from './module.ts'
import { type Context, copied, type Nested } from './operands.ts'
import { type Donation, type Plan, planOf, storedOf } from './plan.ts'
import { type Kernel, scheduleOf } from './schedule.ts'
import { sequenceOf } from './sequence.ts'
import type { View } from './view.ts'

/** From a tape to functions of a module and places in its memory: of a whole program, or of the step of a loop in one. */

/** A tape, ready to be given places. */
export interface Draft {
  readonly graph: Graph
  readonly views: readonly View[]
  readonly kernels: readonly Kernel[]
  readonly donations: readonly Donation[]
  readonly words: ReadonlySet<number>
  /** Where its constants are: the memory of a step is not its own between two runs of the loop. */
  readonly constants: ReadonlyMap<number, number>
  /** The steps of the loops among its entries. */
  readonly steps: ReadonlyMap<number, Draft>
}

/** A tape that has its places, and the number of the function that runs it. */
export interface Section {
  readonly inputs: readonly Slot[]
  readonly outputs: readonly Slot[]
  readonly run: number
  /** Where its memory ends. */
  readonly end: number
}

/** Prepares a tape; `donations` are results that take the place of inputs. */
export const draftOf = (module: Module, tape: Tape, donations: readonly Donation[]): Draft => {
  const graph = graphOf(tape)
  const views = viewsOf(graph)
  const steps = graph.nodes.flatMap((node, i) =>
    node._tag === 'Entry' && (node.primitive as object) === loop
      ? [[i, stepOf(module, node.params as Loop)] as const]
      : []
  )
  const words = wordsIn(graph)
  const constants = graph.nodes.flatMap((node, i) =>
    node._tag === 'Constant' ? [[i, module.hold(node.value, bytesOf(module, words, i))] as const] : []
  )
  return {
    graph,
    views,
    kernels: scheduleOf(graph, views, donations),
    donations,
    words,
    constants: new Map(constants),
    steps: new Map(steps)
  }
}

/** A loop's step, which leaves what it carries on where it was carried into it. */
const stepOf = (module: Module, { step, carries }: Loop): Draft => {
  const draft = draftOf(
    module,
    step,
    Array.from({ length: carries }, (_, i) => [i, i] as const)
  )
  const { graph, words } = draft
  // a loop's results are one vector of one precision
  if (module.precision === 'single' && [...step.inputs.keys(), ...graph.outputs].some((node) => words.has(node)))
    fail('ValueError', 'compile: a scan whose step takes or gives a random key needs double precision')
  return draft
}

const bytesOf = ({ precision }: Module, words: ReadonlySet<number>, node: number): 8 | 4 =>
  words.has(node) || precision === 'double' ? 8 : 4

const contextOf = (module: Module, draft: Draft, addressOf: (node: number) => number): Context => {
  const { graph, views, steps } = draft
  return {
    module,
    lanes: module.lanes,
    graph,
    views,
    addressOf,
    slotOf: (node, address) => ({ address, dims: graph.nodes[node]!.dims, bytes: bytesOf(module, draft.words, node) }),
    nested: (node): Nested => {
      const step = steps.get(node)!
      return {
        bytes: (fixed) => planFor(module, step, 0, new Map(fixed.map((input) => [input, 0]))).bytes,
        place: (start, fixed) => placed(module, step, { start, fixed, exported: false })
      }
    }
  }
}

const planFor = (module: Module, draft: Draft, start: number, fixed: ReadonlyMap<number, number>): Plan => {
  const unplaced = contextOf(module, draft, () => 0)
  return planOf({
    ...draft,
    bytesOf: (node) => bytesOf(module, draft.words, node),
    roomOf: (kernel, stored) => roomOf(unplaced, kernel, stored),
    start,
    fixed: new Map([...draft.constants, ...fixed])
  })
}

export interface Places {
  /** Where its memory begins. */
  readonly start: number
  /** Where inputs are that lie elsewhere. */
  readonly fixed: ReadonlyMap<number, number>
  /** Whether the host can run it. */
  readonly exported: boolean
}

/** Gives a tape its places, and adds its functions. */
export const placed = (module: Module, draft: Draft, { start, fixed, exported }: Places): Section => {
  const { graph, views, kernels } = draft
  const plan = planFor(module, draft, start, fixed)
  const context = contextOf(module, draft, (node) => plan.addresses.get(node)!)
  const stored = storedOf(graph, views, kernels)
  const viewAt = (position: number): View => views[graph.outputs[position]!]!
  const whole = (position: number): View => {
    const { dims } = viewAt(position)
    return { base: position, offset: 0, dims, strides: stridesOf(dims) }
  }
  const statementsOf = ({ before, parts }: Work): readonly Statement[] =>
    parts.length === 1 ? [...before, ...parts[0]!] : [...before, module.sideBySide(parts)]
  const sequence = sequenceOf(module)
  kernels.forEach((kernel, k) => {
    sequence.add(statementsOf(emit(context, kernel, stored[k]!, plan.rooms[k]!)))
  })
  plan.moved.forEach((position) => {
    sequence.add(copied(context, viewAt(position), plan.results[position]!))
  })
  plan.returned.forEach(([position, input]) => {
    const from = { ...context, addressOf: () => plan.results[position]! }
    sequence.add(copied(from, whole(position), plan.addresses.get(input)!))
  })
  const slotOf = (node: number, address = plan.addresses.get(node)!): Slot => context.slotOf(node, address)
  return {
    inputs: graph.nodes.slice(0, graph.inputs).map((_, i) => slotOf(i)),
    outputs: graph.outputs.map((output, position) => slotOf(output, plan.results[position])),
    run: module.add({ name: 'run', params: [], results: [], body: sequence.statements(), exported }),
    end: plan.bytes
  }
}
