import { byHost } from '../machine/byHost.ts'
import { lanesOf, type Lanes, type Precision } from '../machine/lanes.ts'
import * as large from '../machine/largeAngle.ts'
import type { Memory } from '../machine/instance.ts'
import { wrongIndex } from '../machine/rows.ts'
import { threefry } from '../machine/threefry.ts'
import { cosineOfLarge, sineOfLarge, trigonometric } from '../machine/trigonometric.ts'
import { call, callFor, type Func, type Import, perform, type Statement } from '../machine/wasm.ts'
import type { Tape } from '../tape/tape.ts'
import { type Dims, sizeOf, stridesOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { bufferOf, make } from '../tensor/tensor.ts'
import { type Context, copied, emit, entryAt, type Reference, roomOf } from './emit.ts'
import { type Graph, graphOf, wordsIn } from './graph.ts'
import { type Donation, planOf, storedOf } from './plan.ts'
import type { Routines } from './pointwise.ts'
import { takesWords } from './random.ts'
import { scheduleOf } from './schedule.ts'
import { type View, viewsOf } from './view.ts'

/** From a tape to the functions of a module and a plan of its memory. */

export interface BuildSettings {
  readonly precision: Precision
  /** Whether a product and a sum may be rounded once. */
  readonly fused: boolean
  /** Results that take the place of inputs. */
  readonly donations: readonly Donation[]
}

/** Where a tensor lies: words of keys are doubles whatever the precision. */
export interface Slot {
  readonly address: number
  readonly dims: Dims
  readonly bytes: 8 | 4
}

/** A program, but for its memory and what else is to be in its module. */
export interface Build {
  readonly lanes: Lanes
  readonly inputs: readonly Slot[]
  readonly outputs: readonly Slot[]
  /** Constants and what they hold, to be written once. */
  readonly constants: readonly (readonly [Slot, Float64Array])[]
  readonly imports: readonly Import[]
  readonly functions: readonly Func[]
  /** The number of the function that runs the program. */
  readonly run: number
  /** Bytes of memory, from address 0. */
  readonly bytes: number
  readonly host: (memory: Memory) => Readonly<Record<string, unknown>>
}

const pow: Import = { name: 'pow', params: ['f64', 'f64'], results: ['f64'] }
const reference: Import = { name: 'reference', params: ['i32'], results: [] }
const imports: readonly Import[] = [sineOfLarge, cosineOfLarge, pow, wrongIndex, reference]
const numberOf = (wanted: Import): number => imports.indexOf(wanted)

/** Functions that programs call: only those that are needed become part of one. */
type RoutineName = 'sin' | 'cos' | 'block'

const routinesIn = ({ nodes }: Graph): readonly RoutineName[] => {
  const has = (test: (name: string) => boolean): boolean =>
    nodes.some((node) => node._tag === 'Entry' && test(node.primitive.name))
  return [
    ...(['sin', 'cos'] as const).filter((name) => has((other) => other === name)),
    ...(nodes.some((node) => node._tag === 'Entry' && takesWords(node.primitive)) ? (['block'] as const) : [])
  ]
}

const routine = (lanes: Lanes, name: RoutineName): Func =>
  name === 'block' ? threefry() : trigonometric(lanes, name, numberOf(name === 'sin' ? sineOfLarge : cosineOfLarge))

/** A statement list without loops is short enough to stand where it is called. */
const isStraight = (statements: readonly Statement[]): boolean =>
  statements.every((statement) => statement._tag === 'Step')

/** Nothing lies at address 0, so that a wrong one is seen sooner. */
const START = 64

/** Reads and writes tensors in a memory. */
export const accessTo = ({ buffer }: Memory) => {
  const [doubles, singles] = [new Float64Array(buffer), new Float32Array(buffer)]
  return {
    read: ({ address, dims, bytes }: Slot): Float64Array => {
      const n = sizeOf(dims)
      return bytes === 8
        ? doubles.slice(address / 8, address / 8 + n)
        : new Float64Array(singles.subarray(address / 4, address / 4 + n))
    },
    write: ({ address, bytes }: Slot, values: Float64Array): void => {
      if (bytes === 8) doubles.set(values, address / 8)
      else singles.set(values, address / 4)
    }
  }
}

/** The functions that the host gives a program. */
const hostOf =
  (graph: Graph, slotOf: (node: number, address: number) => Slot, references: readonly Reference[]) =>
  (memory: Memory): Readonly<Record<string, unknown>> => {
    const { read, write } = accessTo(memory)
    const byNode = new Map(references.map((one) => [one.node, one]))
    return {
      sineOfLarge: large.sineOfLarge,
      cosineOfLarge: large.cosineOfLarge,
      pow: Math.pow,
      wrongIndex: (node: number, position: number, value: number): never => {
        const { primitive, inputs, dims } = entryAt(graph, node)
        const rows = primitive.name === 'gather' ? graph.nodes[inputs[0]!]!.dims[0]! : dims[0]!
        return fail(
          'IndexError',
          `${primitive.name}: index ${value} at position ${position} is not a row; use whole numbers from 0 to ${rows - 1}`
        )
      },
      reference: (node: number): void => {
        const { operands, result } = byNode.get(node)!
        const { primitive, params, inputs, dims } = entryAt(graph, node)
        const tensors = inputs.map((input, i) => make(graph.nodes[input]!.dims, read(slotOf(input, operands[i]!))))
        write(slotOf(node, result), primitive.evaluate(params, tensors, dims))
      }
    }
  }

/** The functions of a tape's program, and where it keeps what. */
export const buildOf = (tape: Tape, { precision, fused, donations }: BuildSettings): Build => {
  const lanes = lanesOf(precision, fused)
  const graph = graphOf(tape)
  const views = viewsOf(graph)
  const words = wordsIn(graph)
  const kernels = scheduleOf(graph, views, donations)
  const wanted = routinesIn(graph)
  const routineAt = (name: RoutineName): number => imports.length + wanted.indexOf(name)
  const routines: Routines = {
    sin: (x) => call('v128', routineAt('sin'), x),
    cos: (x) => call('v128', routineAt('cos'), x),
    pow: (base, exponent) => byHost(lanes, numberOf(pow), base, exponent)
  }
  const unplaced: Context = {
    lanes,
    graph,
    views,
    addressOf: () => 0,
    routines,
    wrongIndex: numberOf(wrongIndex),
    reference: numberOf(reference),
    block: routineAt('block')
  }
  const bytesOf = (node: number): 8 | 4 => (words.has(node) || precision === 'double' ? 8 : 4)
  const plan = planOf({
    graph,
    views,
    kernels,
    bytesOf,
    roomOf: (kernel) => roomOf(unplaced, kernel),
    donations,
    start: START
  })
  const context: Context = { ...unplaced, addressOf: (node) => plan.addresses.get(node)! }
  const stored = storedOf(graph, views, kernels)
  const emitted = kernels.map((kernel, k) => emit(context, kernel, stored[k]!, plan.rooms[k]!))
  const viewAt = (position: number): View => views[graph.outputs[position]!]!
  const whole = (position: number): View => {
    const { dims } = viewAt(position)
    return { base: position, offset: 0, dims, strides: stridesOf(dims) }
  }
  const parts = [
    ...emitted.map(({ statements }) => statements),
    ...plan.moved.map((position) => copied(context, viewAt(position), plan.results[position]!)),
    ...plan.returned.map(([position, input]) =>
      copied({ ...context, addressOf: () => plan.results[position]! }, whole(position), plan.addresses.get(input)!)
    )
  ]
  const separate = parts.filter((statements) => !isStraight(statements))
  const first = imports.length + wanted.length
  const functions: readonly Func[] = [
    ...wanted.map((name) => routine(lanes, name)),
    ...separate.map((body, i): Func => ({ name: `kernel ${i}`, params: [], results: [], body, exported: false })),
    {
      name: 'run',
      params: [],
      results: [],
      body: parts.flatMap((statements) =>
        isStraight(statements) ? statements : [perform(callFor(first + separate.indexOf(statements)))]
      ),
      exported: true
    }
  ]
  const slotOf = (node: number, address = plan.addresses.get(node)!): Slot => ({
    address,
    dims: graph.nodes[node]!.dims,
    bytes: bytesOf(node)
  })
  return {
    lanes,
    inputs: graph.nodes.slice(0, graph.inputs).map((_, i) => slotOf(i)),
    outputs: graph.outputs.map((output, position) => slotOf(output, plan.results[position])),
    constants: graph.nodes.flatMap((node, i) =>
      node._tag === 'Constant' ? [[slotOf(i), bufferOf(node.value)!] as const] : []
    ),
    imports,
    functions,
    run: imports.length + functions.length - 1,
    bytes: plan.bytes,
    host: hostOf(
      graph,
      slotOf,
      emitted.flatMap(({ references }) => references)
    )
  }
}
