import { loop } from '../machine/loop.ts'
import {
  checked,
  gather as gatherRows,
  lastAt as lastOfRows,
  type Rows,
  scatterAdd as addRows
} from '../machine/rows.ts'
import { logits as logitsLoop, type Logits, splitLogits, allowsSibling } from '../machine/logits.ts'
import { unsplit, type Work } from '../machine/split.ts'
import { singleAbove, singleBelow } from '../machine/bytes.ts'
import type { Lanes } from '../machine/lanes.ts'
import { type Draw, drawn, foldKeys, foldKeysWith, oneBelow, splitKeys, uniformIn } from '../machine/threefry.ts'
import { assign, callFor, doWhile, f32, f64, i32, local, perform, type Statement, type Value } from '../machine/wasm.ts'
import { below } from '../kernel/draw.ts'
import { counterOf, domain, isFoldable } from '../kernel/key.ts'
import type { LabelParams } from '../primitive/labels.ts'
import type { Range } from '../primitive/random.ts'
import { type Dims, sizeBetween, sizeOf, stridesOf } from '../tensor/dims.ts'
import { fail } from '../tensor/errors.ts'
import { resultsOf } from './graph.ts'
import { loopStatements } from './loops.ts'
import type { Slot } from './module.ts'
import {
  accessOf,
  type Context,
  copied,
  type Dense,
  denseOperands,
  entryAt,
  type Facts,
  lanesFor,
  literalOf,
  operandViews,
  sizeOfCopies,
  zeroed
} from './operands.ts'
import type { Rule } from './pointwise.ts'
import { sequenceOf } from './sequence.ts'
import { squeezedDims, type View } from './view.ts'

/** Standalone kernels: operations that are neither elementwise, nor reductions, nor matrix products. */

/** What a kernel rule is given. */
export interface Task {
  readonly context: Context
  readonly index: number
  /** Another entry that the kernel computes too, if any: probabilities beside their logarithms. */
  readonly sibling: number | undefined
  /** The address of the kernel's scratch. */
  readonly scratch: number
  /** The most parts to split the work into. */
  readonly parts: number
}

/** Generates the statements of a standalone kernel. */
export type KernelRule = (task: Task) => Work

/** Registers an entry for the host, with the addresses of its operands, and gives its id. */
const hostEntryOf = ({ context, index }: Task, operands: readonly Dense[], givesIndices = false): number => {
  const { primitive, params, inputs } = entryAt(context.graph, index)
  return context.module.addHostEntry({
    primitive,
    params,
    operands: inputs.map((input, i): Slot => context.slotOf(input, operands[i]!.address)),
    results: resultsOf(context.graph, index).map((result) => context.slotOf(result, context.addressOf(result))),
    givesIndices
  })
}

/** Lanes for the elements of a node: doubles for the words of keys. */
export const lanesAt = ({ lanes, bytesOf }: Pick<Facts, 'lanes' | 'bytesOf'>, node: number): Lanes =>
  lanesFor(lanes, bytesOf(node))

/** Copies a view into a block of the result, its elements steps apart. */
const part = (
  { context, index }: Task,
  view: View,
  starts: readonly number[],
  steps?: readonly number[]
): readonly Statement[] => {
  const { graph, addressOf } = context
  const lanes = lanesAt(context, index)
  const strides = stridesOf(graph.nodes[index]!.dims)
  const offset = starts.reduce((sum, start, axis) => sum + start * strides[axis]!, 0)
  const axes = view.dims.flatMap((n, axis) => (n === 1 ? [] : [axis]))
  return loop(lanes, {
    dims: squeezedDims(view.dims),
    loads: [accessOf(context, view, view.dims)],
    body: ([x]) => [x!],
    results: [
      {
        to: {
          address: addressOf(index) + offset * lanes.bytes,
          strides: axes.map((axis) => strides[axis]! * (steps?.[axis] ?? 1))
        },
        reduction: null
      }
    ]
  })
}

export const concat: KernelRule = (task) => {
  const { dims, params } = entryAt(task.context.graph, task.index)
  const { axis } = params as { readonly axis: number }
  // there may be thousands of operands
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
  return unsplit(sequence.statements())
}

export const pad: KernelRule = (task) => {
  const { starts, steps } = entryAt(task.context.graph, task.index).params as {
    readonly starts: readonly number[]
    readonly steps?: readonly number[]
  }
  const [view] = operandViews(task.context, task.index)
  return unsplit([...zeroed(task.context, task.index), ...part(task, view!, starts, steps)])
}

