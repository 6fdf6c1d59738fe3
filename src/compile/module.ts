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
import { table } from '../primitive/table.ts'
import { type Dims, sizeOf } from '../tensor/dims.ts'
import { powOf } from '../tensor/elementary.ts'
import { fail } from '../tensor/errors.ts'
import { bufferOf, dimsOf, make, type Tensor } from '../tensor/tensor.ts'
import { aligned } from './align.ts'
import { checkImports, type Checks, checksFrom, unchecked } from './checked.ts'
import type { Routines } from './pointwise.ts'

/** Shared by the parts of a program: its functions, and the entries that the host runs. */

/** Where a tensor lies: words of keys are doubles whatever the precision. */
export interface Slot {
  readonly address: number
  readonly dims: Dims
  readonly bytes: 8 | 4
}

/** An entry that the host may have to run, or to complain about. */
export interface Referred {
  readonly primitive: AnyPrimitive
  readonly params: unknown
  readonly operands: readonly Slot[]
  readonly results: readonly Slot[]
}

/** A module in the making. */
export interface Module {
  readonly lanes: Lanes
  readonly precision: Precision
  /** Adds a function, and answers its number. */
  readonly add: (func: Func) => number
  /** Gives a constant a place, where it is written once, and answers its address. */
  readonly hold: (x: Tensor, bytes: Slot['bytes']) => number
  /** Where the places of constants end. */
  readonly end: () => number
  /** Adds an entry that the host is to know, and answers its number. */
  readonly refer: (entry: Referred) => number
  /** How many threads share its kernels, and from how much arithmetic on. */
  readonly threads: number
  readonly worth: number
  /** Adds functions that may run side by side, and answers a statement that runs them all. */
  readonly sideBySide: (functions: readonly (readonly Statement[])[]) => Statement
  /** Functions that programs call; only those that are asked for become part of one. */
  readonly routines: Routines
  /** The number of the function that makes random bits. */
  readonly block: () => number
  /** Host functions by number: one that throws for a wrong index, one that runs an entry by its reference loop. */
  readonly wrongIndex: number
  readonly reference: number
  readonly checked: boolean
  /** Statements that write to some areas and nowhere else, which is checked when all stores are. */
  readonly within: Checks['within']
  readonly made: Made
}

/** What has been added so far. */
export interface Made {
  readonly functions: readonly Assembled[]
  readonly constants: readonly (readonly [Slot, Float64Array])[]
  readonly imports: readonly Import[]
  /** Functions that may run side by side, by name. */
  readonly jobs: readonly (readonly string[])[]
  readonly host: (memory: Memory) => Readonly<Record<string, unknown>>
}

const pow: Import = { name: 'pow', params: ['f64', 'f64'], results: ['f64'] }
const reference: Import = { name: 'reference', params: ['i32'], results: [] }
const parallel: Import = { name: 'parallel', params: ['i32'], results: [] }
const usual: readonly Import[] = [sineOfLarge, cosineOfLarge, pow, wrongIndex, reference, parallel]
const numberOf = (wanted: Import): number => usual.indexOf(wanted)

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

/** The elements of a slot where they lie. */
export const elementsOf = ({ buffer }: Memory, { address, dims, bytes }: Slot): Float64Array | Float32Array =>
  bytes === 8 ? new Float64Array(buffer, address, sizeOf(dims)) : new Float32Array(buffer, address, sizeOf(dims))

/** The functions that the host gives a program. */
const hostOf =
  (referred: readonly Referred[]) =>
  (memory: Memory): Readonly<Record<string, unknown>> => {
    const { read, write } = accessTo(memory)
    // more numbers than fit would lie on what others keep behind them; that is checked here
    const evaluate = (id: number): readonly Float64Array[] => {
      const { primitive, params, operands, results } = referred[id]!
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
        // the reference says what is wrong, in its own words; it sees nothing wrong in what was rounded to something right
        evaluate(id)
        return fail(
          'IndexError',
          `${referred[id]!.primitive.name}: ${value} at position ${position} may be another whole number, rounded: single ` +
            'precision represents them exactly up to 16777215; compile with double precision'
        )
      },
      reference: (id: number): void => {
        const { primitive, results } = referred[id]!
        evaluate(id).forEach((values, k) => {
          const result = results[k]!
          if (result.bytes === 4 && primitive === table.argmax) checkWhole(primitive.name, values)
          write(result, values)
        })
      }
    }
  }

/** Whole numbers that single precision would round are refused: they are to choose something. */
const checkWhole = (what: string, values: Float64Array): void => {
  const wrong = values.find((value) => Math.fround(value) !== value)
  if (wrong !== undefined)
    fail('IndexError', `${what}: ${wrong} is not a number of single precision; compile with double precision`)
}

/** Where a program's memory begins: nothing lies at address 0, so that a wrong one is seen sooner. */
const START = 64

/** Arithmetic that is less than this is done sooner than handed out. */
const WORTH = 2 ** 16

export interface ModuleSettings {
  readonly precision: Precision
  /** Whether a product and a sum may be rounded once. */
  readonly fused: boolean
  /** How many threads there are (1). */
  readonly threads?: number
  /** From how much arithmetic on a kernel is shared between them. */
  readonly worth?: number
  /** Whether each store is checked against the plan of memory (false). */
  readonly checked?: boolean
}

/** An empty module. */
export const moduleOf = (settings: ModuleSettings): Module => {
  const { precision, fused, threads = 1, worth = WORTH, checked = false } = settings
  const imports = checked ? [...usual, ...checkImports] : usual
  const checks = checked ? checksFrom(usual.length) : unchecked
  const lanes = lanesOf(precision, fused)
  const functions: Assembled[] = []
  const constants: (readonly [Slot, Float64Array])[] = []
  const held = { 8: new Map<Tensor, number>(), 4: new Map<Tensor, number>() }
  let end = START
  const referred: Referred[] = []
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
    hold: (x, bytes) => {
      const known = held[bytes].get(x)
      if (known !== undefined) return known
      const slot: Slot = { address: end, dims: dimsOf(x), bytes }
      held[bytes].set(x, slot.address)
      constants.push([slot, bufferOf(x)!])
      end += aligned(sizeOf(slot.dims) * bytes)
      return slot.address
    },
    end: () => end,
    refer: (entry) => referred.push(entry) - 1,
    threads,
    worth,
    sideBySide: (functions) => {
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
      host: (memory) => ({ ...hostOf(referred)(memory), ...checks.host(memory) })
    }
  }
}
