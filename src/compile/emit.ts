import type { Access } from '../machine/access.ts'
import { loop, type Loop, type Result } from '../machine/loop.ts'
import type { Lanes } from '../machine/lanes.ts'
import { matmul, type Matmul, packedSize } from '../machine/matmul.ts'
import { gather, scatterAdd } from '../machine/rows.ts'
import { childKey as makeKey, uniform } from '../machine/threefry.ts'
import { softmax, type Softmax } from '../machine/softmax.ts'
import { callFor, f64, i32, perform, type Statement, type Value } from '../machine/wasm.ts'
import { counterOf, type Domain, domain } from '../random/key.ts'
import { type Dims, sizeBetween, sizeOf, stridesOf } from '../tensor/dims.ts'
import { bufferOf } from '../tensor/tensor.ts'
import type { Graph, Node } from './graph.ts'
import { childKey, foldKey, nextCount, sameKey, unitUniform } from './random.ts'
import { isHeavy, isPointwise, pointwise, type Routines } from './pointwise.ts'
import { type Kernel, reducedStrides, reductionOf } from './schedule.ts'
import { along, isDense, squeezed, type View } from './view.ts'

/** From kernels to statements of the machine. */

/** What the statements of a kernel are made of. */
export interface Context {
  readonly lanes: Lanes
  readonly graph: Graph
  readonly views: readonly View[]
  /** The address of a stored node. */
  readonly addressOf: (node: number) => number
  readonly routines: Routines
  /** Host functions by number: one that is told of a wrong index, one that runs an entry by its reference loop. */
  readonly wrongIndex: number
  readonly reference: number
  /** The number of the function that makes random bits. */
  readonly block: number
}

type Entry = Extract<Node, { _tag: 'Entry' }>

export const entryAt = ({ nodes }: Graph, index: number): Entry => nodes[index] as Entry

/** Where a view's elements are, over loops without axes of one element. */
const accessOf = ({ lanes, addressOf }: Context, view: View, dims: Dims): Access => ({
  address: addressOf(view.base) + view.offset * lanes.bytes,
  strides: squeezed(along(view, dims)).strides
})

const plain = (dims: Dims): Dims => dims.filter((n) => n !== 1)

/** A number that is known when the program is made, and the same everywhere. */
const literalOf = ({ graph }: Context, view: View): number | null => {
  const node = graph.nodes[view.base]!
  return node._tag === 'Constant' && sizeOf(node.dims) === 1 ? bufferOf(node.value)![0]! : null
}

/** Members as one function of vectors: each operand is a literal, an earlier member, or one of the vectors loaded. */
const bodyOf = (context: Context, kernel: Kernel) => {
  const { graph, views, lanes, routines } = context
  const loads: Access[] = []
  const keys = new Map<string, number>()
  const own = new Set([...kernel.members, ...(kernel.kind === 'Matmul' ? [kernel.root!] : [])])

  type Source =
    | { readonly _tag: 'Literal'; readonly value: number }
    | { readonly _tag: 'Own'; readonly node: number }
    | { readonly _tag: 'Load'; readonly index: number }
  const sourceOf = (input: number, dims: Dims): Source => {
    const view = views[input]!
    const literal = literalOf(context, view)
    if (literal !== null) return { _tag: 'Literal', value: literal }
    if (own.has(view.base)) return { _tag: 'Own', node: view.base }
    const access = accessOf(context, view, dims)
    const key = `${access.address} ${access.strides.join(' ')}`
    const known = keys.get(key)
    if (known !== undefined) return { _tag: 'Load', index: known }
    keys.set(key, loads.length)
    return { _tag: 'Load', index: loads.push(access) - 1 }
  }
  const plans = kernel.members.map((i) => {
    const { primitive, params, inputs, dims } = entryAt(graph, i)
    const shape = isPointwise(primitive.name) ? dims : graph.nodes[inputs[0]!]!.dims
    return { i, name: primitive.name, params, sources: inputs.map((input) => sourceOf(input, shape)) }
  })
  const sums = kernel.reductions.map((i) => {
    const input = entryAt(graph, i).inputs[0]!
    return sourceOf(input, graph.nodes[input]!.dims)
  })
  /** The values of nodes that the loop gives, from the vectors loaded. */
  const evaluate = (vectors: readonly Value[], product: Value | null) => {
    const values = new Map<number, Value>()
    if (product !== null) values.set(kernel.root!, product)
    const read = (source: Source): Value =>
      source._tag === 'Literal'
        ? lanes.constant(source.value)
        : source._tag === 'Own'
          ? values.get(source.node)!
          : vectors[source.index]!
    plans.forEach(({ i, name, params, sources }) => {
      const inputs = sources.map(read)
      values.set(i, isPointwise(name) ? pointwise(name, lanes, params, inputs, routines) : inputs[0]!)
    })
    return { valueOf: (node: number): Value => values.get(node)!, sums: sums.map(read) }
  }
  return { loads, evaluate }
}

