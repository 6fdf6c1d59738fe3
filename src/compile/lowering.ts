import type { PrimitiveName } from '../primitive/algebra.ts'
import type { AnyPrimitive } from '../primitive/primitive.ts'
import type { Loop } from '../primitive/scan.ts'
import { table } from '../primitive/table.ts'
import type { Dims } from '../tensor/dims.ts'
import type { Graph } from './graph.ts'
import * as kernels from './kernels.ts'
import { roomOfLoop } from './loops.ts'
import type { Facts } from './operands.ts'
import { type PointwiseName, rules, type Rule } from './pointwise.ts'
import { own, permuted, reshaped, sliced, stretched, type View } from './view.ts'

/**
 * How each primitive becomes part of a program. The table is keyed by the primitive itself: a primitive of a user's own is
 * not in it, whatever it is called, and runs by its reference loop.
 */
export type Lowering = How & Exactly

/** How it is computed. */
type How =
  /** One number out of those at the same place. */
  | {
      readonly _tag: 'Pointwise'
      readonly rule: Rule
      /** Whether it takes more than a few instructions. */
      readonly heavy: boolean
      /** Whether it may call a function of the host, which only the host's own thread can. */
      readonly callsHost: boolean
    }
  /** The elements of its operand seen otherwise; `null` where they have to be moved. */
  | { readonly _tag: 'View'; readonly view: (source: View, dims: Dims, params: never) => View | null }
  | { readonly _tag: 'Reduction'; readonly reduction: 'sum' | 'max' }
  | { readonly _tag: 'Product' }
  /** A loop of its own. */
  | {
      readonly _tag: 'Kernel'
      readonly rule: kernels.KernelRule
      /** How many bytes of room it wants; what copies of its operands take when left out. */
      readonly room?: (facts: Facts, index: number) => number
      /** How many of its first results may lie where its first operands do; none when left out. */
      readonly inPlace?: (params: never) => number
      readonly twin?: Twin
      /** The operand that holds indices, of any width. */
      readonly takesIndices?: number
    }
  /** The reference loop, run by the host. */
  | { readonly _tag: 'Host' }

/**
 * What becomes of whole numbers that have more bits than single precision holds: the words of random keys, and what keys are
 * folded with, which are doubles in a program of either precision.
 */
interface Exactly {
  /** Its operands are such, and so is what it gives. */
  readonly takesWords?: true
  readonly givesWords?: true
  /** The operands whose elements it moves, unchanged, to its result; `all` of them. */
  readonly moves?: readonly number[] | 'all'
  /** It gives whole numbers that are to choose something: what single precision would round is refused. */
  readonly givesIndices?: true
}

/** Another primitive whose result a kernel gives as well, for little more work, where both are wanted of one operand. */
export interface Twin {
  readonly primitive: object
  /** Whether two entries of the same operand, of some shape, can be computed together. */
  readonly fits: (dims: Dims, own: never, other: never) => boolean
}

type Flag = 'heavy' | 'callsHost'

const pointwise = (name: PointwiseName, ...flags: readonly Flag[]): Lowering => ({
  _tag: 'Pointwise',
  rule: rules[name],
  heavy: flags.includes('heavy'),
  callsHost: flags.includes('callsHost')
})

const viewed = (view: (source: View, dims: Dims, params: never) => View | null): Lowering => ({
  _tag: 'View',
  view,
  moves: [0]
})

const kernel = (rule: kernels.KernelRule, exactly: Exactly = {}): Lowering => ({ _tag: 'Kernel', rule, ...exactly })

/** A kernel that draws with keys, or makes them. */
const drawing = (rule: kernels.KernelRule, exactly: Exactly = {}): Lowering => ({
  _tag: 'Kernel',
  rule,
  room: kernels.roomOfDraw,
  takesWords: true,
  ...exactly
})

/** A kernel whose second operand are indices. */
const rows = (rule: kernels.KernelRule): Lowering => ({ _tag: 'Kernel', rule, takesIndices: 1 })

const host: Lowering = { _tag: 'Host' }
const hostDraw: Lowering = { ...host, takesWords: true }

