import type { Memory } from '../machine/instance.ts'
import { row } from '../machine/rows.ts'
import {
  assign,
  call,
  callFor,
  copyBytes,
  f32,
  f64,
  type Func,
  giveBack,
  i32,
  local,
  doWhile,
  perform,
  type Statement,
  v128,
  type Value,
  when
} from '../machine/wasm.ts'
import type { Tape } from '../tape/tape.ts'
import { sizeOf } from '../tensor/dims.ts'
import { ALIGN, aligned } from './align.ts'
import { type Build, buildOf } from './build.ts'
import type { Area } from './checked.ts'
import type { Slot } from './module.ts'
import { lanesFor } from './operands.ts'
import { placed, type ProgramSettings } from './program.ts'

/**
 * A fold over batches as a program: the tape of one step is run for one batch after another, its state and the data set in
 * the program's memory, without leaving it.
 */

export interface StepsSettings extends Omit<ProgramSettings, 'donations'> {
  /**
   * How many inputs are the state: the first ones. The first outputs are the state after the step, and the one after them
   * is the loss.
   */
  readonly states: number
  /** How many of the inputs that follow are rows of a batch. */
  readonly batches: number
  /** How many rows of data there are to choose batches from; 0 when each batch is written by the host. */
  readonly rows: number
}

export interface StepsProgram {
  readonly memory: Memory
  readonly bytes: number
  readonly inputs: readonly Slot[]
  /** Where the data set lies, and the order of its rows in 32-bit numbers. */
  readonly data: readonly Slot[]
  readonly order: number
  /** The state as it was when `keep` was called. */
  readonly kept: readonly Slot[]
  readonly loss: Slot
  /** Keeps the state, and forgets the losses so far. */
  readonly keep: () => void
  /** Goes back to the state that was kept. */
  readonly goBack: () => void
  /** One step, on the batch that is there. */
  readonly step: () => void
  /** Steps on batches from number `first` on; answers which one's loss was no number, or −1. */
  readonly steps: (first: number, count: number) => number
  /** The sum of the losses since `keep`. */
  readonly total: () => number
  /** Whether all numbers of the state are finite. */
  readonly isFinite: () => boolean
  /** An epoch of `count` batches in one call: keeps, steps, and answers the total; NaN where a number was not finite. */
  readonly whole: (count: number) => number
}

const bytesOf = ({ dims, bytes }: Slot): number => aligned(sizeOf(dims) * bytes)

/** Slots one after the other from an address on, and where they end. */
const laid = (slots: readonly Omit<Slot, 'address'>[], start: number): { slots: readonly Slot[]; end: number } =>
  slots.reduce<{ readonly slots: readonly Slot[]; readonly end: number }>(
    (found, slot) => {
      const placedSlot = { ...slot, address: found.end }
      return { slots: [...found.slots, placedSlot], end: found.end + bytesOf(placedSlot) }
    },
    { slots: [], end: start }
  )

const lossOf = ({ bytes, address }: Slot): Value =>
  bytes === 8 ? f64.load(i32.constant(0), address) : f64.promote(f32.load(i32.constant(0), address))

const area = (what: string, from: number, bytes: number): Area => ({ what, from, to: from + bytes, fresh: false })

/** Copies the rows of a batch to where the step looks for them. */
const fill = (
  { lanes }: Build,
  batch: readonly Slot[],
  data: readonly Slot[],
  order: number,
  index: Value
): readonly Statement[] => {
  const size = batch[0]!.dims[0]!
  const [position, chosen, left] = [local('i32'), local('i32'), local('i32')]
  const places = batch.map(() => ({ from: local('i32'), to: local('i32') }))
  const widths = batch.map(({ dims }) => sizeOf(dims.slice(1)))
  const wide = batch.map(({ bytes }) => lanesFor(lanes, bytes))
  return [
    assign(
      [position, i32.mul(index, i32.constant(4 * size))],
      [left, i32.constant(size)],
      ...places.map(({ to }) => [to, i32.constant(0)] as const)
    ),
    doWhile(
      left,
      assign([chosen, i32.load(position, order)]),
      assign(
        ...places.map(({ from }, i) => [from, i32.mul(chosen, i32.constant(widths[i]! * wide[i]!.bytes))] as const)
      ),
      ...places.flatMap(({ from, to }, i) =>
        row(wide[i]!, widths[i]!, from, to, { from: data[i]!.address, to: batch[i]!.address }, false)
      ),
      assign(
        [position, i32.add(position, i32.constant(4))],
        [left, i32.sub(left, i32.constant(1))],
        ...places.map(({ to }, i) => [to, i32.add(to, i32.constant(widths[i]! * wide[i]!.bytes))] as const)
      )
    )
  ]
}

/** Most bytes that are copied sooner in vectors than by a call. */
const FEW_BYTES = 1024

/** Copies bytes, whole vectors of them. */
const copied = (to: number, from: number, bytes: number): Statement => {
  const zero = i32.constant(0)
  return bytes > FEW_BYTES
    ? perform(copyBytes(i32.constant(to), i32.constant(from), i32.constant(bytes)))
    : perform(
        ...Array.from({ length: bytes / ALIGN }, (_, i) =>
          v128.store(zero, v128.load(zero, from + ALIGN * i), to + ALIGN * i)
        )
      )
}

