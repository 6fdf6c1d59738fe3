import { row } from '../machine/rows.ts'
import { assign, callFor, i32, local, doWhile, perform, type Statement, type Value } from '../machine/wasm.ts'
import { type Loop, loopOutputs } from '../tape/loop.ts'
import { sizeOf, stridesOf } from '../tensor/dims.ts'
import { aligned } from './align.ts'
import {
  checkRoom,
  type Context,
  copied,
  denseOperands,
  entryAt,
  type Facts,
  operandViews,
  sizeOfCopies
} from './operands.ts'
import type { Slot } from './module.ts'
import type { View } from './view.ts'

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

/** A view of elements that lie one after the other. */
const whole = ({ dims }: Slot): View => ({ base: 0, offset: 0, dims, strides: stridesOf(dims) })

/** The statements of a loop whose result begins at an address. */
export const loopStatements = (context: Context, index: number, room: number): readonly Statement[] => {
  const { lanes } = context
  const params = loopAt(context, index)
  const { length, reverse, carries, xs } = params
  const operands = denseOperands(context, read(context, index), room)
  const fixed = new Map(operands.slice(xs).map(({ address }, i) => [carries + xs + i, address]))
  const start = aligned(room + sizeOfCopies(context, read(context, index)))
  const step = context.nested(index)
  checkRoom(context, start + step.bytes)
  const { inputs, outputs, run } = step.place(start, fixed)

  const result = context.addressOf(index)
  const shapes = loopOutputs(params)
  const starts = shapes.map(
    (_, i) => result + lanes.bytes * shapes.slice(0, i).reduce((sum, dims) => sum + sizeOf(dims), 0)
  )

  const zero = i32.constant(0)
  /** Copies an element of what the loop goes along, or of what it keeps; its place is told by how far the loop has come. */
  const moved = [
    ...inputs.slice(carries, carries + xs).map((slot, i) => ({ slot, at: operands[i]!.address, into: true })),
    ...outputs.slice(carries).map((slot, i) => ({ slot, at: starts[carries + i]!, into: false }))
  ].map((one) => ({ ...one, width: sizeOf(one.slot.dims), place: local('i32') }))
  const copy = ({ slot, at, into, width, place }: (typeof moved)[number]): readonly Statement[] =>
    into
      ? row(lanes, width, place, zero, { from: at, to: slot.address }, false)
      : row(lanes, width, zero, place, { from: slot.address, to: at }, false)
  const stride = (width: number): number => width * lanes.bytes * (reverse ? -1 : 1)
  const first = (width: number): Value => i32.constant(reverse ? (length - 1) * width * lanes.bytes : 0)
  const left = local('i32')
  return [
    ...operands.flatMap(({ before }) => before),
    ...operandViews(context, index)
      .slice(0, carries)
      .flatMap((view, i) => copied(context, view, inputs[i]!.address)),
    ...(length === 0
      ? []
      : [
          assign([left, i32.constant(length)], ...moved.map(({ place, width }) => [place, first(width)] as const)),
          doWhile(
            left,
            ...moved.filter(({ into }) => into).flatMap(copy),
            perform(callFor(run)),
            ...moved.filter(({ into }) => !into).flatMap(copy),
            assign(
              [left, i32.sub(left, i32.constant(1))],
              ...moved.map(({ place, width }) => [place, i32.add(place, i32.constant(stride(width)))] as const)
            )
          )
        ]),
    ...inputs
      .slice(0, carries)
      .flatMap((slot, i) =>
        copied({ ...context, addressOf: () => slot.address, bytesOf: () => slot.bytes }, whole(slot), starts[i]!)
      )
  ]
}
