import type { PrimitiveName } from '../primitive/algebra.ts'
import type { AnyPrimitive } from '../primitive/primitive.ts'
import type { Loop } from '../primitive/scan.ts'
import { sorted } from '../primitive/sorted.ts'
import { table } from '../primitive/table.ts'
import type { Dims } from '../tensor/dims.ts'
import type { Graph } from './graph.ts'
import * as kernels from './kernels.ts'
import * as lines from './lineKernels.ts'
import { scratchOfLoop } from './loops.ts'
import type { Facts } from './operands.ts'
import { type PointwiseName, rules, type Rule } from './pointwise.ts'
import { flipped, own, permuted, reshaped, sliced, stretched, type View } from './view.ts'

/**
 * The lowering table. It is keyed by the primitive itself, not by its name: a user's primitive is not in it, whatever
 * its name, and runs by its reference loop on the host.
 */
export type Lowering = How & Exactly

/** How it is computed. */
type How =
  /** Elementwise. */
  | {
      readonly _tag: 'Pointwise'
      readonly rule: Rule
      /** Whether it takes many instructions. */
      readonly heavy: boolean
      /** Whether it may call a host function, which only the main thread can. */
      readonly callsHost: boolean
    }
  /** A strided view of its operand; `null` where elements have to be copied. */
  | { readonly _tag: 'View'; readonly view: (source: View, dims: Dims, params: never) => View | null }
  | { readonly _tag: 'Reduction'; readonly reduction: 'sum' | 'max' }
  | { readonly _tag: 'Product' }
  /** A standalone kernel. */
  | {
      readonly _tag: 'Kernel'
      readonly rule: kernels.KernelRule
      /** Bytes of scratch; by default what dense copies of its operands take. */
      readonly scratch?: (facts: Facts, index: number) => number
      /** How many of its first results may be computed in place of the operands at the same positions (0). */
      readonly inPlace?: (params: never) => number
      readonly sibling?: Sibling
      /** The operand that holds indices, of any width. */
      readonly takesIndices?: number
    }
  /** The reference loop, run by the host. */
  | { readonly _tag: 'Host' }

/**
 * How integers with more bits than single precision has are treated: the words of random keys, and the numbers folded
 * into keys, which stay doubles in programs of either precision.
 */
interface Exactly {
  /** Its operands are such integers; `givesWords`: so are its results. */
  readonly takesWords?: true
  readonly givesWords?: true
  /** The operands whose elements it moves unchanged to its result. */
  readonly moves?: readonly number[] | 'all'
  /** Its results are indices: one that single precision would round is refused. */
  readonly givesIndices?: true
}

/** Another primitive that the same kernel computes at little extra cost, when both have the same operand. */
export interface Sibling {
  readonly primitive: object
  /** Whether two entries with the same operand can share a kernel. */
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

/** A kernel that uses random keys. */
const drawing = (rule: kernels.KernelRule, exactly: Exactly = {}): Lowering => ({
  _tag: 'Kernel',
  rule,
  scratch: kernels.scratchOfDraw,
  takesWords: true,
  ...exactly
})

/** A kernel whose second operand holds indices. */
const rows = (rule: kernels.KernelRule): Lowering => ({ _tag: 'Kernel', rule, takesIndices: 1 })

const host: Lowering = { _tag: 'Host' }
const hostDraw: Lowering = { ...host, takesWords: true }

/** Total: a primitive without a row does not type-check. */
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
  direction: pointwise('direction'),
  atan2: pointwise('atan2', 'heavy'),
  maximum: pointwise('maximum'),
  minimum: pointwise('minimum'),
  powNumber: pointwise('powNumber', 'callsHost'),
  clip: pointwise('clip'),
  neg: pointwise('neg'),
  exp: pointwise('exp', 'heavy'),
  exp2: pointwise('exp2', 'heavy'),
  expm1: pointwise('expm1', 'heavy'),
  log: pointwise('log', 'heavy'),
  log1p: pointwise('log1p', 'heavy'),
  log2: pointwise('log2', 'heavy'),
  log10: pointwise('log10', 'heavy'),
  sqrt: pointwise('sqrt'),
  cbrt: pointwise('cbrt', 'heavy'),
  square: pointwise('square'),
  abs: pointwise('abs'),
  sign: pointwise('sign'),
  floor: pointwise('floor'),
  round: pointwise('round'),
  sin: pointwise('sin', 'heavy', 'callsHost'),
  cos: pointwise('cos', 'heavy', 'callsHost'),
  asin: pointwise('asin', 'heavy'),
  acos: pointwise('acos', 'heavy'),
  atan: pointwise('atan', 'heavy'),
  sinh: pointwise('sinh', 'heavy'),
  cosh: pointwise('cosh', 'heavy'),
  tanh: pointwise('tanh', 'heavy'),
  asinh: pointwise('asinh', 'heavy'),
  acosh: pointwise('acosh', 'heavy'),
  atanh: pointwise('atanh', 'heavy'),
  sechSquared: pointwise('sechSquared', 'heavy'),
  sigmoid: pointwise('sigmoid', 'heavy'),
  sigmoidSlope: pointwise('sigmoidSlope', 'heavy'),
  softplus: pointwise('softplus', 'heavy'),
  gaussian: pointwise('gaussian', 'heavy'),
  tanhGate: pointwise('tanhGate', 'heavy'),
  tanhGateSlope: pointwise('tanhGateSlope', 'heavy'),
  erf: pointwise('erf', 'heavy'),
  erfc: pointwise('erfc', 'heavy'),
  erfinv: pointwise('erfinv', 'heavy'),
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
  flip: viewed(flipped),

