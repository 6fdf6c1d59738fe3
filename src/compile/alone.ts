import { loop } from '../machine/loop.ts'
import { gather, scatterAdd } from '../machine/rows.ts'
import { softmax, type Softmax, splitSoftmax } from '../machine/softmax.ts'
import { inOne, type Work } from '../machine/split.ts'
import { singleAbove, singleBelow } from '../machine/bytes.ts'
import { childKey as makeKey, drawn, oneBelow, uniformIn } from '../machine/threefry.ts'
import { callFor, f64, i32, perform, type Statement, type Value } from '../machine/wasm.ts'
import type { Lanes } from '../machine/lanes.ts'
import { below } from '../random/draw.ts'
import { counterOf, type Domain, domain } from '../random/key.ts'
import { fail } from '../tensor/errors.ts'
import {
  bernoulli,
  type BernoulliParams,
  childKey,
  foldKey,
  nextCount,
  sameKey,
  uniform,
  type UniformParams
} from '../tape/keys.ts'
import { loop as loopPrimitive } from '../tape/loop.ts'
import { sizeBetween, sizeOf, stridesOf } from '../tensor/dims.ts'
import {
  accessOf,
  type Context,
  type Dense,
  denseOperands,
  entryAt,
  type Facts,
  operandViews,
  plain,
  sizeOfCopies
} from './operands.ts'
import { loopStatements, roomOfLoop } from './loops.ts'
import type { View } from './view.ts'

/** The statements of an entry that stands alone: what is neither elementwise nor a matrix product. */

const softmaxKinds: Readonly<Record<string, Softmax['kind']>> = {
  softmax: 'softmax',
  logSoftmax: 'logSoftmax',
  logSumExp: 'logSumExp'
}