/** Where an entry's elements are stored, over loops without axes of one element. */
const storeOf = ({ addressOf, graph }: Context, node: number): Access => {
  const dims = plain(graph.nodes[node]!.dims)
  return { address: addressOf(node), strides: stridesOf(dims) }
}

const loopOf = (context: Context, kernel: Kernel, stored: readonly number[]): Loop => {
  const { graph } = context
  const { loads, evaluate } = bodyOf(context, kernel)
  const members = kernel.members.filter((i) => stored.includes(i))
  const placeOf = (i: number): Access => {
    const node = entryAt(graph, i)
    // a copy is written in the order of what it copies
    return isPointwise(node.primitive.name)
      ? storeOf(context, i)
      : { address: context.addressOf(i), strides: stridesOf(plain(graph.nodes[node.inputs[0]!]!.dims)) }
  }
  const reductions = kernel.reductions.map((i): Result => {
    const { primitive, params, inputs } = entryAt(graph, i)
    const dims = graph.nodes[inputs[0]!]!.dims
    const strides = reducedStrides({ dims }, (params as { readonly axes: readonly number[] }).axes)
    return {
      to: { address: context.addressOf(i), strides: dims.flatMap((n, d) => (n === 1 ? [] : [strides[d]!])) },
      reduction: reductionOf(primitive.name)
    }
  })
  return {
    dims: kernel.dims,
    loads,
    body: (vectors) => {
      const { valueOf, sums } = evaluate(vectors, null)
      return [...members.map(valueOf), ...sums]
    },
    results: [...members.map((i): Result => ({ to: placeOf(i), reduction: null })), ...reductions],
    heavy: kernel.members.some((i) => isHeavy(entryAt(graph, i).primitive.name))
  }
}

/** Dimensions of a product as batch, rows and columns: what stands before the last two axes is one. */
const threeOf = (dims: Dims): readonly [number, number, number] => [
  sizeBetween(dims, 0, dims.length - 2),
  dims[dims.length - 2]!,
  dims[dims.length - 1]!
]

/** Whether what stands before the last two axes can be gone through with one stride. */
const hasOneBatch = (view: View): boolean => view.dims.length <= 3 || isDense(view)

/** An operand of a product, with strides for batch and both axes. */
const matrixAccess = (view: View, address: number): Access => {
  const rank = view.dims.length
  const [, rows, columns] = threeOf(view.dims)
  const batch = rank === 2 ? 0 : rank === 3 ? view.strides[0]! : rows * columns
  return { address, strides: [batch, view.strides[rank - 2]!, view.strides[rank - 1]!] }
}

/** An access over loops without axes of one element, with a stride for each of batch, rows and columns. */
const tiled = ({ address, strides }: Access, dims: readonly [number, number, number]): Access => ({
  address,
  strides: dims.map((n, axis) => (n === 1 ? 0 : strides[dims.slice(0, axis).filter((m) => m !== 1).length]!))
})

