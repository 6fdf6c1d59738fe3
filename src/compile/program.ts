import { byHost } from '../machine/byHost.ts'
import { encode } from '../machine/encode.ts'
import { instanceOf, type Memory, memoryOf } from '../machine/instance.ts'
import { lanesOf, type Precision } from '../machine/lanes.ts'
import * as large from '../machine/largeAngle.ts'
import { wrongIndex } from '../machine/rows.ts'
import { cosineOfLarge, sineOfLarge, trigonometric } from '../machine/trigonometric.ts'
import { call, callFor, type Func, type Import, perform, type Statement } from '../machine/wasm.ts'
import type { Tape } from '../tape/tape.ts'
import { type Dims, sizeOf, stridesOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { bufferOf, make } from '../tensor/tensor.ts'
import { type Context, copied, emit, entryAt, type Reference, roomOf } from './emit.ts'
import { type Graph, graphOf } from './graph.ts'
import { type Donation, planOf, storedOf } from './plan.ts'
import type { Routines } from './pointwise.ts'
import { scheduleOf } from './schedule.ts'
import { type View, viewsOf } from './view.ts'

/** A tape as a module of WebAssembly with a memory of its own: nothing is interpreted, nothing allocated while it runs. */

export interface ProgramSettings {
  readonly precision: Precision
  /** Whether a product and a sum may be rounded once. */
  readonly fused: boolean
  /** The most bytes of memory a program may have. */
  readonly memoryLimit: number
  /** Results that take the place of inputs. */
  readonly donations: readonly Donation[]
}

/** Where a tensor lies. */
export interface Slot {
  readonly address: number
  readonly dims: Dims
}

/** A program, ready to run: inputs are written to their slots, `run` called, results read from theirs. */
export interface Program {
  readonly inputs: readonly Slot[]
  readonly outputs: readonly Slot[]
  readonly memory: Memory
  readonly precision: Precision
  readonly bytes: number
  readonly run: () => void
}

const pow: Import = { name: 'pow', params: ['f64', 'f64'], results: ['f64'] }
const reference: Import = { name: 'reference', params: ['i32'], results: [] }
const imports: readonly Import[] = [sineOfLarge, cosineOfLarge, pow, wrongIndex, reference]
const numberOf = (wanted: Import): number => imports.indexOf(wanted)

const uses = ({ nodes }: Graph, name: string): boolean =>
  nodes.some((node) => node._tag === 'Entry' && node.primitive.name === name)

/** A statement list without loops is short enough to stand where it is called. */
const isStraight = (statements: readonly Statement[]): boolean =>
  statements.every((statement) => statement._tag === 'Step')

const PAGE = 65536
/** A vector may be read whole at the very end of memory. */
const SLACK = 64
/** Nothing lies at address 0, so that a wrong one is seen sooner. */
const START = 64

/** Copies of the elements of tensors that lie in a memory. */
const reader = (memory: Memory, precision: Precision) => {
  const [doubles, singles] = [new Float64Array(memory.buffer), new Float32Array(memory.buffer)]
  return {
    read: ({ address, dims }: Slot): Float64Array => {
      const n = sizeOf(dims)
      return precision === 'double'
        ? doubles.slice(address / 8, address / 8 + n)
        : Float64Array.from(singles.subarray(address / 4, address / 4 + n))
    },
    write: ({ address }: Slot, values: Float64Array): void => {
      if (precision === 'double') doubles.set(values, address / 8)
      else singles.set(values, address / 4)
    }
  }
}

/** The functions that the host gives a program. */
const hostOf = (graph: Graph, memory: Memory, precision: Precision, references: readonly Reference[]) => {
  const { read, write } = reader(memory, precision)
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
      const { operands, result } = references.find((one) => one.node === node)!
      const { primitive, params, inputs, dims } = entryAt(graph, node)
      const tensors = inputs.map((input, i) => {
        const own = graph.nodes[input]!.dims
        return make(own, read({ address: operands[i]!, dims: own }))
      })
      write({ address: result, dims }, primitive.evaluate(params, tensors, dims))
    }
  }
}

/** A refusal that tells how much memory is wanted. */
const checkSize = (bytes: number, limit: number): number =>
  bytes <= limit
    ? bytes
    : fail(
        'ValueError',
        `compile: the program needs ${bytes} bytes of memory, and the limit is ${limit}; raise memoryLimit, or work on smaller batches`
      )

/** The program of a tape. */
export const programOf = (tape: Tape, { precision, fused, memoryLimit, donations }: ProgramSettings): Program => {
  const lanes = lanesOf(precision, fused)
  const graph = graphOf(tape)
  const views = viewsOf(graph)
  const kernels = scheduleOf(graph, views, donations)
  const trigonometrics = (['sin', 'cos'] as const).filter((name) => uses(graph, name))
  const routineFor = (name: 'sin' | 'cos'): number => imports.length + trigonometrics.indexOf(name)
  const routines: Routines = {
    sin: (x) => call('v128', routineFor('sin'), x),
    cos: (x) => call('v128', routineFor('cos'), x),
    pow: (base, exponent) => byHost(lanes, numberOf(pow), base, exponent)
  }
  const unplaced: Context = {
    lanes,
    graph,
    views,
    addressOf: () => 0,
    routines,
    wrongIndex: numberOf(wrongIndex),
    reference: numberOf(reference)
  }
  const plan = planOf({
    graph,
    views,
    kernels,
    bytesOf: () => lanes.bytes,
    roomOf: (kernel) => roomOf(unplaced, kernel),
    donations,
    start: START
  })
  const bytes = checkSize(plan.bytes + SLACK, memoryLimit)
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
  const first = imports.length + trigonometrics.length
  const separate = parts.filter((statements) => !isStraight(statements))
  const functions: readonly Func[] = [
    ...trigonometrics.map((name) => trigonometric(lanes, name, numberOf(name === 'sin' ? sineOfLarge : cosineOfLarge))),
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
  const pages = Math.ceil(bytes / PAGE)
  const need = { pages, shared: false }
  const memory = memoryOf(need)
  const host = hostOf(
    graph,
    memory,
    precision,
    emitted.flatMap(({ references }) => references)
  )
  const { run } = instanceOf(encode(imports, functions, need), memory, host)
  const slotOf = (node: number): Slot => ({ address: plan.addresses.get(node)!, dims: graph.nodes[node]!.dims })
  const { write } = reader(memory, precision)
  graph.nodes.forEach((node, i) => {
    if (node._tag === 'Constant') write(slotOf(i), bufferOf(node.value)!)
  })
  return {
    inputs: graph.nodes.slice(0, graph.inputs).map((_, i) => slotOf(i)),
    outputs: graph.outputs.map((output, position) => ({
      address: plan.results[position]!,
      dims: graph.nodes[output]!.dims
    })),
    memory,
    precision,
    bytes: pages * PAGE,
    run: run!
  }
}
