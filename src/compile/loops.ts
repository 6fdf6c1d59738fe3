import { row } from '../machine/rows.ts'
import {
  assign,
  callFor,
  doWhile,
  f32,
  f64,
  i32,
  local,
  perform,
  type Statement,
  type Value,
  when
} from '../machine/wasm.ts'
import { endsEarly, type Loop } from '../primitive/scan.ts'
import { sizeOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { aligned } from './align.ts'
import { resultsOf } from './graph.ts'
import {
  checkRoom,
  type Context,
  copied,
  denseOperands,
  entryAt,
  type Facts,
  lanesFor,
  operandViews,
  sizeOfCopies,
  zeroed
} from './operands.ts'
import type { Slot } from './module.ts'
import { isDense, type View } from './view.ts'

/**
 * A loop as a loop of the machine. Its step has places of its own in the kernel's room; what is the same for all steps is
 * read where it lies, what is carried stays in its place from step to step, and the rest is copied in and out.
 */

const loopAt = ({ graph }: Facts, index: number): Loop => entryAt(graph, index).params as Loop

/** The operands of a loop that are not copied before it begins: a carried one is copied into its place. */
const read = (facts: Facts, index: number): readonly View[] =>
  operandViews(facts, index).slice(loopAt(facts, index).carries)

/** How many bytes of room a loop wants. */
export const roomOfLoop = (facts: Facts, index: number): number =>
  aligned(sizeOfCopies(facts, read(facts, index))) + facts.nested(index).bytes

/** The statements of a loop: what it carries lies where its result will, and what it keeps is copied to its place at each step. */
export const loopStatements = (context: Context, index: number, room: number): readonly Statement[] => {
  const { lanes, graph, addressOf, bytesOf } = context
  const loop = loopAt(context, index)
  const { length, reverse, carries, xs } = loop
  const results = resultsOf(graph, index)
  const operands = denseOperands(context, read(context, index), room)
  const elsewhere = new Map([
    ...results.slice(0, carries).map((result, i) => [i, addressOf(result)] as const),
    ...operands.slice(xs).map(({ address }, i) => [carries + xs + i, address] as const)
  ])
  const start = aligned(room + sizeOfCopies(context, read(context, index)))
  const step = context.nested(index)
  checkRoom(context, start + step.bytes)
  const { inputs, outputs, run } = step.place(start, elsewhere)
  const around = [...entryAt(graph, index).inputs, ...results].map(bytesOf)
  if ([...inputs, ...outputs].some(({ bytes }, i) => bytes !== around[i]))
    fail(
      'InternalError',
      'compile: a scan and its step disagree about which numbers are words of a key; please report it'
    )

  const zero = i32.constant(0)
  /** Copies an element of what the loop goes along, or of what it keeps; its place is told by how far the loop has come. */
  const moved = [
    ...inputs.slice(carries, carries + xs).map((slot, i) => ({ slot, at: operands[i]!.address, into: true })),
    ...outputs.slice(carries).map((slot, i) => ({ slot, at: addressOf(results[carries + i]!), into: false }))
  ].map((one) => ({ ...one, width: sizeOf(one.slot.dims), place: local('i32') }))
  const copy = ({ slot, at, into, width, place }: (typeof moved)[number]): readonly Statement[] => {
    const own = lanesFor(lanes, slot.bytes)
    return into
      ? row(own, width, place, zero, { from: at, to: slot.address }, false)
      : row(own, width, zero, place, { from: slot.address, to: at }, false)
  }
  const strideOf = ({ slot, width }: (typeof moved)[number]): number => width * slot.bytes
  const left = local('i32')
  const isBounded = Number.isFinite(length)
  const met = loop.when === null ? null : isNotZero(inputs[loop.when]!)
  const taken = [perform(callFor(run)), ...moved.filter(({ into }) => !into).flatMap(copy)]
  /** Whether there is another step to look at. */
  const goesOn = met !== null && endsEarly(loop) ? (isBounded ? i32.and(i32.ne(left, zero), met) : met) : left
  const steps = doWhile(
    goesOn,
    ...moved.filter(({ into }) => into).flatMap(copy),
    ...(met === null || endsEarly(loop) ? taken : [when(met, taken)]),
    assign(
      [left, i32.sub(left, i32.constant(1))],
      ...moved.map((one) => [one.place, i32.add(one.place, i32.constant(strideOf(one) * (reverse ? -1 : 1)))] as const)
    )
  )
  return [
    ...operands.flatMap(({ before }) => before),
    ...operandViews(context, index)
      .slice(0, carries)
      .flatMap((view, i) => {
        const address = addressOf(results[i]!)
        return isDense(view) && addressOf(view.base) + view.offset * bytesOf(view.base) === address
          ? []
          : copied(context, view, address)
      }),
    ...(met === null ? [] : results.slice(carries).flatMap((result) => zeroed(context, result))),
    ...(length === 0
      ? []
      : [
          assign(
            [left, i32.constant(isBounded ? length : 0)],
            ...moved.map((one) => [one.place, i32.constant(reverse ? (length - 1) * strideOf(one) : 0)] as const)
          ),
          ...(met !== null && endsEarly(loop) ? [when(met, [steps])] : [steps])
        ])
  ]
}

/** Whether a scalar is not 0; NaN is not. */
const isNotZero = ({ address, bytes }: Slot): Value => {
  const none = i32.constant(0)
  return f64.ne(bytes === 8 ? f64.load(none, address) : f64.promote(f32.load(none, address)), f64.constant(0))
}
