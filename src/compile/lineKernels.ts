import { argmax as argmaxLoop, MAX_SINGLE_LENGTH } from '../machine/argmax.ts'
import type { Lines } from '../machine/lines.ts'
import { recurrence } from '../machine/recurrence.ts'
import { scratchOfSort, type Sort, sort as sortLoop } from '../machine/sort.ts'
import { unsplit, type Work } from '../machine/split.ts'
import { type Dims, sizeBetween } from '../tensor/dims.ts'
import { aligned } from './align.ts'
import { type Axis, byReference, type KernelRule, lanesAt, type Task } from './kernels.ts'
import {
  checkScratch,
  type Context,
  denseOperands,
  entryAt,
  type Facts,
  literalOf,
  operandViews,
  sizeOfCopies
} from './operands.ts'
import type { View } from './view.ts'

/** Standalone kernels that go along the lines of an axis: running and largest elements, recurrences, order. */

interface Directed extends Axis {
  readonly reverse: boolean
}

/** The lines of an array along an axis. */
const linesOf = (dims: Dims, axis: number, reverse: boolean): Lines => ({
  outer: sizeBetween(dims, 0, axis),
  along: dims[axis]!,
  inner: sizeBetween(dims, axis + 1, dims.length),
  reverse
})

/** Whether the program's numbers represent all indices of a line. */
const holdsIndices = ({ lanes }: Context, { along }: Lines): boolean =>
  lanes.precision === 'double' || along <= MAX_SINGLE_LENGTH

const argmaxOf = (task: Task, { axis, reverse }: Directed, running: boolean): Work => {
  const { context, index, scratch } = task
  const views = operandViews(context, index)
  const lines = linesOf(views[0]!.dims, axis, reverse)
  if (!holdsIndices(context, lines)) return byReference(task, true)
  const [operand] = denseOperands(context, views, scratch)
  const argmax = { ...lines, from: operand!.address, to: context.addressOf(index), running }
  return unsplit([...operand!.before, ...argmaxLoop(context.lanes, argmax)])
}

export const argmax: KernelRule = (task) => {
  const { axis } = entryAt(task.context.graph, task.index).params as Axis
  return argmaxOf(task, { axis, reverse: false }, false)
}

export const cumArgmax: KernelRule = (task) =>
  argmaxOf(task, entryAt(task.context.graph, task.index).params as Directed, true)

/** Bytes of scratch of a recurrence: one number repeated is part of the code. */
export const scratchOfRecurrence = (facts: Facts, index: number): number =>
  sizeOfCopies(facts, varying(facts, operandViews(facts, index)))

const varying = (facts: Facts, [factors, terms]: readonly View[]): readonly View[] =>
  literalOf(facts, factors!) === null ? [factors!, terms!] : [terms!]

export const linearRecurrence: KernelRule = ({ context, index, scratch }) => {
  const { dims, params } = entryAt(context.graph, index)
  const { axis, reverse, lagged } = params as Directed & { readonly lagged: boolean }
  const views = operandViews(context, index)
  const operands = denseOperands(context, varying(context, views), scratch)
  const literal = literalOf(context, views[0]!)
  return unsplit([
    ...operands.flatMap(({ before }) => before),
    ...recurrence(context.lanes, {
      ...linesOf(dims, axis, reverse),
      factors: literal === null ? { address: operands[0]!.address } : { value: literal },
      lagged,
      terms: operands[operands.length - 1]!.address,
      to: context.addressOf(index)
    })
  ])
}

/** Where the scratch of the sort itself begins, behind a copy of the operand. */
const sortScratch = (facts: Facts, views: readonly View[]): number => aligned(sizeOfCopies(facts, views))

/** A kernel that sorts lines, and its scratch. */
export const sorting = (gives: Sort['gives']) => {
  const scratchOf = (facts: Facts, index: number): number => {
    const views = operandViews(facts, index)
    const { axis } = entryAt(facts.graph, index).params as Axis
    return sortScratch(facts, views) + scratchOfSort(lanesAt(facts, index), views[0]!.dims[axis]!, gives)
  }
  const rule: KernelRule = (task) => {
    const { context, index, scratch } = task
    const { axis, descending } = entryAt(context.graph, index).params as Axis & { readonly descending: boolean }
    const views = operandViews(context, index)
    const lines = linesOf(views[0]!.dims, axis, false)
    if (gives === 'places' && !holdsIndices(context, lines)) return byReference(task, true)
    checkScratch(context, scratch + scratchOf(context, index))
    const [operand] = denseOperands(context, views, scratch)
    return unsplit([
      ...operand!.before,
      ...sortLoop(lanesAt(context, index), {
        ...lines,
        descending,
        gives,
        from: operand!.address,
        to: context.addressOf(index),
        scratch: scratch + sortScratch(context, views)
      })
    ])
  }
  return { rule, scratch: scratchOf }
}