/** A view copied to where its elements lie one after the other. */
export const copied = (context: Context, view: View, address: number): readonly Statement[] => {
  const dims = plain(view.dims)
  return loop(context.lanes, {
    dims,
    loads: [accessOf(context, view, view.dims)],
    body: ([x]) => [x!],
    results: [{ to: { address, strides: stridesOf(dims) }, reduction: null }]
  })
}

interface Dense {
  /** The address of the elements, one after the other. */
  readonly address: number
  readonly before: readonly Statement[]
}

const ALIGN = 16
const roomFor = ({ lanes }: Context, dims: Dims): number => Math.ceil((sizeOf(dims) * lanes.bytes) / ALIGN) * ALIGN

/** Operands as elements one after the other: those that are not are copied into a kernel's room, from `room` on. */
const denseOperands = (context: Context, views: readonly View[], room: number, suits = isDense): readonly Dense[] => {
  const starts = views.reduce<readonly number[]>(
    (ends, view) => [...ends, ends[ends.length - 1]! + (suits(view) ? 0 : roomFor(context, view.dims))],
    [room]
  )
  return views.map((view, i) =>
    suits(view)
      ? { address: context.addressOf(view.base) + view.offset * context.lanes.bytes, before: [] }
      : { address: starts[i]!, before: copied(context, view, starts[i]!) }
  )
}

const sizeOfCopies = (context: Context, views: readonly View[], suits = isDense): number =>
  views.reduce((bytes, view) => bytes + (suits(view) ? 0 : roomFor(context, view.dims)), 0)

const operandViews = ({ graph, views }: Context, index: number): readonly View[] =>
  entryAt(graph, index).inputs.map((input) => views[input]!)

const productOf = (
  context: Context,
  kernel: Kernel,
  stored: readonly number[],
  operands: readonly Dense[],
  room: number
): Matmul => {
  const { graph } = context
  const root = kernel.root!
  const three = threeOf(graph.nodes[root]!.dims)
  const [left, right] = operandViews(context, root)
  const access = (view: View, { address, before }: Dense): Access =>
    matrixAccess(before.length === 0 ? view : { ...view, strides: stridesOf(view.dims) }, address)
  const { loads, evaluate } = bodyOf(context, kernel)
  const results = [root, ...kernel.members].filter((i) => stored.includes(i))
  return {
    batch: three[0],
    rows: three[1],
    inner: left!.dims[left!.dims.length - 1]!,
    columns: three[2],
    left: access(left!, operands[0]!),
    right: access(right!, operands[1]!),
    loads: loads.map((load) => tiled(load, three)),
    body: (product, vectors) => {
      const { valueOf } = evaluate(vectors, product)
      return results.map(valueOf)
    },
    results: results.map((i) => {
      const whole = { address: context.addressOf(i), strides: [three[1] * three[2], three[2], 1] }
      return graph.nodes[i]!.dims.length > 3 ? whole : tiled(storeOf(context, i), three)
    }),
    room
  }
}

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

/** How an entry is run by its reference loop: where its operands and its result are. */
export interface Reference {
  readonly node: number
  readonly operands: readonly number[]
  readonly result: number
}

/** The statements of a kernel, and the entries it leaves to their reference loops. */
export interface Emitted {
  readonly statements: readonly Statement[]
  readonly references: readonly Reference[]
}

/** Room for the two words of a block of random bits. */
const BLOCK_ROOM = 16

/** What makes keys and draws with them; nothing for any other entry. */
const random = (context: Context, index: number, room: number): readonly Statement[] | null => {
  const { lanes, addressOf, block } = context
  const { primitive, params, dims } = entryAt(context.graph, index)
  const [first, second] = operandViews(context, index).map(({ base, offset }) => addressOf(base) + 8 * offset)
  const draw = { key: first!, room, block }
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
  return isSame(primitive, unitUniform) ? uniform(lanes, draw, sizeOf(dims), addressOf(index)) : null
}

const isSame = (a: object, b: object): boolean => a === b