const exported = (name: string, body: readonly Statement[]): Func => ({
  name,
  params: [],
  results: [],
  body,
  exported: true
})

/** Whether `x − x` is 0 for every number between two addresses: it is NaN for what is not finite. */
const finite = (state: readonly Slot[]): Func => {
  const [at, end, sum] = [local('i32'), local('i32'), local('f64')]
  const add = ({ address, dims, bytes }: Slot): readonly Statement[] => {
    const x = bytes === 8 ? f64.load(at) : f64.promote(f32.load(at))
    const n = sizeOf(dims)
    return n === 0
      ? []
      : [
          assign([at, i32.constant(address)], [end, i32.constant(address + n * bytes)]),
          doWhile(i32.ltU(at, end), assign([sum, f64.add(sum, f64.sub(x, x))], [at, i32.add(at, i32.constant(bytes))]))
        ]
  }
  return {
    name: 'isFinite',
    params: [],
    results: ['i32'],
    body: [assign([sum, f64.constant(0)]), ...state.flatMap(add), giveBack(f64.eq(sum, f64.constant(0)))],
    exported: true
  }
}

/** The program of a step's tape. */
export const stepsOf = (tape: Tape, settings: StepsSettings): StepsProgram => {
  const { states, batches, rows, memoryLimit } = settings
  const donations = Array.from({ length: states }, (_, i) => [i, i] as const)
  const build = buildOf(tape, { ...settings, donations })
  const state = build.inputs.slice(0, states)
  const batch = build.inputs.slice(states, states + batches)
  const loss = build.outputs[states]!
  const stateStart = state[0]?.address ?? 0
  const stateBytes = state.reduce((bytes, slot) => Math.max(bytes, slot.address + bytesOf(slot) - stateStart), 0)

  // behind the step's own memory: a copy of the state, the data set, the order of its rows, the sum of the losses
  const copyStart = aligned(build.bytes)
  const kept = state.map((slot): Slot => ({ ...slot, address: slot.address - stateStart + copyStart }))
  const set = laid(
    batch.map(({ dims, bytes }) => ({ dims: [rows, ...dims.slice(1)], bytes })),
    copyStart + stateBytes
  )
  const order = set.end
  const total = aligned(order + 4 * rows)
  const end = total + ALIGN

  const totalArea = area('the total', total, 8)
  const batchAreas = batch.map(({ address, dims, bytes }) => area('rows of a batch', address, sizeOf(dims) * bytes))

  const [first, count, i, last] = [local('i32'), local('i32'), local('i32'), local('i32')]
  const zero = i32.constant(0)
  const lossNow = local('f64')
  const [keepNumber, , finiteNumber, stepsNumber] = [0, 1, 2, 3].map(
    (place) => build.imports.length + build.functions.length + place
  ) as [number, number, number, number]
  const more: readonly Func[] = [
    exported(
      'keep',
      build.within(
        () => [area('the state kept', copyStart, stateBytes), totalArea],
        [copied(copyStart, stateStart, stateBytes), perform(f64.store(zero, f64.constant(0), total))]
      )
    ),
    exported(
      'goBack',
      build.within(() => [area('the state', stateStart, stateBytes)], [copied(stateStart, copyStart, stateBytes)])
    ),
    finite(state),
    {
      name: 'steps',
      params: [first, count],
      results: ['i32'],
      body: [
        assign([i, first], [last, i32.add(first, count)]),
        doWhile(
          i32.ltU(i, last),
          ...(rows === 0 ? [] : build.within(() => batchAreas, fill(build, batch, set.slots, order, i))),
          perform(callFor(build.run)),
          assign([lossNow, lossOf(loss)]),
          when(f64.ne(f64.sub(lossNow, lossNow), f64.constant(0)), [giveBack(i)]),
          ...build.within(
            () => [totalArea],
            [perform(f64.store(zero, f64.add(f64.load(zero, total), lossNow), total))]
          ),
          assign([i, i32.add(i, i32.constant(1))])
        ),
        giveBack(i32.constant(-1))
      ],
      exported: true
    },
    {
      name: 'whole',
      params: [count],
      results: ['f64'],
      body: [
        perform(callFor(keepNumber)),
        when(i32.geS(call('i32', stepsNumber, zero, count), zero), [giveBack(f64.constant(NaN))]),
        when(i32.eqz(call('i32', finiteNumber)), [giveBack(f64.constant(NaN))]),
        giveBack(f64.load(zero, total))
      ],
      exported: true
    }
  ]
  const { memory, bytes, functions } = placed(build, more, end - build.bytes, memoryLimit)
  const doubles = new Float64Array(memory.buffer)
  const { keep, goBack, run, steps, isFinite, whole } = functions
  return {
    memory,
    bytes,
    inputs: build.inputs,
    data: set.slots,
    order,
    kept,
    loss,
    keep: keep!,
    goBack: goBack!,
    step: run!,
    steps: steps!,
    total: () => doubles[total / 8]!,
    isFinite: () => isFinite!() === 1,
    whole: whole!
  }
}