  sum: { _tag: 'Reduction', reduction: 'sum' },
  max: { _tag: 'Reduction', reduction: 'max' },
  matmul: { _tag: 'Product' },

  pad: kernel(kernels.pad, { moves: [0] }),
  concat: kernel(kernels.concat, { moves: 'all' }),
  gather: { ...rows(kernels.gather), moves: [0] },
  scatterAdd: rows(kernels.scatterAdd),
  lastAt: { _tag: 'Kernel', rule: kernels.lastAt, takesIndices: 0 },
  softmax: kernel(kernels.logits('probabilities')),
  logSoftmax: {
    _tag: 'Kernel',
    rule: kernels.logits('logProbabilities'),
    sibling: { primitive: table.softmax, fits: kernels.logitsFit }
  },
  logSumExp: kernel(kernels.logits('logSumExp')),
  argmax: kernel(lines.argmax),
  cumArgmax: kernel(lines.cumArgmax),
  argsort: { _tag: 'Kernel', ...lines.sorting('places') },
  linearRecurrence: {
    _tag: 'Kernel',
    rule: lines.linearRecurrence,
    scratch: lines.scratchOfRecurrence
  },

  fourier: host,
  logErfcx: host,
  lgamma: host,
  remainder: host,

  solve: host,
  cholesky: host,
  lu: host,
  qr: host,
  eigh: host,
  svd: host,
  pinv: host,
  expm: host,

  splitKey: drawing(kernels.splitKey, { givesWords: true }),
  foldKey: drawing(kernels.foldKey, { givesWords: true }),
  uniform: drawing(kernels.uniform),
  bernoulli: drawing(kernels.bernoulli),
  normal: hostDraw,
  truncatedNormal: hostDraw,
  randint: { ...hostDraw, givesIndices: true },
  categorical: { ...hostDraw, givesIndices: true },
  bits: { ...hostDraw, givesWords: true },
  logGammaQuantile: host,
  poissonQuantile: { ...host, givesIndices: true },
  permutation: { ...hostDraw, givesIndices: true },
  weightedChoice: { ...hostDraw, givesIndices: true },

  scan: {
    _tag: 'Kernel',
    rule: kernels.scan,
    scratch: scratchOfLoop,
    inPlace: ({ carries }: Loop) => carries,
    // the widths of its operands and results follow from its step
    moves: []
  },
  labels: kernel(kernels.labels, { moves: [0] }),
  leaf: viewed((source) => source)
}

/** The lowering of a primitive in double precision within a single-precision program. */
const onDoubles = (lowering: Lowering): Lowering =>
  lowering._tag === 'Pointwise' && !lowering.callsHost
    ? kernel(kernels.onDoubles(lowering.rule))
    : lowering._tag === 'View'
      ? kernel(kernels.copy)
      : host

const names = Object.keys(lowerings) as readonly PrimitiveName[]

/** Copies of the primitives, with double-precision lowerings. */
const doubled = new Map<object, AnyPrimitive>(names.map((name) => [table[name], { ...table[name] }] as const))

/** The variant of a primitive that computes in double precision in programs of either precision. */
export const onDoublesOf = (primitive: object): AnyPrimitive => doubled.get(primitive) ?? (primitive as AnyPrimitive)

/** Conversion between the precisions. */
export const conversion: AnyPrimitive = { ...table.stopGradient, name: 'convert' }

const byPrimitive = new Map<object, Lowering>([
  ...names.flatMap((name) => [
    [table[name], lowerings[name]] as const,
    [onDoublesOf(table[name]), onDoubles(lowerings[name])] as const
  ]),
  [conversion, kernel(kernels.converted)],
  [sorted, { _tag: 'Kernel', ...lines.sorting('values'), moves: [0] }]
])

/** The lowering of a primitive; the reference loop for one that is not in the table. */
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
