import { loop } from '../machine/loop.ts'
import { checked, gather as gatherRows, type Rows, scatterAdd as addRows } from '../machine/rows.ts'
import { softmax as softmaxLoop, type Softmax, splitSoftmax } from '../machine/softmax.ts'
import { inOne, type Work } from '../machine/split.ts'
import { childKey as makeKey, type Draw, uniform } from '../machine/threefry.ts'
import { f64, i32, perform, type Statement } from '../machine/wasm.ts'
import { counterOf, type Domain, domain } from '../random/key.ts'
import type { LabelParams } from '../tape/labels.ts'
import { sizeBetween, sizeOf, stridesOf } from '../tensor/dims.ts'
import { loopStatements } from './loops.ts'
import type { Slot } from './module.ts'
import { accessOf, type Context, type Dense, denseOperands, entryAt, operandViews, plain } from './operands.ts'
import { sequenceOf } from './sequence.ts'
import type { View } from './view.ts'

/** The kernels of what is neither elementwise, nor a reduction, nor a matrix product: each fills its result by itself. */

/** The entry that a kernel computes, and what it may use. */
export interface Place {
  readonly context: Context
  readonly index: number
  /** The entry that it computes as well, when there is one: a softmax beside its logarithm. */
  readonly twin: number | undefined
  /** Where the kernel's own room begins. */
  readonly room: number
  /** How many parts may be done side by side. */
  readonly parts: number
}

/** The statements of an entry that has a kernel of its own. */
export type KernelRule = (place: Place) => Work

/** The number by which the host knows an entry, whose operands lie at these places. */
export const referred = ({ context, index }: Place, operands: readonly Dense[]): number => {
  const { primitive, params, inputs } = entryAt(context.graph, index)
  return context.module.refer({
    primitive,
    params,
    operands: inputs.map((input, i): Slot => context.slotOf(input, operands[i]!.address)),
    result: context.slotOf(index, context.addressOf(index))
  })
}

/** A copy of one part of a result: from a view, to a place in it. */
const part = ({ context, index }: Place, view: View, starts: readonly number[]): readonly Statement[] => {
  const { graph, lanes, addressOf } = context
  const strides = stridesOf(graph.nodes[index]!.dims)
  const offset = starts.reduce((sum, start, axis) => sum + start * strides[axis]!, 0)
  const axes = view.dims.flatMap((n, axis) => (n === 1 ? [] : [axis]))
  return loop(lanes, {
    dims: plain(view.dims),
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

const zeros = ({ context: { lanes, graph, addressOf }, index }: Place): readonly Statement[] =>
  loop(lanes, {
    dims: [sizeOf(graph.nodes[index]!.dims)],
    loads: [],
    body: () => [lanes.constant(0)],
    results: [{ to: { address: addressOf(index), strides: [1] }, reduction: null }]
  })

export const concat: KernelRule = (place) => {
  const { dims, params } = entryAt(place.context.graph, place.index)
  const { axis } = params as { readonly axis: number }
  // there may be thousands of parts
  const sequence = sequenceOf(place.context.module)
  let start = 0
  for (const view of operandViews(place.context, place.index)) {
    const at = start
    sequence.add(
      part(
        place,
        view,
        dims.map((_, d) => (d === axis ? at : 0))
      )
    )
    start += view.dims[axis]!
  }
  return inOne(sequence.statements())
}

export const pad: KernelRule = (place) => {
  const { starts } = entryAt(place.context.graph, place.index).params as { readonly starts: readonly number[] }
  const [view] = operandViews(place.context, place.index)
  return inOne([...zeros(place), ...part(place, view!, starts)])
}

/** Softmax, its logarithm, or the logarithm of the sum. */
export const softmax =
  (kind: Softmax['kind']): KernelRule =>
  ({ context, index, twin, room, parts }) => {
    const { axis } = entryAt(context.graph, index).params as { readonly axis: number }
    const views = operandViews(context, index)
    const [operand] = denseOperands(context, views, room)
    const from = views[0]!.dims
    const whole: Softmax = {
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
      parts: splitSoftmax(context.lanes, whole, parts).map((one) => softmaxLoop(context.lanes, one))
    }
  }

export const gather: KernelRule = (place) => rowsOf(place, 'gather')
export const scatterAdd: KernelRule = (place) => rowsOf(place, 'scatterAdd')

const rowsOf = (place: Place, kind: 'gather' | 'scatterAdd'): Work => {
  const { context, index, room } = place
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
    ...(kind === 'gather' ? [] : zeros(place)),
    ...(kind === 'gather' ? gatherRows : addRows)(
      context.lanes,
      rows,
      referred(place, operands),
      context.module.wrongIndex
    )
  ])
}

/** Labels that are classes. */
export const labels: KernelRule = (place) => {
  const { context, index, room } = place
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
    ...checked(context.lanes, numbers, referred(place, operands), context.module.wrongIndex)
  ])
}

const zero = i32.constant(0)

/** What draws with a key: the addresses of the operands, and the function that makes random bits. */
const drawing =
  (statements: (place: Place, draw: Draw, addresses: readonly number[]) => readonly Statement[]): KernelRule =>
  (place) => {
    const { context, index, room } = place
    const addresses = operandViews(context, index).map(({ base, offset }) => context.addressOf(base) + 8 * offset)
    return inOne(statements(place, { key: addresses[0]!, room, block: context.module.block() }, addresses))
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

export const unitUniform = drawing(({ context, index }, draw) =>
  uniform(context.lanes, draw, sizeOf(entryAt(context.graph, index).dims), context.addressOf(index))
)

export const sameKey = drawing(({ context, index }, _, [first]) =>
  [0, 8].map((at) => perform(f64.store(zero, f64.load(zero, first! + at), context.addressOf(index) + at)))
)

export const nextCount = drawing(({ context, index }, _, [first]) => [
  perform(f64.store(zero, f64.add(f64.load(zero, first), f64.constant(1)), context.addressOf(index)))
])

/** A scan. */
export const scan: KernelRule = ({ context, index, room }) => inOne(loopStatements(context, index, room))
