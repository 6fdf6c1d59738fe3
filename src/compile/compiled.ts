import { allocate } from '../kernel/allocate.ts'
import { sameDims } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { describe } from '../tensor/show.ts'
import { bufferOf, dimsOf, isTensor, make, makeResident, originOf, type Tensor } from '../tensor/tensor.ts'
import { matches, type Structure, unflatten } from '../tree/tree.ts'
import { elementsOf, type Slot } from './module.ts'
import type { Program } from './program.ts'

/** The elements of a tensor in a program's memory. */
export type Elements = Float64Array | Float32Array

/** One argument, or one item of a list result. */
export interface Part {
  /** The elements of its tensors, in the program's memory. */
  readonly elements: readonly Elements[]
  /** Copies it out. */
  readonly read: () => unknown
}

/** A function compiled for one signature. */
export interface Compiled {
  readonly bytes: number
  /** Whether arguments match the signature; if so, their tensors are kept for `run`. */
  readonly accepts: (args: readonly unknown[]) => boolean
  /** Runs the program on the arguments that were last accepted. */
  readonly run: () => unknown
  /**
   * The program for a caller that keeps data in its memory from run to run. `onEvicted` is called before another caller
   * writes to that memory; until then arguments stay in it, except donated ones, whose buffers hold results.
   */
  readonly hold: (args: readonly unknown[], onEvicted: () => void) => Held
}

/** A program whose memory a caller uses directly. */
export interface Held {
  readonly args: readonly Part[]
  readonly results: readonly Part[]
  readonly run: () => void
}

/** Inputs with at least this many elements are written only when they have changed. */
const LARGE = 1024
/** Up to this many numbers, a loop in JavaScript copies faster than `set`. */
const FEW = 32

/** Copies numbers to elements. */
export const write = (values: Float64Array | Int32Array, to: Elements): void => {
  if (values.length > FEW) to.set(values)
  else for (let i = 0; i < values.length; i++) to[i] = values[i]!
}

/** Copies elements to doubles. */
const read = (from: Elements): Float64Array => {
  if (from.length > 2 * FEW) return from instanceof Float64Array ? from.slice() : new Float64Array(from)
  const values = allocate(from.length)
  for (let i = 0; i < from.length; i++) values[i] = from[i]!
  return values
}

const leavesIn = (node: Structure): number =>
  node._tag === 'Static' ? 0 : node._tag === 'Leaf' ? 1 : node.items.reduce((sum, item) => sum + leavesIn(item), 0)

/** The items of a list, or the node itself, each with the position of its first tensor. */
export const itemsOf = (node: Structure): readonly (readonly [item: Structure, first: number])[] => {
  let first = 0
  return (node._tag === 'List' ? node.items : [node]).map((item) => {
    const at = first
    first += leavesIn(item)
    return [item, at] as const
  })
}

/** A lazy result: it stays in the program's memory until it is read or the program runs again. */
interface Resident {
  readonly tensor: Tensor
  readonly read: () => Float64Array
  readonly invalidate: () => void
}

const makeResidentResult = ({ dims }: Slot, from: Elements): Resident => {
  let state: 'Resident' | 'Donated' | Float64Array = 'Resident'
  const values = (): Float64Array => {
    if (state === 'Donated')
      return fail(
        'ValueError',
        `compile: this tensor of shape [${dims.join(', ')}] was donated: a call has reused its memory, even if the call threw; ` +
          'read it before that call, or use the result of the call'
      )
    if (state === 'Resident') state = read(from)
    return state
  }
  const show = (): string => (state === 'Donated' ? `Tensor [${dims.join(', ')}] (donated)` : describe(dims, values()))
  return {
    tensor: makeResident(dims, { read: values, show }),
    read: values,
    invalidate: () => {
      state = 'Donated'
    }
  }
}

/**
 * A program with the structures of its arguments and its result. `donated` maps each donated input to the result that
 * reuses its buffer; when it is not `null`, results stay in memory until they are read.
 */
