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

/** One argument, or one item of a result that is a list. */
export interface Part {
  /** The elements of its tensors where they lie. */
  readonly elements: readonly Elements[]
  /** A copy of it. */
  readonly read: () => unknown
}

/** A function compiled for one structure of arguments. */
export interface Compiled {
  readonly bytes: number
  /** Whether arguments have the structure; their tensors are kept for the next run. */
  readonly accepts: (args: readonly unknown[]) => boolean
  /** Runs the program on the arguments that were last accepted. */
  readonly run: () => unknown
  /**
   * The program for a caller that leaves things in it from run to run. `onLoss` is called before another caller writes to it;
   * until then the arguments stay where they were put, but for those donated, where the results are that take their place.
   */
  readonly hold: (args: readonly unknown[], onLoss: () => void) => Held
}

/** A program that a caller holds. */
export interface Held {
  readonly args: readonly Part[]
  readonly results: readonly Part[]
  readonly run: () => void
}

/** Inputs of this many elements and more are written again only when they are other ones. */
const LARGE = 1024
/** Most numbers that a loop in JavaScript copies faster than a call. */
const FEW = 32

/** Copies numbers to elements. */
export const write = (values: Float64Array | Int32Array, to: Elements): void => {
  if (values.length > FEW) to.set(values)
  else for (let i = 0; i < values.length; i++) to[i] = values[i]!
}

/** A copy of elements, in doubles. */
const read = (from: Elements): Float64Array => {
  if (from.length > 2 * FEW) return from instanceof Float64Array ? from.slice() : new Float64Array(from)
  const values = allocate(from.length)
  for (let i = 0; i < from.length; i++) values[i] = from[i]!
  return values
}

const leavesIn = (node: Structure): number =>
  node._tag === 'Static' ? 0 : node._tag === 'Leaf' ? 1 : node.items.reduce((sum, item) => sum + leavesIn(item), 0)

/** The items of a list, or the one thing that there is, each with the position of its first tensor. */
export const itemsOf = (node: Structure): readonly (readonly [item: Structure, first: number])[] => {
  let first = 0
  return (node._tag === 'List' ? node.items : [node]).map((item) => {
    const at = first
    first += leavesIn(item)
    return [item, at] as const
  })
}

/** A result that stays in the program's memory until it is read, or the program runs again. */
interface Resident {
  readonly tensor: Tensor
  readonly read: () => Float64Array
  readonly useUp: () => void
}

const residentOf = ({ dims }: Slot, from: Elements): Resident => {
  let state: 'There' | 'UsedUp' | Float64Array = 'There'
  const values = (): Float64Array => {
    if (state === 'UsedUp')
      return fail(
        'ValueError',
        `compile: this tensor of shape [${dims.join(', ')}] was donated: the call that it was an argument of has used it up, ` +
          'even if it threw; read it before that call, or use what the call gave'
      )
    if (state === 'There') state = read(from)
    return state
  }
  return {
    tensor: makeResident(dims, values, () =>
      state === 'UsedUp' ? `Tensor [${dims.join(', ')}] (donated)` : describe(dims, values())
    ),
    read: values,
    useUp: () => {
      state = 'UsedUp'
    }
  }
}

/**
 * A program together with the structures of its arguments and its result; `donated` are the inputs whose place a result
 * takes, each with the position of that result. With any, results stay in memory until they are read.
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
  /** What was written of large inputs, as far as it is there still. */
  const written: (WeakRef<Float64Array> | null)[] = inputs.map(() => null)
  let tensors: Tensor[] = []
  let onLoss: (() => void) | null = null

  /** The results of the last run that stay in memory. */
  let residents: readonly Resident[] = []
  const readAll = (): void => {
    residents.forEach((resident) => resident.read())
    residents = []
  }
  const take = (by: () => void): void => {
    const before = onLoss
    onLoss = by
    if (before !== by) before?.()
  }

  const put = (input: number, values: Float64Array): void => {
    if (isLarge[input]!) {
      // a tensor never changes: what was written for it is there still
      if (written[input]?.deref() === values) return
      written[input] = new WeakRef(values)
    }
    write(values, into[input]!)
  }
  const changed = [...(donated ?? new Map<number, number>()).keys()].filter((input) => isLarge[input]!)
  const start = (): void => {
    // before it runs: a program that throws may have written there already
    for (const input of changed) written[input] = null
    program.run()
  }

  /** Results that are read at once. */
  const direct = (): unknown => {
    for (let i = 0; i < into.length; i++) put(i, bufferOf(tensors[i]!)!)
    tensors = []
    program.run()
    const results = new Array<Tensor>(from.length)
    for (let i = 0; i < from.length; i++) results[i] = make(outputs[i]!.dims, read(from[i]!))
    return unflatten(result)(results)
  }
  /** Results that stay, some in the place of arguments. */
  const resident = (): unknown => {
    const before = residents
    const isThere = (input: number): boolean => {
      const output = donated!.get(input)
      return output !== undefined && before[output]?.tensor === tensors[input]
    }
    const given = new Set(tensors.filter((_, i) => donated!.has(i)))
    before.forEach((one) => {
      if (!given.has(one.tensor)) one.read()
    })
    // all is read before anything is written
    const values = tensors.map((x, i) => (isThere(i) ? null : bufferOf(x)!))
    tensors = []
    before.forEach((one) => {
      if (given.has(one.tensor)) one.useUp()
    })
    residents = []
    values.forEach((own, i) => {
      if (own !== null) put(i, own)
    })
    start()
    residents = outputs.map((slot, i) => residentOf(slot, from[i]!))
    return unflatten(result)(residents.map(({ tensor }) => tensor))
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
      // what is being differentiated or traced is taken as the function it was
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
      if (!accepts(given)) fail('InternalError', 'compile: these arguments are others; please report it')
      const values = tensors.map((x) => bufferOf(x)!)
      tensors = []
      take(by)
      values.forEach((one, i) => {
        put(i, one)
      })
      return { args: partsOf(args, inputs, into), results: partsOf(result, outputs, from), run: start }
    }
  }
}
