import { checkedFunc, checkStore } from '../machine/checks.ts'
import { assemble, type Assembled } from '../machine/encode.ts'
import { hostCall } from '../machine/hostCall.ts'
import type { Memory } from '../machine/instance.ts'
import { lanesOf, type Lanes, type Precision } from '../machine/lanes.ts'
import * as large from '../machine/largeAngle.ts'
import { wrongIndex } from '../machine/rows.ts'
import { threefry } from '../machine/threefry.ts'
import { cosineOfLarge, sineOfLarge, trigonometric } from '../machine/trigonometric.ts'
import { call, callFor, type Func, i32, type Import, perform, type Statement } from '../machine/wasm.ts'
import { evaluated } from '../primitive/evaluate.ts'
import type { AnyPrimitive } from '../primitive/primitive.ts'
import { type Dims, sizeOf } from '../tensor/dims.ts'
import { powOf } from '../tensor/elementary.ts'
import { fail } from '../tensor/errors.ts'
import { bufferOf, dimsOf, make, type Tensor } from '../tensor/tensor.ts'
import { aligned } from './align.ts'
import { checkImports, type Checks, checksFrom, unchecked } from './checked.ts'
import type { Routines } from './pointwise.ts'

/** A WebAssembly module under construction: functions, constants, and the entries that the host runs. */

/** A dense tensor in memory. Words of keys are doubles in programs of either precision. */
export interface Slot {
  readonly address: number
  readonly dims: Dims
  readonly bytes: 8 | 4
}

/** An entry that the host may run by its reference loop, or throw an error for. */
export interface HostEntry {
  readonly primitive: AnyPrimitive
  readonly params: unknown
  readonly operands: readonly Slot[]
  readonly results: readonly Slot[]
  /** Whether its results are indices, which are refused where they would be rounded. */
  readonly givesIndices: boolean
}

/** A module under construction. */
export interface Module {
  readonly lanes: Lanes
  readonly precision: Precision
  /** Adds a function, and gives its index. */
  readonly add: (func: Func) => number
  /** Allocates a constant, and gives its address; the same tensor is stored once per width. */
  readonly addConstant: (x: Tensor, bytes: Slot['bytes']) => number
  /** The end address of the constants. */
  readonly end: () => number
  /** Registers an entry for the host, and gives its id. */
  readonly addHostEntry: (entry: HostEntry) => number
  /** The number of threads, and the least work of a kernel that they share. */
  readonly threads: number
  readonly parallelThreshold: number
  /** Adds functions that may run in parallel, and gives a statement that runs them all. */
  readonly inParallel: (functions: readonly (readonly Statement[])[]) => Statement
  /** Runtime functions, added to the module on first use. */
  readonly routines: Routines
  /** The index of the function that makes random bits. */
  readonly block: () => number
  /** Indices of host functions: one throws for a bad index, one runs an entry by its reference loop. */
  readonly wrongIndex: number
  readonly reference: number
  readonly checked: boolean
  /** Declares the areas that statements write, for the debug mode. */
  readonly within: Checks['within']
  readonly made: ModuleContents
}

/** The contents so far. */
export interface ModuleContents {
  readonly functions: readonly Assembled[]
  readonly constants: readonly (readonly [Slot, Float64Array])[]
  readonly imports: readonly Import[]
  /** The exported functions of each parallel job, by name. */
  readonly jobs: readonly (readonly string[])[]
  readonly host: (memory: Memory) => Readonly<Record<string, unknown>>
}

const pow: Import = { name: 'pow', params: ['f64', 'f64'], results: ['f64'] }
const reference: Import = { name: 'reference', params: ['i32'], results: [] }
const parallel: Import = { name: 'parallel', params: ['i32'], results: [] }
const standardImports: readonly Import[] = [sineOfLarge, cosineOfLarge, pow, wrongIndex, reference, parallel]
const numberOf = (wanted: Import): number => standardImports.indexOf(wanted)

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

/** A typed array over the elements of a slot. */
export const elementsOf = ({ buffer }: Memory, { address, dims, bytes }: Slot): Float64Array | Float32Array =>
  bytes === 8 ? new Float64Array(buffer, address, sizeOf(dims)) : new Float32Array(buffer, address, sizeOf(dims))