export const compiledOf = (
  program: Program,
  args: Structure,
  result: Structure,
  donated: ReadonlyMap<number, number> | null
): Compiled => {
  const { memory, inputs, outputs } = program
  const elements = (slots: readonly Slot[]): readonly Elements[] => slots.map((slot) => elementsOf(memory, slot))
  const [into, from] = [elements(inputs), elements(outputs)] as const
  const isLarge = into.map(({ length }) => length >= LARGE)
  /** The values that the memory of each large input holds, if known. */
  const written: (WeakRef<Float64Array> | null)[] = inputs.map(() => null)
  let tensors: Tensor[] = []
  let onEvicted: (() => void) | null = null

  /** The lazy results of the last run. */
  let residents: readonly Resident[] = []
  const readAll = (): void => {
    residents.forEach((resident) => resident.read())
    residents = []
  }
  const take = (by: () => void): void => {
    const before = onEvicted
    onEvicted = by
    if (before !== by) before?.()
  }

  const writeInput = (input: number, values: Float64Array): void => {
    if (isLarge[input]!) {
      // tensors are immutable, so the memory is up to date
      if (written[input]?.deref() === values) return
      written[input] = new WeakRef(values)
    }
    write(values, into[input]!)
  }
  const donatedInputs = [...(donated ?? new Map<number, number>()).keys()]
  const changed = donatedInputs.filter((input) => isLarge[input]!)
  const rebuilt = unflatten(result)
  /** Whether each result has the buffer of a donated input. */
  const reused = new Set(donated?.values())
  const isReused = outputs.map((_, output) => reused.has(output))
  const start = (): void => {
    // invalidate before running: a program that throws may already have overwritten these
    for (const input of changed) written[input] = null
    program.run()
  }

  /** Runs without donation: results are copied out at once. */
  const direct = (): unknown => {
    for (let i = 0; i < into.length; i++) writeInput(i, bufferOf(tensors[i]!)!)
    tensors = []
    program.run()
    const results = new Array<Tensor>(from.length)
    for (let i = 0; i < from.length; i++) results[i] = make(outputs[i]!.dims, read(from[i]!))
    return rebuilt(results)
  }
  /** Whether each result of the last run is among the donated arguments. */
  const givenBy = (before: readonly Resident[]): readonly boolean[] => {
    const given = new Set(donatedInputs.map((input) => tensors[input]))
    return before.map(({ tensor }) => given.has(tensor))
  }
  /** Runs with donation: results stay in memory, some in the buffers of arguments. */
  const resident = (): unknown => {
    const before = residents
    const isInPlace = (input: number): boolean => {
      const output = donated!.get(input)
      return output !== undefined && before[output]?.tensor === tensors[input]
    }
    // the usual call gives back all that was given, in its place, and needs no set
    const isGiven = donatedInputs.every(isInPlace) ? isReused : givenBy(before)
    for (let i = 0; i < before.length; i++) if (!isGiven[i]!) before[i]!.read()
    // read everything before writing anything
    const values = tensors.map((x, i) => (isInPlace(i) ? null : bufferOf(x)!))
    tensors = []
    for (let i = 0; i < before.length; i++) if (isGiven[i]!) before[i]!.invalidate()
    residents = []
    for (let i = 0; i < values.length; i++) if (values[i] !== null) writeInput(i, values[i]!)
    start()
    residents = outputs.map((slot, i) => makeResidentResult(slot, from[i]!))
    return rebuilt(residents.map(({ tensor }) => tensor))
  }

  const partsOf = (structure: Structure, slots: readonly Slot[], elements: readonly Elements[]): readonly Part[] =>
    itemsOf(structure).map(([item, first]) => {
      const own = elements.slice(first, first + leavesIn(item))
      return {
        elements: own,
        read: () => unflatten(item)(own.map((at, i) => make(slots[first + i]!.dims, read(at))))
      }
    })
  const accepts = (given: readonly unknown[]): boolean => {
    tensors = []
    if (!matches(isTensor, args, given, tensors)) return false
    for (let i = 0; i < tensors.length; i++) {
      const x = tensors[i]!
      // traced tensors do not run a program
      if (!sameDims(dimsOf(x), inputs[i]!.dims) || originOf(x) !== null) return false
    }
    return true
  }
  return {
    bytes: program.bytes,
    accepts,
    run: () => {
      take(readAll)
      return donated === null ? direct() : resident()
    },
    hold: (given, by) => {
      if (!accepts(given)) fail('InternalError', 'compile: the arguments do not match the program; please report it')
      const values = tensors.map((x) => bufferOf(x)!)
      tensors = []
      take(by)
      values.forEach((one, i) => {
        writeInput(i, one)
      })
      return { args: partsOf(args, inputs, into), results: partsOf(result, outputs, from), run: start }
    }
  }
}