/** A copy of one part of a result: from a view, to a place in it. */
const part = (context: Context, view: View, index: number, starts: readonly number[]): readonly Statement[] => {
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

const zeros = ({ lanes, graph, addressOf }: Context, index: number): readonly Statement[] =>
  loop(lanes, {
    dims: [sizeOf(graph.nodes[index]!.dims)],
    loads: [],
    body: () => [lanes.constant(0)],
    results: [{ to: { address: addressOf(index), strides: [1] }, reduction: null }]
  })

/** Room for the two words of a block of random bits. */
const BLOCK_ROOM = 16

/** What makes keys and draws with them; nothing for any other entry. */
const random = (context: Context, index: number, room: number): readonly Statement[] | null => {
  const { lanes, addressOf, module } = context
  const { primitive, params, dims } = entryAt(context.graph, index)
  const [first, second] = operandViews(context, index).map(({ base, offset }) => addressOf(base) + 8 * offset)
  const draw = { key: first!, room, block: module.block() }
  const zero = i32.constant(0)
  if (isSame(primitive, childKey)) {
    const { use, index: counter } = params as { readonly use: Domain; readonly index: number }
    const [high, low] = counterOf(use, counter)
    return makeKey(draw, [i32.constant(high | 0), i32.constant(low | 0)], addressOf(index))
  }
  if (isSame(primitive, foldKey)) {
    const data = f64.load(zero, second)
    const upper = f64.floor(f64.mul(data, f64.constant(2 ** -32)))
    const high = i32.or(i32.constant(counterOf(domain.foldIn, 0)[0]), i32.fromF64U(upper))
    const low = i32.fromF64U(f64.sub(data, f64.mul(upper, f64.constant(2 ** 32))))
    return makeKey(draw, [high, low], addressOf(index))
  }
  if (isSame(primitive, sameKey))
    return [0, 8].map((at) => perform(f64.store(zero, f64.load(zero, first! + at), addressOf(index) + at)))
  if (isSame(primitive, nextCount))
    return [perform(f64.store(zero, f64.add(f64.load(zero, first), f64.constant(1)), addressOf(index)))]
  const drawnBy = (numberOf: (unit: Value) => Value): readonly Statement[] =>
    drawn(lanes, draw, numberOf, sizeOf(dims), addressOf(index))
  return isSame(primitive, uniform)
    ? drawnBy(uniformFor(lanes, params as UniformParams))
    : isSame(primitive, bernoulli)
      ? drawnBy(oneBelow((params as BernoulliParams).p))
      : null
}

/** Rounding to single precision must not leave the range: its ends are moved to the singles within. */
const uniformFor = ({ precision }: Lanes, { min, max }: UniformParams): ((unit: Value) => Value) => {
  const [least, most] = precision === 'double' ? [min, below(max)] : [singleAbove(min), singleBelow(below(max))]
  return least <= most
    ? uniformIn(min, max - min, least, most)
    : fail(
        'ValueError',
        `uniform: single precision has no number from min ${min} to below max ${max}; compile in double precision`
      )
}

const isSame = (a: object, b: object): boolean => a === b

/** How many bytes of room an entry wants. */
export const roomOfAlone = (facts: Facts, index: number): number =>
  isSame(entryAt(facts.graph, index).primitive, loopPrimitive)
    ? roomOfLoop(facts, index)
    : Math.max(BLOCK_ROOM, sizeOfCopies(facts, operandViews(facts, index)))

/** The statements of an entry, and of its twin when it has one, whose own room begins at `room`. */
export const alone = (context: Context, index: number, twin: number | undefined, room: number, parts: number): Work => {
  const { module, graph, lanes, addressOf } = context
  const { primitive, params, inputs, dims } = entryAt(graph, index)
  const views = operandViews(context, index)
  const [first] = views
  /** The entry, as the host is to know it. */
  const referred = (operands: readonly Dense[]): number =>
    module.refer({
      primitive,
      params,
      operands: inputs.map((input, i) => context.slotOf(input, operands[i]!.address)),
      result: context.slotOf(index, addressOf(index))
    })
  if (isSame(primitive, loopPrimitive)) return inOne(loopStatements(context, index, room))
  const kind = softmaxKinds[primitive.name]
  if (kind !== undefined) {
    const { axis } = params as { readonly axis: number }
    const [operand] = denseOperands(context, views, room)
    const from = first!.dims
    const whole: Softmax = {
      kind,
      outer: sizeBetween(from, 0, axis),
      along: from[axis]!,
      inner: sizeBetween(from, axis + 1, from.length),
      from: operand!.address,
      to: addressOf(index),
      ...(twin === undefined ? {} : { twin: addressOf(twin) })
    }
    return { before: operand!.before, parts: splitSoftmax(lanes, whole, parts).map((part) => softmax(lanes, part)) }
  }
  switch (primitive.name) {
    case 'concat': {
      const { axis } = params as { readonly axis: number }
      const starts = views.reduce<readonly number[]>(
        (ends, view) => [...ends, ends[ends.length - 1]! + view.dims[axis]!],
        [0]
      )
      return inOne(
        views.flatMap((view, i) =>
          part(
            context,
            view,
            index,
            dims.map((_, d) => (d === axis ? starts[i]! : 0))
          )
        )
      )
    }
    case 'pad': {
      const { starts } = params as { readonly starts: readonly number[] }
      return inOne([...zeros(context, index), ...part(context, first!, index, starts)])
    }
    case 'gather':
    case 'scatterAdd': {
      const operands = denseOperands(context, views, room)
      const [x, indices] = operands
      const gathers = primitive.name === 'gather'
      const rows = {
        count: views[1]!.dims[0]!,
        width: sizeOf(dims.slice(1)),
        rows: gathers ? first!.dims[0]! : dims[0]!,
        from: x!.address,
        indices: indices!.address,
        to: addressOf(index)
      }
      return inOne([
        ...x!.before,
        ...indices!.before,
        ...(gathers ? [] : zeros(context, index)),
        ...(gathers ? gather : scatterAdd)(lanes, rows, referred(operands), module.wrongIndex)
      ])
    }
    default: {
      const drawn = random(context, index, room)
      if (drawn !== null) return inOne(drawn)
      const operands = denseOperands(context, views, room)
      return inOne([
        ...operands.flatMap(({ before }) => before),
        perform(callFor(module.reference, i32.constant(referred(operands))))
      ])
    }
  }
}