const alone = (context: Context, index: number, twin: number | undefined, room: number): Emitted => {
  const { graph, lanes, addressOf } = context
  const { primitive, params, dims } = entryAt(graph, index)
  const views = operandViews(context, index)
  const [first] = views
  const settled = (statements: readonly Statement[]): Emitted => ({ statements, references: [] })
  const kind = softmaxKinds[primitive.name]
  if (kind !== undefined) {
    const { axis } = params as { readonly axis: number }
    const [operand] = denseOperands(context, views, room)
    const from = first!.dims
    return settled([
      ...operand!.before,
      ...softmax(lanes, {
        kind,
        outer: sizeBetween(from, 0, axis),
        along: from[axis]!,
        inner: sizeBetween(from, axis + 1, from.length),
        from: operand!.address,
        to: addressOf(index),
        ...(twin === undefined ? {} : { twin: addressOf(twin) })
      })
    ])
  }
  switch (primitive.name) {
    case 'concat': {
      const { axis } = params as { readonly axis: number }
      const starts = views.reduce<readonly number[]>(
        (ends, view) => [...ends, ends[ends.length - 1]! + view.dims[axis]!],
        [0]
      )
      return settled(
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
      return settled([...zeros(context, index), ...part(context, first!, index, starts)])
    }
    case 'gather':
    case 'scatterAdd': {
      const [x, indices] = denseOperands(context, views, room)
      const gathers = primitive.name === 'gather'
      const rows = {
        count: views[1]!.dims[0]!,
        width: sizeOf(dims.slice(1)),
        rows: gathers ? first!.dims[0]! : dims[0]!,
        from: x!.address,
        indices: indices!.address,
        to: addressOf(index)
      }
      return settled([
        ...x!.before,
        ...indices!.before,
        ...(gathers ? [] : zeros(context, index)),
        ...(gathers ? gather : scatterAdd)(lanes, rows, index, context.wrongIndex)
      ])
    }
    default: {
      const drawn = random(context, index, room)
      if (drawn !== null) return settled(drawn)
      const operands = denseOperands(context, views, room)
      return {
        statements: [
          ...operands.flatMap(({ before }) => before),
          perform(callFor(context.reference, i32.constant(index)))
        ],
        references: [{ node: index, operands: operands.map(({ address }) => address), result: addressOf(index) }]
      }
    }
  }
}

/** How many bytes of room a kernel wants. */
export const roomOf = (context: Context, kernel: Kernel): number => {
  if (kernel.kind === 'Loop') return 0
  const views = operandViews(context, kernel.root!)
  if (kernel.kind === 'Alone') return Math.max(BLOCK_ROOM, sizeOfCopies(context, views))
  const operands = denseOperands(context, views, 0, hasOneBatch)
  return (
    sizeOfCopies(context, views, hasOneBatch) +
    packedSize(context.lanes, productOf(context, kernel, [], operands, 0)) * context.lanes.bytes
  )
}

/** The statements of a kernel whose stored entries are `stored`, and whose own room begins at `room`. */
export const emit = (context: Context, kernel: Kernel, stored: readonly number[], room: number): Emitted => {
  switch (kernel.kind) {
    case 'Loop':
      return { statements: loop(context.lanes, loopOf(context, kernel, stored)), references: [] }
    case 'Matmul': {
      const views = operandViews(context, kernel.root!)
      const operands = denseOperands(context, views, room, hasOneBatch)
      const after = room + sizeOfCopies(context, views, hasOneBatch)
      return {
        statements: [
          ...operands.flatMap(({ before }) => before),
          ...matmul(context.lanes, productOf(context, kernel, stored, operands, after))
        ],
        references: []
      }
    }
    case 'Alone': {
      const [twin] = kernel.members
      const isLogarithm = (i: number): boolean => entryAt(context.graph, i).primitive.name === 'logSoftmax'
      return twin !== undefined && isLogarithm(twin)
        ? alone(context, twin, kernel.root!, room)
        : alone(context, kernel.root!, twin, room)
    }
  }
}