/** Probabilities of logits, their logarithms, or log-sum-exp. */
export const logits =
  (kind: Logits['kind']): KernelRule =>
  ({ context, index, sibling, scratch, parts }) => {
    const { axis } = entryAt(context.graph, index).params as { readonly axis: number }
    const views = operandViews(context, index)
    const [operand] = denseOperands(context, views, scratch)
    const from = views[0]!.dims
    const whole: Logits = {
      kind,
      outer: sizeBetween(from, 0, axis),
      along: from[axis]!,
      inner: sizeBetween(from, axis + 1, from.length),
      from: operand!.address,
      to: context.addressOf(index),
      ...(sibling === undefined ? {} : { sibling: context.addressOf(sibling) })
    }
    return {
      before: operand!.before,
      parts: splitLogits(context.lanes, whole, parts).map((one) => logitsLoop(context.lanes, one))
    }
  }

/** Calls the reference loop on the host. */
export const byReference = (task: Task, givesIndices: boolean): Work => {
  const { context, index, scratch } = task
  const operands = denseOperands(context, operandViews(context, index), scratch)
  return unsplit([
    ...operands.flatMap(({ before }) => before),
    perform(callFor(context.module.reference, i32.constant(hostEntryOf(task, operands, givesIndices))))
  ])
}

/** The setting of an operation along one axis. */
export interface Axis {
  readonly axis: number
}

/** Whether one kernel can compute both probabilities and their logarithms: the same short axis. */
export const logitsFit = (dims: Dims, own: Axis, other: Axis): boolean =>
  own.axis === other.axis && allowsSibling(dims[own.axis]!)

export const gather: KernelRule = (task) => rowsOf(task, 'gather')
export const scatterAdd: KernelRule = (task) => rowsOf(task, 'scatterAdd')

const rowsOf = (task: Task, kind: 'gather' | 'scatterAdd'): Work => {
  const { context, index, scratch } = task
  const { dims } = entryAt(context.graph, index)
  const views = operandViews(context, index)
  const operands = denseOperands(context, views, scratch)
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
    to: context.addressOf(index),
    indexBytes: context.bytesOf(views[1]!.base)
  }
  return unsplit([
    ...x!.before,
    ...indices!.before,
    ...(kind === 'gather' ? [] : zeroed(task.context, task.index)),
    ...(kind === 'gather' ? gatherRows : addRows)(
      lanesAt(context, index),
      rows,
      hostEntryOf(task, operands),
      context.module.wrongIndex
    )
  ])
}

/** Up to here single precision represents every position. */
const MAX_SINGLE_POSITION = 2 ** 24

export const lastAt: KernelRule = (task) => {
  const { context, index, scratch } = task
  const { dims } = entryAt(context.graph, index)
  const views = operandViews(context, index)
  const operands = denseOperands(context, views, scratch)
  const [indices] = operands
  const at = views[0]!.dims
  const each = at[at.length - 1]!
  const lanes = lanesAt(context, index)
  if (lanes.precision === 'single' && each > MAX_SINGLE_POSITION)
    return fail('ValueError', `lastAt: single precision does not count to ${each}; compile in double precision`)
  const numbers = {
    count: sizeOf(at),
    each,
    rows: dims[dims.length - 1]!,
    indices: indices!.address,
    to: context.addressOf(index),
    indexBytes: context.bytesOf(views[0]!.base)
  }
  return unsplit([
    ...indices!.before,
    ...zeroed(context, index),
    ...lastOfRows(lanes, numbers, hostEntryOf(task, operands), context.module.wrongIndex)
  ])
}

/** Copies labels, and checks that they are classes. */
export const labels: KernelRule = (task) => {
  const { context, index, scratch } = task
  const { dims, params } = entryAt(context.graph, index)
  const operands = denseOperands(context, operandViews(context, index), scratch)
  const [operand] = operands
  const numbers = {
    count: sizeOf(dims),
    rows: (params as LabelParams).classes,
    indices: operand!.address,
    to: context.addressOf(index),
    indexBytes: context.bytesOf(index)
  }
  return unsplit([
    ...operand!.before,
    ...checked(lanesAt(context, index), numbers, hostEntryOf(task, operands), context.module.wrongIndex)
  ])
}

/** Scratch for the two words of a block of random bits, aligned. */
const BLOCK_SCRATCH = 16

/** Bytes of scratch of a draw. */
export const scratchOfDraw = (facts: Facts, index: number): number =>
  BLOCK_SCRATCH + sizeOfCopies(facts, operandViews(facts, index))

