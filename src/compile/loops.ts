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
  checkScratch,
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
 * Compiles a scan to a machine loop. The memory of its step is part of the kernel's scratch. Loop-invariant inputs are
 * read in place, carries stay in place from step to step, elements of `xs` and stacked outputs are copied at each step.
 */

const loopAt = ({ graph }: Facts, index: number): Loop => entryAt(graph, index).params as Loop

/** The operands of a scan except its carries, which are copied to the results before the loop. */
const copiedOperands = (facts: Facts, index: number): readonly View[] =>
  operandViews(facts, index).slice(loopAt(facts, index).carries)

/** Bytes of scratch of a scan. */
export const scratchOfLoop = (facts: Facts, index: number): number =>
  aligned(sizeOfCopies(facts, copiedOperands(facts, index))) + facts.nested(index).bytes

/** The statements of a scan. Carries live in the memory of the final results. */
export const loopStatements = (context: Context, index: number, scratch: number): readonly Statement[] => {
  const { lanes, graph, addressOf, bytesOf } = context
  const loop = loopAt(context, index)
  const { length, reverse, carries, xs } = loop
  const results = resultsOf(graph, index)
  const operands = denseOperands(context, copiedOperands(context, index), scratch)
  const elsewhere = new Map([
    ...results.slice(0, carries).map((result, i) => [i, addressOf(result)] as const),
    ...operands.slice(xs).map(({ address }, i) => [carries + xs + i, address] as const)
  ])
  const start = aligned(scratch + sizeOfCopies(context, copiedOperands(context, index)))
  const step = context.nested(index)
  checkScratch(context, start + step.bytes)
  const { inputs, outputs, run } = step.place(start, elsewhere)
  const around = [...entryAt(graph, index).inputs, ...results].map(bytesOf)
  if ([...inputs, ...outputs].some(({ bytes }, i) => bytes !== around[i]))
    fail(
      'InternalError',
      'compile: a scan and its step disagree about which numbers are words of a key; please report it'
    )

  const zero = i32.constant(0)
  /** What is copied at each step: an element of each of `xs` in, an element of each stacked output out. */
  const moving = (slot: Slot, at: number) => ({ slot, at, width: sizeOf(slot.dims), place: local('i32') })
  const entering = inputs.slice(carries, carries + xs).map((slot, i) => moving(slot, operands[i]!.address))
  const leaving = outputs.slice(carries).map((slot, i) => moving(slot, addressOf(results[carries + i]!)))
  const copyIn = ({ slot, at, width, place }: (typeof entering)[number]): readonly Statement[] =>
    row(lanesFor(lanes, slot.bytes), width, place, zero, { from: at, to: slot.address }, false)
  const copyOut = ({ slot, at, width, place }: (typeof leaving)[number]): readonly Statement[] =>
    row(lanesFor(lanes, slot.bytes), width, zero, place, { from: slot.address, to: at }, false)
  const strideOf = ({ slot, width }: (typeof entering)[number]): number => width * slot.bytes
  const left = local('i32')
  const isBounded = Number.isFinite(length)
  const met = loop.when === null ? null : isNonZero(inputs[loop.when]!)
  const taken = [perform(callFor(run)), ...leaving.flatMap(copyOut)]
  /** Whether to look at another step. */
  const goesOn = met !== null && endsEarly(loop) ? (isBounded ? i32.and(i32.ne(left, zero), met) : met) : left
  const steps = doWhile(
    goesOn,
    ...entering.flatMap(copyIn),
    ...(met === null || endsEarly(loop) ? taken : [when(met, taken)]),
    assign(
      [left, i32.sub(left, i32.constant(1))],
      ...[...entering, ...leaving].map(
        (one) => [one.place, i32.add(one.place, i32.constant(strideOf(one) * (reverse ? -1 : 1)))] as const
      )
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
            ...[...entering, ...leaving].map(
              (one) => [one.place, i32.constant(reverse ? (length - 1) * strideOf(one) : 0)] as const
            )
          ),
          ...(met !== null && endsEarly(loop) ? [when(met, [steps])] : [steps])
        ])
  ]
}

/** Whether a scalar is not 0; NaN counts as not 0. */
const isNonZero = ({ address, bytes }: Slot): Value => {
  const none = i32.constant(0)
  return f64.ne(bytes === 8 ? f64.load(none, address) : f64.promote(f32.load(none, address)), f64.constant(0))
}