/** The host functions of a program. */
const hostOf =
  (hostEntries: readonly HostEntry[]) =>
  (memory: Memory): Readonly<Record<string, unknown>> => {
    const { read, write } = accessTo(memory)
    // `evaluated` checks the count of numbers: more than fit would overwrite what follows
    const evaluate = (id: number): readonly Float64Array[] => {
      const { primitive, params, operands, results } = hostEntries[id]!
      const tensors = operands.map((slot) => make(slot.dims, read(slot)))
      return evaluated(
        primitive,
        params,
        tensors,
        results.map(({ dims }) => dims)
      )
    }
    return {
      sineOfLarge: large.sineOfLarge,
      cosineOfLarge: large.cosineOfLarge,
      pow: powOf,
      wrongIndex: (id: number, position: number, value: number): never => {
        // the reference loop throws its own error, unless the index was rounded to a valid one
        evaluate(id)
        const { primitive, params } = hostEntries[id]!
        const { caller = primitive.name } = params as { readonly caller?: string }
        return fail(
          'IndexError',
          `${caller}: ${value} at position ${position} may be a rounded integer: single precision ` +
            'represents all integers only up to 16777215; compile with double precision'
        )
      },
      reference: (id: number): void => {
        const { primitive, results, givesIndices } = hostEntries[id]!
        evaluate(id).forEach((values, k) => {
          const result = results[k]!
          if (result.bytes === 4 && givesIndices) checkWhole(primitive.name, values)
          write(result, values)
        })
      }
    }
  }

/** Refuses indices that single precision would round. */
const checkWhole = (what: string, values: Float64Array): void => {
  const wrong = values.find((value) => !Object.is(Math.fround(value), value))
  if (wrong !== undefined)
    fail('IndexError', `${what}: ${wrong} is not a number of single precision; compile with double precision`)
}

/** The first address in use: not 0, so that a missing address shows sooner. */
const START = 64

/** Kernels with less work than this are faster on one thread. */
const PARALLEL_THRESHOLD = 2 ** 16

export interface ModuleSettings {
  readonly precision: Precision
  /** Whether a multiply-add may be fused. */
  readonly fused: boolean
  /** The number of threads (1). */
  readonly threads?: number
  /** The least work of a kernel that they share. */
  readonly parallelThreshold?: number
  /** Whether each store is checked against the memory plan (false). */
  readonly checked?: boolean
}

/** An empty module. */
export const moduleOf = (settings: ModuleSettings): Module => {
  const { precision, fused, threads = 1, parallelThreshold = PARALLEL_THRESHOLD, checked = false } = settings
  const imports = checked ? [...standardImports, ...checkImports] : standardImports
  const checks = checked ? checksFrom(standardImports.length) : unchecked
  const lanes = lanesOf(precision, fused)
  const functions: Assembled[] = []
  const constants: (readonly [Slot, Float64Array])[] = []
  const held = { 8: new Map<Tensor, number>(), 4: new Map<Tensor, number>() }
  let end = START
  const hostEntries: HostEntry[] = []
  const jobs: (readonly string[])[] = []
  const instrumented = checked ? checkedFunc(imports.indexOf(checkStore)) : (func: Func): Func => func
  const add = (func: Func): number => imports.length + functions.push(assemble(instrumented(func))) - 1
  const known = new Map<string, number>()
  const once = (name: string, make: () => Func): number => {
    const found = known.get(name) ?? add(make())
    known.set(name, found)
    return found
  }
  return {
    lanes,
    precision,
    add,
    addConstant: (x, bytes) => {
      const known = held[bytes].get(x)
      if (known !== undefined) return known
      const slot: Slot = { address: end, dims: dimsOf(x), bytes }
      held[bytes].set(x, slot.address)
      constants.push([slot, bufferOf(x)!])
      end += aligned(sizeOf(slot.dims) * bytes)
      return slot.address
    },
    end: () => end,
    addHostEntry: (entry) => hostEntries.push(entry) - 1,
    threads,
    parallelThreshold,
    inParallel: (functions) => {
      const id = jobs.length
      const names = functions.map((_, i) => `job ${id} part ${i}`)
      functions.forEach((body, i) => add({ name: names[i]!, params: [], results: [], body, exported: true }))
      jobs.push(names)
      return perform(callFor(numberOf(parallel), i32.constant(id)))
    },
    routines: {
      sin: (x) =>
        call(
          'v128',
          once('sin', () => trigonometric(lanes, 'sin', numberOf(sineOfLarge))),
          x
        ),
      cos: (x) =>
        call(
          'v128',
          once('cos', () => trigonometric(lanes, 'cos', numberOf(cosineOfLarge))),
          x
        ),
      pow: (base, exponent) => hostCall(lanes, numberOf(pow), base, exponent)
    },
    block: () => once('block', threefry),
    wrongIndex: numberOf(wrongIndex),
    reference: numberOf(reference),
    checked,
    within: checks.within,
    made: {
      functions,
      constants,
      imports,
      jobs,
      host: (memory) => ({ ...hostOf(hostEntries)(memory), ...checks.host(memory) })
    }
  }
}