/** A kernel that uses random keys, which are its first operand. */
const drawing =
  (statements: (task: Task, draw: Draw, addresses: readonly number[]) => readonly Statement[]): KernelRule =>
  (task) => {
    const { context, index, scratch } = task
    const views = operandViews(context, index)
    const operands = denseOperands(context, views, scratch + BLOCK_SCRATCH)
    const addresses = operands.map(({ address }) => address)
    const draw: Draw = {
      keys: addresses[0]!,
      count: sizeOf(views[0]!.dims) / 2,
      scratch,
      block: context.module.block(),
      // the reference loop throws its own error
      refuse: callFor(context.module.reference, i32.constant(hostEntryOf(task, operands)))
    }
    return unsplit([...operands.flatMap(({ before }) => before), ...statements(task, draw, addresses)])
  }

export const splitKey = drawing(({ context, index }, draw) => {
  const { count } = entryAt(context.graph, index).params as { readonly count: number }
  return splitKeys(draw, counterOf(domain.split, 0), count, context.addressOf(index))
})

export const foldKey = drawing(({ context, index }, draw, [, data]) => {
  const known = literalOf(context, operandViews(context, index)[1]!)
  return known !== null && isFoldable(known)
    ? foldKeysWith(draw, counterOf(domain.foldIn, known), context.addressOf(index))
    : foldKeys(draw, counterOf(domain.foldIn, 0)[0], data!, context.addressOf(index))
})

/** A draw whose numbers are each a function of one uniform in [0, 1). */
const numbersBy = (numberOf: (lanes: Lanes, params: unknown) => (unit: Value) => Value): KernelRule =>
  drawing(({ context, index }, draw) => {
    const { params } = entryAt(context.graph, index)
    const lanes = lanesAt(context, index)
    const each = sizeOf((params as { readonly dims: Dims }).dims)
    return drawn(lanes, draw, numberOf(lanes, params), each, context.addressOf(index))
  })

/** Rounding to single precision must not leave the range, so it is clamped to the singles within. */
export const uniform = numbersBy(({ precision }, params) => {
  const { min, max } = params as Range
  const [least, most] = precision === 'double' ? [min, below(max)] : [singleAbove(min), singleBelow(below(max))]
  return least <= most
    ? uniformIn(min, max - min, least, most)
    : fail(
        'ValueError',
        `uniform: single precision has no number from min ${min} to below max ${max}; compile in double precision`
      )
})

export const bernoulli = numbersBy((_, params) => oneBelow((params as { readonly p: number }).p))

/** Copies an operand to dense elements. */
export const copy: KernelRule = ({ context, index }) =>
  unsplit(copied(context, operandViews(context, index)[0]!, context.addressOf(index)))

/** An elementwise primitive in double precision, in programs of either precision. */
export const onDoubles =
  (rule: Rule): KernelRule =>
  ({ context, index }) => {
    const { dims, params } = entryAt(context.graph, index)
    const squeezed = squeezedDims(dims)
    const lanes = lanesFor(context.lanes, 8)
    return unsplit(
      loop(lanes, {
        dims: squeezed,
        loads: operandViews(context, index).map((view) => accessOf(context, view, dims)),
        body: (inputs) => [rule(lanes, params as never, inputs, context.module.routines)],
        results: [{ to: { address: context.addressOf(index), strides: stridesOf(squeezed) }, reduction: null }]
      })
    )
  }

/** Converts precision: doubles to singles, or singles to doubles. */
export const converted: KernelRule = ({ context, index, scratch }) => {
  const { addressOf, bytesOf, graph } = context
  const views = operandViews(context, index)
  const [operand] = denseOperands(context, views, scratch)
  const narrows = bytesOf(views[0]!.base) === 8
  const [from, to, left] = [local('i32'), local('i32'), local('i32')]
  const count = sizeOf(graph.nodes[index]!.dims)
  return unsplit([
    ...operand!.before,
    ...(count === 0
      ? []
      : [
          assign(
            [from, i32.constant(operand!.address)],
            [to, i32.constant(addressOf(index))],
            [left, i32.constant(count)]
          ),
          doWhile(
            left,
            perform(narrows ? f32.store(to, f32.demote(f64.load(from))) : f64.store(to, f64.promote(f32.load(from)))),
            assign(
              [from, i32.add(from, i32.constant(narrows ? 8 : 4))],
              [to, i32.add(to, i32.constant(narrows ? 4 : 8))],
              [left, i32.sub(left, i32.constant(1))]
            )
          )
        ])
  ])
}

/** A scan. */
export const scan: KernelRule = ({ context, index, scratch }) => unsplit(loopStatements(context, index, scratch))