/** A name without a line does not compile. */
const lowerings: Readonly<Record<PrimitiveName, Lowering>> = {
  add: pointwise('add'),
  sub: pointwise('sub'),
  mul: pointwise('mul'),
  div: pointwise('div'),
  mulNoNan: pointwise('mulNoNan'),
  xlogy: pointwise('xlogy', 'heavy'),
  xlog1py: pointwise('xlog1py', 'heavy'),
  xdivy: pointwise('xdivy'),
  pow: pointwise('pow', 'heavy', 'callsHost'),
  hypot: pointwise('hypot'),
  maximum: pointwise('maximum'),
  minimum: pointwise('minimum'),
  powNumber: pointwise('powNumber', 'callsHost'),
  clip: pointwise('clip'),
  neg: pointwise('neg'),
  exp: pointwise('exp', 'heavy'),
  expm1: pointwise('expm1', 'heavy'),
  log: pointwise('log', 'heavy'),
  log1p: pointwise('log1p', 'heavy'),
  sqrt: pointwise('sqrt'),
  square: pointwise('square'),
  abs: pointwise('abs'),
  sign: pointwise('sign'),
  sin: pointwise('sin', 'heavy', 'callsHost'),
  cos: pointwise('cos', 'heavy', 'callsHost'),
  tanh: pointwise('tanh', 'heavy'),
  sechSquared: pointwise('sechSquared', 'heavy'),
  sigmoid: pointwise('sigmoid', 'heavy'),
  sigmoidSlope: pointwise('sigmoidSlope', 'heavy'),
  softplus: pointwise('softplus', 'heavy'),
  gaussian: pointwise('gaussian', 'heavy'),
  tanhGate: pointwise('tanhGate', 'heavy'),
  tanhGateSlope: pointwise('tanhGateSlope', 'heavy'),
  erf: pointwise('erf', 'heavy'),
  erfc: pointwise('erfc', 'heavy'),
  normalCdf: pointwise('normalCdf', 'heavy'),
  relu: pointwise('relu'),
  greater: pointwise('greater'),
  greaterEqual: pointwise('greaterEqual'),
  equal: pointwise('equal'),
  where: { ...pointwise('where'), moves: [1, 2] },

  stopGradient: viewed((source) => source),
  reshape: viewed(reshaped),
  broadcastTo: viewed(stretched),
  permute: viewed(permuted),
  slice: viewed(sliced),

  sum: { _tag: 'Reduction', reduction: 'sum' },
  max: { _tag: 'Reduction', reduction: 'max' },
  matmul: { _tag: 'Product' },

  pad: kernel(kernels.pad, { moves: [0] }),
  concat: kernel(kernels.concat, { moves: 'all' }),
  gather: { ...rows(kernels.gather), moves: [0] },
  scatterAdd: rows(kernels.scatterAdd),
  softmax: kernel(kernels.logits('probabilities')),
  logSoftmax: {
    _tag: 'Kernel',
    rule: kernels.logits('logProbabilities'),
    twin: { primitive: table.softmax, fits: kernels.logitsFit }
  },
  logSumExp: kernel(kernels.logits('logSumExp')),

  argmax: { ...host, givesIndices: true },
  logErfcx: host,

  splitKey: drawing(kernels.splitKey, { givesWords: true }),
  foldKey: drawing(kernels.foldKey, { givesWords: true }),
  uniform: drawing(kernels.uniform),
  bernoulli: drawing(kernels.bernoulli),
  normal: hostDraw,
  truncatedNormal: hostDraw,
  randint: { ...hostDraw, givesIndices: true },
  categorical: { ...hostDraw, givesIndices: true },
  permutation: { ...hostDraw, givesIndices: true },
  weightedChoice: { ...hostDraw, givesIndices: true },

  scan: {
    _tag: 'Kernel',
    rule: kernels.scan,
    room: roomOfLoop,
    inPlace: ({ carries }: Loop) => carries,
    // its step tells how wide each of its operands and results is
    moves: []
  },
  labels: kernel(kernels.labels, { moves: [0] }),
  leaf: viewed((source) => source)
}

/** How a primitive is computed on doubles in a program of single precision: by its rule, else by its reference loop. */
const onDoubles = (lowering: Lowering): Lowering =>
  lowering._tag === 'Pointwise' && !lowering.callsHost
    ? kernel(kernels.onDoubles(lowering.rule))
    : lowering._tag === 'View'
      ? kernel(kernels.copy)
      : host

const names = Object.keys(lowerings) as readonly PrimitiveName[]

/** The primitives once more, to be computed on doubles. */
const doubled = new Map<object, AnyPrimitive>(names.map((name) => [table[name], { ...table[name] }] as const))

/** A primitive that is computed on doubles whatever the precision, and gives doubles. */
export const onDoublesOf = (primitive: object): AnyPrimitive => doubled.get(primitive) ?? (primitive as AnyPrimitive)

/** Numbers from one precision to the other. */
export const conversion: AnyPrimitive = { ...table.stopGradient, name: 'convert' }

const byPrimitive = new Map<object, Lowering>([
  ...names.flatMap((name) => [
    [table[name], lowerings[name]] as const,
    [onDoublesOf(table[name]), onDoubles(lowerings[name])] as const
  ]),
  [conversion, kernel(kernels.converted)]
])

/** How a primitive becomes part of a program. */
export const loweringOf = (primitive: AnyPrimitive): Lowering => byPrimitive.get(primitive) ?? host

/** The views of all nodes. */
export const viewsOf = ({ nodes }: Graph): readonly View[] => {
  const views: View[] = []
  nodes.forEach((node, i) => {
    const lowering = node._tag === 'Entry' ? loweringOf(node.primitive) : host
    const seen =
      node._tag === 'Entry' && lowering._tag === 'View'
        ? lowering.view(views[node.inputs[0]!]!, node.dims, node.params as never)
        : null
    views.push(seen ?? own(i, node.dims))
  })
  return views
}
