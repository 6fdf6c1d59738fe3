import type { Work } from '../machine/split.ts'
import type { Statement } from '../machine/wasm.ts'
import type { Loop } from '../primitive/scan.ts'
import { table } from '../primitive/table.ts'
import type { Tape } from '../primitive/tape.ts'
import { sizeOf, stridesOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { type Area, GUARD } from './checked.ts'
import { lower, type Lowered } from './emit.ts'
import { graphOf, resultsOf } from './graph.ts'
import { viewsOf } from './lowering.ts'
import type { Module, Slot } from './module.ts'
import { type Context, copied, type Facts, type Nested } from './operands.ts'
import { type Donation, operandsOf, type Plan, planOf, storedOf } from './plan.ts'
import { type Kernel, scheduleOf } from './schedule.ts'
import { sequenceOf } from './sequence.ts'
import type { View } from './view.ts'
import { type KnownWidths, widthsOf, wordsOfStep } from './words.ts'

/**
 * Compiles a section, which is a whole program or the step of a scan in one, to functions of a module and slots in its
 * memory.
 */

/** A tape with all decisions made except absolute addresses. */
export interface SectionPlan {
  readonly facts: Facts
  readonly schedule: readonly Kernel[]
  /** The entries of each kernel that are stored. */
  readonly stored: readonly (readonly number[])[]
  readonly kernels: readonly Lowered[]
  readonly plan: Plan
  /** Results that reuse the buffers of inputs: those of the same width. */
  readonly donations: readonly Donation[]
  /**
   * The addresses of its constants: outside the section, since the memory of a step is scratch between runs of its
   * scan.
   */
  readonly constants: ReadonlyMap<number, number>
}

/** A section placed in memory, and the index of the function that runs it. */
export interface Section {
  readonly inputs: readonly Slot[]
  readonly outputs: readonly Slot[]
  readonly run: number
  /** The end of its memory. */
  readonly end: number
}

interface SectionPlanSettings {
  /** Results that reuse the buffers of inputs. */
  readonly donated: readonly Donation[]
  /** Inputs that live outside the section. */
  readonly fixed: readonly number[]
  /** Of a scan's step, which inputs and outputs are doubles; `null` for a whole program. */
  readonly known: KnownWidths | null
}

/** Makes all decisions about a section except its address. */
export const planSection = (
  module: Module,
  tape: Tape,
  { donated, fixed, known }: SectionPlanSettings
): SectionPlan => {
  const { graph, wide } =
    module.precision === 'double'
      ? { graph: graphOf(tape), wide: new Set<number>() }
      : widthsOf(graphOf(tape), donated, known)
  const views = viewsOf(graph)
  const bytesOf = (node: number): Slot['bytes'] => (wide.has(node) || module.precision === 'double' ? 8 : 4)
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
      node._tag === 'Constant' ? [[i, module.addConstant(node.value, bytesOf(i))] as const] : []
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
    scratchBytes: kernels.map(({ scratch }) => scratch),
    donations,
    elsewhere: new Set([...constants.keys(), ...fixed]),
    guard: module.checked ? GUARD : 0
  })
  return { facts, schedule, stored, kernels, plan, donations, constants }
}

/**
 * The step of a scan, which updates its carries in place, in the memory of the scan's results. Inputs and outputs that
 * hold words of keys outside the scan hold them in the step too.
 */
const stepOf = (
  module: Module,
  loop: Loop,
  inputs: readonly Slot['bytes'][],
  outputs: readonly Slot['bytes'][]
): Nested => {
  const { step, carries, xs } = loop
  const isWide = (bytes: Slot['bytes']): boolean => bytes === 8
  const sectionPlan = planSection(module, step, {
    donated: Array.from({ length: carries }, (_, i) => [i, i] as const),
    fixed: [...step.inputs.keys()].filter((i) => i < carries || i >= carries + xs),
    known: wordsOfStep(loop, { inputs: inputs.map(isWide), outputs: outputs.map(isWide) })
  })
  return {
    bytes: sectionPlan.plan.bytes,
    place: (start, fixed) => placeSection(module, sectionPlan, { start, fixed, exported: false })
  }
}

const areaOf = ({ address, dims, bytes }: Slot, fresh: boolean): Area => ({
  what: `a result of shape [${dims.join(', ')}]`,
  from: address,
  to: address + sizeOf(dims) * bytes,
  fresh
})

export interface Places {
  /** The start of its memory. */
  readonly start: number
  /** The addresses of inputs that live outside the section. */
  readonly fixed: ReadonlyMap<number, number>
  /** Whether its function is exported to the host. */
  readonly exported: boolean
}

/** Places a section in memory, and adds its functions. */
export const placeSection = (
  module: Module,
  { facts, schedule, stored, kernels, plan, constants }: SectionPlan,
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
    return place ?? fail('InternalError', `compile: node ${node} has no address; please report it`)
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
  /** An output as a dense view, for the copies at the end. */
  const whole = (position: number): View => {
    const { dims } = viewAt(position)
    return { base: graph.outputs[position]!, offset: 0, dims, strides: stridesOf(dims) }
  }
  /** The areas that a kernel writes; fresh unless it also reads a node there. */
  const writtenBy = (k: number): readonly Area[] => {
    const read = operandsOf(graph, schedule[k]!).map(({ input }) => views[input]!.base)
    const written = stored[k]!
    const kept = new Set(read.filter((node) => !written.includes(node)).map(placeOf))
    return written.map((node) => areaOf(slotOf(node), !kept.has(placeOf(node))))
  }
  const statementsOf = ({ before, parts }: Work): readonly Statement[] =>
    parts.length === 1 ? [...before, ...parts[0]!] : [...before, module.inParallel(parts)]
  const sequence = sequenceOf(module)
  kernels.forEach(({ scratch, emit }, k) => {
    const from = start + plan.scratchOffsets[k]!
    const statements = statementsOf(emit({ ...context, limit: from + scratch }, from))
    sequence.add(
      module.within(() => [{ what: 'scratch', from, to: from + scratch, fresh: true }, ...writtenBy(k)], statements)
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
