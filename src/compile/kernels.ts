import { loop } from '../machine/loop.ts'
import { checked, gather as gatherRows, type Rows, scatterAdd as addRows } from '../machine/rows.ts'
import { logits as logitsLoop, type Logits, splitLogits, takesTwin } from '../machine/logits.ts'
import { inOne, type Work } from '../machine/split.ts'
import { singleAbove, singleBelow } from '../machine/bytes.ts'
import type { Lanes } from '../machine/lanes.ts'
import { childKey as makeKey, type Draw, drawn, oneBelow, uniformIn } from '../machine/threefry.ts'
import { f64, i32, perform, type Statement, type Value } from '../machine/wasm.ts'
import { below } from '../random/draw.ts'
import { counterOf, type Domain, domain } from '../random/key.ts'
import type { LabelParams } from '../primitive/labels.ts'
import { type Dims, sizeBetween, sizeOf, stridesOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import type { BernoulliParams, UniformParams } from '../tape/keys.ts'
import { resultsOf } from './graph.ts'
import { loopStatements } from './loops.ts'
import type { Slot } from './module.ts'
import { accessOf, type Context, type Dense, denseOperands, entryAt, operandViews } from './operands.ts'
import { sequenceOf } from './sequence.ts'
import { squeezedDims, type View } from './view.ts'

/** The kernels of what is neither elementwise, nor a reduction, nor a matrix product: each fills its result by itself. */

/** The entry that a kernel computes, and what it may use. */
export interface Task {
  readonly context: Context
  readonly index: number
  /** The entry that it computes as well, when there is one: probabilities beside their logarithms. */
  readonly twin: number | undefined
  /** Where the kernel's own room begins. */
  readonly room: number
  /** How many parts may be done side by side. */
  readonly parts: number
}

/** The statements of an entry that has a kernel of its own. */
export type KernelRule = (task: Task) => Work

/** The number by which the host knows an entry, whose operands lie at these places. */
export const referred = ({ context, index }: Task, operands: readonly Dense[]): number => {
  const { primitive, params, inputs } = entryAt(context.graph, index)
  return context.module.refer({
    primitive,
    params,
    operands: inputs.map((input, i): Slot => context.slotOf(input, operands[i]!.address)),
    results: resultsOf(context.graph, index).map((result) => context.slotOf(result, context.addressOf(result)))
  })
}

/** A copy of one part of a result: from a view, to a task in it. */
const part = ({ context, index }: Task, view: View, starts: readonly number[]): readonly Statement[] => {
  const { graph, lanes, addressOf } = context
  const strides = stridesOf(graph.nodes[index]!.dims)
  const offset = starts.reduce((sum, start, axis) => sum + start * strides[axis]!, 0)
  const axes = view.dims.flatMap((n, axis) => (n === 1 ? [] : [axis]))
  return loop(lanes, {
    dims: squeezedDims(view.dims),
    loads: [accessOf(context, view, view.dims)],
    body: ([x]) => [x!],
    results: [
      {
        to: { address: addressOf(index) + offset * lanes.bytes, strides: axes.map((axis) => strides[axis]!) },
        reduction: null
      }
    ]
  })
}

const zeros = ({ context: { lanes, graph, addressOf }, index }: Task): readonly Statement[] =>
  loop(lanes, {
    dims: [sizeOf(graph.nodes[index]!.dims)],
    loads: [],
    body: () => [lanes.constant(0)],
    results: [{ to: { address: addressOf(index), strides: [1] }, reduction: null }]
  })

export const concat: KernelRule = (task) => {
  const { dims, params } = entryAt(task.context.graph, task.index)
  const { axis } = params as { readonly axis: number }
  // there may be thousands of parts
  const sequence = sequenceOf(task.context.module)
  let start = 0
  for (const view of operandViews(task.context, task.index)) {
    const at = start
    sequence.add(
      part(
        task,
        view,
        dims.map((_, d) => (d === axis ? at : 0))
      )
    )
    start += view.dims[axis]!
  }
  return inOne(sequence.statements())
}

export const pad: KernelRule = (task) => {
  const { starts } = entryAt(task.context.graph, task.index).params as { readonly starts: readonly number[] }
  const [view] = operandViews(task.context, task.index)
  return inOne([...zeros(task), ...part(task, view!, starts)])
}

/** Logits to probabilities, to their logarithms, or to the logarithm of the sum of exponentials. */
export const logits =
  (kind: Logits['kind']): KernelRule =>
  ({ context, index, twin, room, parts }) => {
    const { axis } = entryAt(context.graph, index).params as { readonly axis: number }
    const views = operandViews(context, index)
    const [operand] = denseOperands(context, views, room)
    const from = views[0]!.dims
    const whole: Logits = {
      kind,
      outer: sizeBetween(from, 0, axis),
      along: from[axis]!,
      inner: sizeBetween(from, axis + 1, from.length),
      from: operand!.address,
      to: context.addressOf(index),
      ...(twin === undefined ? {} : { twin: context.addressOf(twin) })
    }
    return {
      before: operand!.before,
      parts: splitLogits(context.lanes, whole, parts).map((one) => logitsLoop(context.lanes, one))
    }
  }

interface Axis {
  readonly axis: number
}

/** Whether probabilities come with their logarithms: along the same axis, of few elements. */
export const logitsFit = (dims: Dims, own: Axis, other: Axis): boolean =>
  own.axis === other.axis && takesTwin(dims[own.axis]!)

export const gather: KernelRule = (task) => rowsOf(task, 'gather')
export const scatterAdd: KernelRule = (task) => rowsOf(task, 'scatterAdd')

const rowsOf = (task: Task, kind: 'gather' | 'scatterAdd'): Work => {
  const { context, index, room } = task
  const { dims } = entryAt(context.graph, index)
  const views = operandViews(context, index)
  const operands = denseOperands(context, views, room)
  const [x, indices] = operands
  const at = views[1]!.dims
  const lead = at.length - 1
  const rows: Rows = {
    count: sizeOf(at),
    each: at[lead]!,
    width: sizeOf(dims.slice(at.length)),
    rows: kind === 'gather' ? views[0]!.dims[lead]! : dims[lead]!,
    from: x!.address,
    indices: indices!.address,
    to: context.addressOf(index)
  }
  return inOne([
    ...x!.before,
    ...indices!.before,
    ...(kind === 'gather' ? [] : zeros(task)),
    ...(kind === 'gather' ? gatherRows : addRows)(
      context.lanes,
      rows,
      referred(task, operands),
      context.module.wrongIndex
    )
  ])
}

/** Labels that are classes. */
export const labels: KernelRule = (task) => {
  const { context, index, room } = task
  const { dims, params } = entryAt(context.graph, index)
  const operands = denseOperands(context, operandViews(context, index), room)
  const [operand] = operands
  const numbers = {
    count: sizeOf(dims),
    rows: (params as LabelParams).classes,
    indices: operand!.address,
    to: context.addressOf(index)
  }
  return inOne([
    ...operand!.before,
    ...checked(context.lanes, numbers, referred(task, operands), context.module.wrongIndex)
  ])
}

const zero = i32.constant(0)

/** What draws with a key: the addresses of the operands, and the function that makes random bits. */
const drawing =
  (statements: (task: Task, draw: Draw, addresses: readonly number[]) => readonly Statement[]): KernelRule =>
  (task) => {
    const { context, index, room } = task
    const addresses = operandViews(context, index).map(({ base, offset }) => context.addressOf(base) + 8 * offset)
    return inOne(statements(task, { key: addresses[0]!, room, block: context.module.block() }, addresses))
  }

export const childKey = drawing(({ context, index }, draw) => {
  const { use, index: counter } = entryAt(context.graph, index).params as {
    readonly use: Domain
    readonly index: number
  }
  const [high, low] = counterOf(use, counter)
  return makeKey(draw, [i32.constant(high | 0), i32.constant(low | 0)], context.addressOf(index))
})

export const foldKey = drawing(({ context, index }, draw, [, second]) => {
  const data = f64.load(zero, second)
  const upper = f64.floor(f64.mul(data, f64.constant(2 ** -32)))
  const high = i32.or(i32.constant(counterOf(domain.foldIn, 0)[0]), i32.fromF64U(upper))
  const low = i32.fromF64U(f64.sub(data, f64.mul(upper, f64.constant(2 ** 32))))
  return makeKey(draw, [high, low], context.addressOf(index))
})

/** Numbers drawn one after the other, each from a number of [0, 1). */
const numbersBy = (numberOf: (lanes: Lanes, params: unknown) => (unit: Value) => Value): KernelRule =>
  drawing(({ context, index }, draw) => {
    const { dims, params } = entryAt(context.graph, index)
    return drawn(context.lanes, draw, numberOf(context.lanes, params), sizeOf(dims), context.addressOf(index))
  })

/** Rounding to single precision must not leave the range: its ends are moved to the singles within. */
export const uniform = numbersBy(({ precision }, params) => {
  const { min, max } = params as UniformParams
  const [least, most] = precision === 'double' ? [min, below(max)] : [singleAbove(min), singleBelow(below(max))]
  return least <= most
    ? uniformIn(min, max - min, least, most)
    : fail(
        'ValueError',
        `uniform: single precision has no number from min ${min} to below max ${max}; compile in double precision`
      )
})

export const bernoulli = numbersBy((_, params) => oneBelow((params as BernoulliParams).p))

export const sameKey = drawing(({ context, index }, _, [first]) =>
  [0, 8].map((at) => perform(f64.store(zero, f64.load(zero, first! + at), context.addressOf(index) + at)))
)

export const nextCount = drawing(({ context, index }, _, [first]) => [
  perform(f64.store(zero, f64.add(f64.load(zero, first), f64.constant(1)), context.addressOf(index)))
])

/** A scan. */
export const scan: KernelRule = ({ context, index, room }) => inOne(loopStatements(context, index, room))
