/**
 * Zeros, infinities, NaN and extremes: what every primitive answers, and its derivatives, stated one by one. Everywhere a
 * product of a cotangent and a derivative is 0 where either is.
 */
import { describe, expect, it } from 'vitest'
import type { PrimitiveName } from '../../src/primitive/algebra.ts'
import type { AnyPrimitive } from '../../src/primitive/primitive.ts'
import { table } from '../../src/primitive/table.ts'
import { tensors as op } from '../../src/tape/algebra.ts'
import { apply, applyAny } from '../../src/tape/apply.ts'
import { ones, tensor } from '../../src/tensor/construct.ts'
import { type NestedNumbers, show } from '../../src/tensor/read.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { vjp } from '../../src/transform/grad.ts'
import { loopOf, tapeFor } from '../../src/transform/loop.ts'
import '../support/matchers.ts'

/** One application: what goes in, what comes out, and the cotangents of the inputs for a cotangent of ones. */
interface Answer {
  readonly params?: object
  readonly inputs: readonly NestedNumbers[]
  readonly output: NestedNumbers
  readonly cotangents?: readonly NestedNumbers[]
}

type Row = readonly [x: number, y: number, derivative?: number]
type PairRow = readonly [a: number, b: number, y: number, byA?: number, byB?: number]

const one =
  (params: object = {}) =>
  (...rows: readonly Row[]): readonly Answer[] =>
    rows.map(([x, y, derivative]) => ({
      params,
      inputs: [x],
      output: y,
      ...(derivative === undefined ? {} : { cotangents: [derivative] })
    }))
const unary = one()
const pair = (...rows: readonly PairRow[]): readonly Answer[] =>
  rows.map(([a, b, y, byA, byB]) => ({
    inputs: [a, b],
    output: y,
    ...(byA === undefined || byB === undefined ? {} : { cotangents: [byA, byB] })
  }))
const moved = (params: object, inputs: readonly NestedNumbers[], output: NestedNumbers): readonly Answer[] => [
  { params, inputs, output }
]
const along = (
  params: object,
  ...rows: readonly (readonly [x: NestedNumbers, y: NestedNumbers, ct?: NestedNumbers])[]
): readonly Answer[] =>
  rows.map(([x, output, ct]) => ({ params, inputs: [x], output, ...(ct === undefined ? {} : { cotangents: [ct] }) }))

/** Steps of a scan that each take the inverse. */
const inverses = (length: number): object =>
  loopOf({
    step: tapeFor([[]], ([x]) => [op.div(op.constant(1), x!)]),
    length,
    reverse: false,
    when: null,
    carries: 1,
    xs: 0
  })
const leastKey = [0, 0]
const mostKey = [2 ** 32 - 1, 2 ** 32 - 1]
const keyed = (params: object, ofLeast: NestedNumbers, ofMost: NestedNumbers): readonly Answer[] => [
  { params, inputs: [leastKey], output: ofLeast, cotangents: [[0, 0]] },
  { params, inputs: [mostKey], output: ofMost, cotangents: [[0, 0]] }
]

const inf = Infinity
const nan = NaN
const least = Number.MIN_VALUE
const most = Number.MAX_VALUE
const odd = [-0, nan, inf, -inf]

const answers: Readonly<Partial<Record<PrimitiveName, readonly Answer[]>>> = {
  neg: unary([0, -0, -1], [-0, 0, -1], [inf, -inf, -1], [nan, nan, -1]),
  exp: unary([0, 1, 1], [-0, 1, 1], [710, inf, inf], [-746, 0, 0], [inf, inf, inf], [-inf, 0, 0], [nan, nan, nan]),
  expm1: unary([0, 0, 1], [-0, -0, 1], [1e-300, 1e-300, 1], [710, inf, inf], [-inf, -1, 0], [nan, nan, nan]),
  log: unary([0, -inf, inf], [1, 0, 1], [least, Math.log(least), inf], [-1, nan, nan], [inf, inf, 0], [nan, nan, nan]),
  log1p: unary([0, 0, 1], [-0, -0, 1], [1e-300, 1e-300, 1], [-1, -inf, inf], [-2, nan, nan], [inf, inf, 0]),
  sqrt: unary([0, 0, inf], [4, 2, 0.25], [-1, nan, nan], [inf, inf, 0], [nan, nan, nan]),
  square: unary([0, 0, 0], [-0, 0, -0], [1e200, inf, 2e200], [1e-200, 0, 2e-200], [-inf, inf, -inf], [nan, nan, nan]),
  abs: unary([0, 0, 0], [-0, 0, -0], [-least, least, -1], [-inf, inf, -1], [inf, inf, 1], [nan, nan, nan]),
  sign: unary([0, 0, 0], [-0, -0, 0], [-least, -1, 0], [inf, 1, 0], [nan, nan, 0]),
  floor: unary([0, 0, 0], [-0, -0, 0], [2.5, 2, 0], [-2.5, -3, 0], [most, most, 0], [-inf, -inf, 0], [nan, nan, 0]),
  round: unary([-0, -0, 0], [0.5, 0, 0], [-0.5, -0, 0], [2.5, 2, 0], [-3.5, -4, 0], [inf, inf, 0], [nan, nan, 0]),
  exp2: unary(
    [0, 1, Math.LN2],
    [10, 1024],
    [1024, inf, inf],
    [-1075, 0, 0],
    [inf, inf, inf],
    [-inf, 0, 0],
    [nan, nan, nan]
  ),
  log2: unary([0, -inf, inf], [8, 3], [least, -1074, inf], [-1, nan, nan], [inf, inf, 0], [nan, nan, nan]),
  log10: unary([0, -inf, inf], [1000, 3], [1e-300, -300], [-1, nan, nan], [inf, inf, 0], [nan, nan, nan]),
  cbrt: unary([0, 0, inf], [-0, -0, inf], [-27, -3, 1 / 27], [inf, inf, 0], [-inf, -inf, 0], [nan, nan, nan]),
  asin: unary(
    [0, 0, 1],
    [-0, -0, 1],
    [1, Math.PI / 2, inf],
    [-1, -Math.PI / 2, inf],
    [2, nan, nan],
    [inf, nan, nan],
    [nan, nan, nan]
  ),
  acos: unary(
    [0, Math.PI / 2, -1],
    [1, 0, -inf],
    [-1, Math.PI, -inf],
    [2, nan, nan],
    [-inf, nan, nan],
    [nan, nan, nan]
  ),
  atan: unary([0, 0, 1], [-0, -0, 1], [inf, Math.PI / 2, 0], [-inf, -Math.PI / 2, 0], [nan, nan, nan]),
  sinh: unary([0, 0, 1], [-0, -0, 1], [least, least, 1], [711, inf, inf], [-inf, -inf, inf], [nan, nan, nan]),
  cosh: unary([0, 1, 0], [-0, 1, -0], [711, inf, inf], [-inf, inf, -inf], [nan, nan, nan]),
  asinh: unary([0, 0, 1], [-0, -0, 1], [least, least, 1], [inf, inf, 0], [-inf, -inf, 0], [nan, nan, nan]),
  acosh: unary([1, 0, inf], [0.5, nan, nan], [-2, nan, nan], [inf, inf, 0], [-inf, nan, nan], [nan, nan, nan]),
  atanh: unary(
    [0, 0, 1],
    [-0, -0, 1],
    [1, inf, inf],
    [-1, -inf, inf],
    [2, nan, nan],
    [-inf, nan, nan],
    [nan, nan, nan]
  ),
  sin: unary([0, 0, 1], [-0, -0, 1], [inf, nan, nan], [nan, nan, nan]),
  cos: unary([0, 1, -0], [-0, 1, 0], [inf, nan, nan], [nan, nan, nan]),
  tanh: unary([0, 0, 1], [-0, -0, 1], [most, 1, 0], [inf, 1, 0], [-inf, -1, 0], [nan, nan, nan]),
  sigmoid: unary([0, 0.5, 0.25], [1000, 1, 0], [-1000, 0, 0], [inf, 1, 0], [-inf, 0, 0], [nan, nan, nan]),
  softplus: unary([0, Math.LN2, 0.5], [1000, 1000, 1], [-1000, 0, 0], [inf, inf, 1], [-inf, 0, 0], [nan, nan, nan]),
  sigmoidSlope: unary([0, 0.25, -0], [-0, 0.25, 0], [most, 0, -0], [inf, 0, -0], [-inf, 0, 0], [nan, nan, nan]),
  sechSquared: unary([0, 1, -0], [-0, 1, 0], [most, 0, -0], [inf, 0, -0], [-inf, 0, 0], [nan, nan, nan]),
  gaussian: [
    ...one({ rate: 1 })([0, 1, -0], [-0, 1, 0], [most, 0, -0], [inf, 0, -0], [-inf, 0, 0], [nan, nan, nan]),
    ...one({ rate: 0.5 })([0, 1, -0], [-most, 0, 0], [inf, 0, -0], [-inf, 0, 0], [nan, nan, nan])
  ],
  tanhGate: unary([0, 0.5, 0.3989422804014327], [most, 1, 0], [inf, 1, 0], [-inf, 0, 0], [nan, nan, nan]),
  tanhGateSlope: unary([0, 0.25, -0], [-0, 0.25, 0], [most, 0, -0], [inf, 0, -0], [-inf, 0, 0], [nan, nan, nan]),
  erfc: unary([0, 1, -2 / Math.sqrt(Math.PI)], [27.3, 0], [inf, 0, -0], [-inf, 2, -0], [nan, nan, nan]),
  erfinv: unary(
    [0, 0, Math.sqrt(Math.PI) / 2],
    [-0, -0, Math.sqrt(Math.PI) / 2],
    [least, least],
    [1, inf, inf],
    [-1, -inf, inf],
    [1.5, nan, nan],
    [-inf, nan, nan],
    [nan, nan, nan]
  ),
  lgamma: [
    ...one({ order: 0 })([1, 0], [2, 0], [0, inf, -inf], [-0, inf, inf], [-1, inf, nan]),
    ...one({ order: 0 })([most, inf], [inf, inf, inf], [-inf, inf, nan], [nan, nan, nan]),
    ...one({ order: 1 })([0, -inf, inf], [-0, inf, inf], [-1, nan, inf], [-2.5 * 2 ** 60, nan, inf]),
    ...one({ order: 1 })([inf, inf, 0], [-inf, nan, nan], [nan, nan, nan]),
    ...one({ order: 2 })([0, inf, -inf], [-0, inf, inf], [-3, inf, nan], [inf, 0, -0], [-inf, nan, nan]),
    ...one({ order: 3 })([0, -inf, inf], [-1, nan, inf], [inf, -0, 0], [nan, nan, nan])
  ],
  fourier: [
    { params: { axis: 0, sign: -1 }, inputs: [[[7, -0]]], output: [[7, -0]], cotangents: [[[1, 1]]] },
    {
      params: { axis: 0, sign: 1 },
      inputs: [
        [
          [inf, 0],
          [1, nan]
        ]
      ],
      output: [
        [nan, nan],
        [nan, nan]
      ],
      cotangents: [
        [
          [2, 2],
          [0, 0]
        ]
      ]
    }
  ],
  logGammaQuantile: [
    { params: { order: 0 }, inputs: [0.5, nan], output: nan },
    { params: { order: 0 }, inputs: [0.5, 0], output: nan },
    { params: { order: 0 }, inputs: [0.5, inf], output: nan },
    { params: { order: 0 }, inputs: [0, 2], output: nan },
    { params: { order: 1 }, inputs: [1.5, 2], output: nan },
    { params: { order: 1 }, inputs: [nan, 2], output: nan }
  ],
  poissonQuantile: pair([0.5, 0, 0], [-0.5, 0, 0], [0.5, -1, nan], [0.5, nan, nan], [0, 2, nan], [-1, least, 0]),
  normalCdf: unary([0, 0.5, 1 / Math.sqrt(2 * Math.PI)], [-39, 0, 0], [inf, 1, 0], [-inf, 0, 0], [nan, nan, nan]),
  logErfcx: [
    ...one({ order: 0 })([0, 0], [inf, -inf, 0], [-2, nan, nan], [nan, nan, nan]),
    ...one({ order: 2 })([inf, 0, 0], [-2, nan, nan], [nan, nan, nan])
  ],
  erf: unary([0, 0, 2 / Math.sqrt(Math.PI)], [10, 1], [inf, 1, 0], [-inf, -1, 0], [nan, nan, nan]),
  relu: unary([0, 0, 0], [-0, 0, 0], [least, least, 1], [inf, inf, 1], [-inf, 0, 0], [nan, nan, 1]),
  stopGradient: unary([-0, -0, 0], [inf, inf, 0], [nan, nan, 0]),
  powNumber: [
    ...one({ exponent: 0 })([0, 1, 0], [-2, 1, 0], [inf, 1, 0], [nan, 1, 0]),
    ...one({ exponent: 1 })([0, 0, 1], [-0, -0, 1], [-2, -2, 1], [inf, inf, 1]),
    ...one({ exponent: 2 })([0, 0, 0], [-0, 0, -0], [-2, 4, -4], [-inf, inf, -inf], [nan, nan, nan]),
    ...one({ exponent: 3 })([0, 0, 0], [-2, -8, 12], [-inf, -inf, inf]),
    ...one({ exponent: 0.5 })([0, 0, inf], [-0, 0, inf], [4, 2, 0.25], [-1, nan, nan], [inf, inf, 0], [-inf, inf, 0]),
    ...one({ exponent: 2.5 })([-0, 0, 0], [-1, nan, nan], [-inf, inf, inf], [nan, nan, nan]),
    ...one({ exponent: -0.5 })([0, inf, -inf], [-0, inf, -inf], [-1, nan, nan], [-inf, 0, -0]),
    ...one({ exponent: -2.5 })([-0, inf, -inf], [4, 2 ** -5], [-1, nan, nan], [-inf, 0, -0]),
    ...one({ exponent: 2 ** 53 + 2 })([-1, 1, -(2 ** 53) - 2], [0, 0, 0], [-inf, inf, -inf]),
    ...one({ exponent: -(2 ** 53) - 2 })([-1, 1, 2 ** 53 + 2], [-0, inf, inf], [-inf, 0, 0]),
    ...one({ exponent: -1 })([0, inf, -inf], [-2, -0.5, -0.25], [inf, 0, -0])
  ],
  clip: [
    ...one({ min: -1, max: 1 })([-0, -0, 1], [-1, -1, 0], [1, 1, 0], [inf, 1, 0], [-inf, -1, 0], [nan, nan, nan]),
    // a 0 is not beyond a bound of the other sign
    ...one({ min: 0, max: 1 })([-0, -0, 0], [0, 0, 0]),
    ...one({ min: -1, max: -0 })([-0, -0, 0], [0, 0, 0])
  ],

  add: pair([0, -0, 0, 1, 1], [-0, -0, -0, 1, 1], [inf, -inf, nan, 1, 1], [most, most, inf, 1, 1]),
  sub: pair([0, 0, 0, 1, -1], [-0, 0, -0, 1, -1], [inf, inf, nan, 1, -1]),
  mul: pair([0, inf, nan, inf, 0], [-0, 1, -0, 1, -0], [1e200, 1e200, inf, 1e200, 1e200], [1, nan, nan, nan, 1]),
  mulNoNan: pair(
    [0, inf, 0, inf, 0],
    [0, -inf, 0, -inf, 0],
    [0, nan, nan, nan, 0],
    [inf, 0, nan, 0, inf],
    [2, 3, 6, 3, 2]
  ),
  xlogy: pair(
    [0, 0, 0, -inf, 0],
    [0, 2, 0, Math.LN2, 0],
    [0, inf, 0, inf, 0],
    [0, -1, 0, nan, 0],
    [0, nan, nan, nan, nan],
    [1, 0, -inf, -inf, inf],
    [2, -1, nan, nan, nan]
  ),
  xlog1py: pair(
    [0, -1, 0, -inf, 0],
    [0, 1, 0, Math.LN2, 0],
    [0, nan, nan, nan, nan],
    [1, -1, -inf, -inf, inf],
    [1, -2, nan, nan, nan]
  ),
  xdivy: pair(
    [0, 0, 0, inf, -0],
    [0, 4, 0, 0.25, -0],
    [0, nan, nan, nan, nan],
    [1, 0, inf, inf, -inf],
    [1, inf, 0, 0, -0]
  ),
  remainder: pair(
    [5, 3, 2, 1, -1],
    [-5, 3, -2, 1, 1],
    [-6, 3, -0, 1, 2],
    [5, -3, 2, 1, 1],
    [2, inf, 2, 1, -0],
    [inf, 2, nan, 1, nan],
    [1, 0, nan, 1, nan],
    [nan, 1, nan, 1, nan]
  ),
  atan2: pair(
    [0, 1, 0, 1, -0],
    [-0, 1, -0, 1, -0],
    [0, -1, Math.PI, -1, -0],
    [-0, -1, -Math.PI, -1, -0],
    [2, 0, Math.PI / 2, 0, -0.5],
    [0, 0, 0, nan, nan],
    [0, -0, Math.PI, nan, nan],
    [1, inf, 0, nan, -0],
    [inf, inf, Math.PI / 4, nan, nan],
    [1, nan, nan, nan, nan]
  ),
  direction: pair(
    [0, 0, 0, 0, -0],
    [0, 2, 0, 0.5, -0],
    [-3, 0, -1, 0, -0],
    [0, -4, 0, 0.25, -0],
    [inf, 1, nan, 0, nan],
    [1, nan, nan, nan, nan]
  ),
  hypot: pair(
    [0, 0, 0, 0, 0],
    [-0, -3, 3, 0, -1],
    [3, 4, 5, 0.6, 0.8],
    [most, 0, most, 1, 0],
    [3 * 2 ** 1000, 4 * 2 ** 1000, 5 * 2 ** 1000, 0.6, 0.8],
    [5e-324, 0, 5e-324, 1, 0],
    [inf, 1, inf, nan, 0],
    [nan, 0, nan, nan, nan]
  ),
  div: pair(
    [1, 0, inf, inf, -inf],
    [1, -0, -inf, -inf, -inf],
    [0, 0, nan, inf, nan],
    [0, 4, 0, 0.25, -0],
    [1, inf, 0, 0, -0],
    [inf, inf, nan, 0, nan]
  ),
  pow: pair(
    [0, 0, 1, 0, -inf],
    [0, 2, 0, 0, 0],
    [2, 0, 1, 0, Math.LN2],
    [0, 0.5, 0, inf, 0],
    [0, -1, inf, -inf, -inf],
    [-2, 2, 4, -4, nan],
    [inf, 0, 1, 0, inf],
    [nan, 0, 1, nan, nan]
  ),
  maximum: pair(
    [1, 1, 1, 0.5, 0.5],
    [0, -0, 0, 0.5, 0.5],
    [inf, inf, inf, 0.5, 0.5],
    [-inf, 3, 3, 0, 1],
    [nan, 1, nan, nan, nan]
  ),
  minimum: pair([1, 1, 1, 0.5, 0.5], [0, -0, -0, 0.5, 0.5], [-inf, 3, -inf, 1, 0], [1, nan, nan, nan, nan]),
  greater: pair([0, -0, 0, 0, 0], [inf, 1, 1, 0, 0], [nan, 1, 0, 0, 0], [1, nan, 0, 0, 0]),
  greaterEqual: pair([0, -0, 1, 0, 0], [-0, 0, 1, 0, 0], [inf, inf, 1, 0, 0], [nan, nan, 0, 0, 0]),
  equal: pair([0, -0, 1, 0, 0], [inf, inf, 1, 0, 0], [inf, -inf, 0, 0, 0], [nan, nan, 0, 0, 0]),
  where: [
    { inputs: [1, inf, nan], output: inf, cotangents: [0, 1, 0] },
    { inputs: [0, nan, -0], output: -0, cotangents: [0, 0, 1] },
    { inputs: [-0, nan, 2], output: 2, cotangents: [0, 0, 1] },
    // anything but 0 is true
    { inputs: [nan, 1, 2], output: 1, cotangents: [0, 1, 0] },
    { inputs: [-least, 1, 2], output: 1, cotangents: [0, 1, 0] }
  ],

  matmul: [
    { inputs: [[[0]], [[inf]]], output: [[nan]] },
    { inputs: [[[1, 1]], [[inf], [-inf]]], output: [[nan]] },
    { inputs: [[[most, most]], [[1], [1]]], output: [[inf]], cotangents: [[[1, 1]], [[most], [most]]] }
  ],

  reshape: moved(
    { dims: [2, 2] },
    [odd],
    [
      [-0, nan],
      [inf, -inf]
    ]
  ),
  broadcastTo: moved({ dims: [2, 4] }, [odd], [odd, odd]),
  permute: moved(
    { axes: [1, 0] },
    [[odd]],
    odd.map((x) => [x])
  ),
  slice: [
    ...moved({ starts: [0], stops: [2] }, [odd], [-0, nan]),
    ...moved({ starts: [1], stops: [4], steps: [2] }, [odd], [nan, -inf])
  ],
  pad: [
    ...moved({ starts: [1], dims: [6] }, [odd], [0, ...odd, 0]),
    ...moved({ starts: [0], dims: [7], steps: [2] }, [odd], [-0, 0, nan, 0, inf, 0, -inf])
  ],
  flip: moved({ axes: [0] }, [odd], odd.toReversed()),
  concat: moved({ axis: 0 }, [odd, [5]], [...odd, 5]),
  gather: [
    {
      inputs: [odd, [3, 0, -0]],
      output: [-inf, -0, -0],
      cotangents: [
        [2, 0, 0, 1],
        [0, 0, 0]
      ]
    }
  ],
  scatterAdd: [
    {
      params: { rows: 3 },
      inputs: [
        [-0, inf, -inf, nan],
        [0, 1, 1, 2]
      ],
      output: [0, nan, nan],
      cotangents: [
        [1, 1, 1, 1],
        [0, 0, 0, 0]
      ]
    }
  ],
  lastAt: [
    { params: { rows: 4 }, inputs: [[-0, 2, 2, 0]], output: [4, 0, 3, 0] },
    { params: { rows: 2 }, inputs: [[]], output: [0, 0] }
  ],

  sum: along(
    { axes: [0], keepDims: false },
    [[0, -0], 0, [1, 1]],
    [[inf, -inf], nan, [1, 1]],
    [[most, most], inf, [1, 1]],
    [[1, nan], nan, [1, 1]]
  ),
  max: along(
    { axes: [0], keepDims: false },
    [[2, 7, 7], 7, [0, 0.5, 0.5]],
    [[0, -0], 0, [0.5, 0.5]],
    [[-inf, -inf], -inf, [0.5, 0.5]],
    [[inf, 1], inf, [1, 0]],
    [[1, nan], nan, [nan, nan]]
  ),
  argmax: along(
    { axis: 0 },
    [[7, 2, 7], 0, [0, 0, 0]],
    [[-0, 0], 0, [0, 0]],
    [[-inf, -inf], 0, [0, 0]],
    [[inf, nan], 1, [0, 0]]
  ),
  cumArgmax: [
    ...along({ axis: 0, reverse: false }, [[1, 1, 3, 2], [0, 0, 2, 2], [0, 0, 0, 0]], [[-0, 0], [0, 0]], [[-inf, nan, inf], [0, 1, 1]], [[], []]), // prettier-ignore
    ...along(
      { axis: 0, reverse: true },
      [
        [1, 3, 2, 2],
        [1, 1, 3, 3],
        [0, 0, 0, 0]
      ],
      [
        [nan, nan, 5],
        [1, 1, 2]
      ]
    )
  ],
  argsort: [
    ...along({ axis: 0, descending: false }, [[2, nan, -inf, 2, inf, -3], [2, 5, 0, 3, 4, 1], [0, 0, 0, 0, 0, 0]], [[0, -0, 0, nan, nan], [0, 1, 2, 3, 4]], [[], []], [[most, least, -least, -most], [3, 2, 1, 0]]), // prettier-ignore
    ...along({ axis: 0, descending: true }, [[2, nan, -inf, 2, inf, -3], [1, 4, 0, 3, 5, 2], [0, 0, 0, 0, 0, 0]], [[-0, 0, -0], [0, 1, 2]]) // prettier-ignore
  ],
  linearRecurrence: [
    { params: { axis: 0, reverse: false, lagged: false }, inputs: [[inf, 0, 2], [3, 4, 5]], output: [3, 4, 13], cotangents: [[0, 9, 4], [1, 3, 1]] }, // prettier-ignore
    { params: { axis: 0, reverse: false, lagged: true }, inputs: [[0, 2, inf], [3, 4, 5]], output: [3, 4, 13], cotangents: [[9, 4, 0], [1, 3, 1]] }, // prettier-ignore
    {
      params: { axis: 0, reverse: true, lagged: false },
      inputs: [
        [2, 0, inf],
        [5, 4, 3]
      ],
      output: [13, 4, 3]
    },
    {
      params: { axis: 0, reverse: false, lagged: false },
      inputs: [
        [1, 1, 1],
        [inf, -inf, 1]
      ],
      output: [inf, nan, nan]
    },
    {
      params: { axis: 0, reverse: false, lagged: false },
      inputs: [
        [1, inf],
        [0, 1]
      ],
      output: [0, nan]
    },
    { params: { axis: 0, reverse: false, lagged: false }, inputs: [[], []], output: [] }
  ],
  softmax: along(
    { axis: 0 },
    [
      [1000, 1000],
      [0.5, 0.5],
      [0, 0]
    ],
    [
      [-1000, 0],
      [0, 1],
      [0, 0]
    ],
    [
      [inf, 0],
      [1, 0],
      [0, 0]
    ],
    [
      [inf, inf, 5],
      [0.5, 0.5, 0],
      [0, 0, 0]
    ],
    [
      [-inf, 0],
      [0, 1],
      [0, 0]
    ],
    [
      [-inf, -inf],
      [nan, nan]
    ],
    [
      [nan, 0],
      [nan, nan]
    ]
  ),
  logSoftmax: along(
    { axis: 0 },
    [
      [1000, 0],
      [0, -1000],
      [-1, 1]
    ],
    [
      [inf, 0],
      [0, -inf],
      [-1, 1]
    ],
    [
      [-inf, 0],
      [-inf, 0],
      [1, -1]
    ],
    [
      [nan, 0],
      [nan, nan]
    ]
  ),
  logSumExp: along(
    { axis: 0 },
    [[1000, 1000], 1000 + Math.LN2, [0.5, 0.5]],
    [[-1000, -1000], -1000 + Math.LN2, [0.5, 0.5]],
    [[inf, 0], inf, [1, 0]],
    [[-inf, 0], 0, [0, 1]],
    [[-inf, -inf], -inf],
    [[nan, 0], nan]
  ),

  // where there is no result, NaN in all of it
  solve: [
    ...moved({ structure: 'general', what: null }, [[[0]], [[1]]], [[nan]]),
    ...moved({ structure: 'general', what: null }, [[[inf]], [[1]]], [[0]]),
    ...moved({ structure: 'general', what: null }, [[[nan]], [[1]]], [[nan]]),
    ...moved(
      { structure: 'unit upper', what: null },
      [
        [
          [0, inf],
          [nan, 0]
        ],
        [[1], [0]]
      ],
      [[nan], [0]]
    )
  ],
  expm: along({}, [[[0]], [[1]], [[1]]], [[[inf]], [[nan]], [[nan]]], [[[-inf]], [[nan]], [[nan]]]),
  cholesky: along({ what: null }, [[[4]], [[2]], [[0.25]]], [[[0]], [[nan]], [[nan]]], [[[inf]], [[inf]], [[nan]]]),
  lu: along({ window: 0 }, [[[0]], [[0]], [[1]]], [[[nan]], [[nan]], [[nan]]]),
  qr: along({}, [[[-2]], [[-1]], [[0]]], [[[0]], [[1]], [[nan]]], [[[nan]], [[nan]], [[nan]]]),
  eigh: along({}, [[[-0]], [-0], [[1]]], [[[nan]], [nan], [[nan]]], [[[3]], [3], [[1]]]),
  svd: along({}, [[[-2]], [[1]], [[0]]], [[[nan]], [[nan]], [[nan]]]),
  pinv: along({ rtol: 0 }, [[[0]], [[0]], [[0]]], [[[4]], [[0.25]], [[-0.0625]]], [[[nan]], [[nan]], [[nan]]]),
  leaf: unary([0, 0, 1], [-0, -0, 1], [inf, inf, 1], [nan, nan, 1]),
  labels: moved({ what: 'labels', classes: 2 }, [[-0, 1]], [-0, 1]),
  // 1 / x, once and twice
  scan: [
    { params: inverses(1), inputs: [0], output: inf, cotangents: [-inf] },
    { params: inverses(1), inputs: [-inf], output: -0, cotangents: [-0] },
    { params: inverses(2), inputs: [0], output: 0, cotangents: [nan] },
    { params: inverses(0), inputs: [nan], output: nan, cotangents: [1] }
  ],
  // of the least key and of the greatest, whose words are all zeros and all ones
  splitKey: keyed(
    { count: 2 },
    [
      [2080697342, 3992443307],
      [3745838484, 1034803501]
    ],
    [
      [3862815732, 2777687873],
      [643598275, 2778199789]
    ]
  ),
  foldKey: [
    { inputs: [leastKey, 2 ** 53 - 1], output: [2169911983, 3930103710], cotangents: [[0, 0], 0] },
    { inputs: [mostKey, 2 ** 53 - 1], output: [203331476, 2355128834], cotangents: [[0, 0], 0] }
  ],
  uniform: keyed(
    { min: -1, max: 1, dims: [2] },
    [-0.1630857795402545, -0.567409086165962],
    [-0.4904334797554428, -0.36878939642509545]
  ),
  normal: keyed(
    { mean: 1, standardDeviation: 2, dims: [2] },
    [1.5549022022065624, 3.580994106260958],
    [-0.3250520514500095, 4.030342143280967]
  ),
  truncatedNormal: keyed(
    { mean: 0, standardDeviation: 1, dims: [2] },
    [0.3154195169534524, 1.4670980057734422],
    [-0.753190880022787, 1.7225180423442703]
  ),
  bits: keyed({ dims: [3] }, [1797259609, 2579123966, 928981903], [1094285764, 1314454335, 1355514454]),
  bernoulli: keyed({ p: 0.5, dims: [4] }, [1, 1, 0, 0], [1, 1, 1, 1]),
  randint: keyed({ min: -3, max: 4, dims: [4] }, [2, 3, 0, -3], [2, 2, -3, -3]),
  categorical: keyed({ probabilities: [0.5, 0, 0.5], dims: [4] }, [0, 0, 2, 2], [0, 0, 0, 0]),
  permutation: keyed({ n: 4, count: 4 }, [1, 3, 0, 2], [0, 1, 2, 3]),
  weightedChoice: keyed({ probabilities: [0.2, 0.3, 0.5], count: 2 }, [2, 0], [1, 2])
}

const cotangentsOf = (p: AnyPrimitive, params: unknown, inputs: readonly Tensor[]): readonly Tensor[] => {
  const { value, pullback } = vjp((xs: readonly Tensor[]) => applyAny(p, params, xs)[0]!)(inputs)
  return pullback(ones([...value.shape]))
}

it('answers are stated for every primitive', () => {
  expect(Object.keys(answers).toSorted()).toEqual(Object.keys(table).toSorted())
})

describe.each(Object.entries(answers))('%s', (name, rows) => {
  const p = table[name as PrimitiveName]
  it.each(
    rows.map(
      (row) =>
        [row.inputs.map((x) => show(tensor(x as never)).replace(/^\w*\[[\d, ]*\]\s*/, '')).join(' and '), row] as const
    )
  )('of %s', (_, { params = {}, inputs, output, cotangents }) => {
    const xs = inputs.map((x) => tensor(x as never) as Tensor)
    expect(applyAny(p, params, xs)[0]).toBeTensor(output)
    if (cotangents === undefined) return
    cotangentsOf(p, params, xs).forEach((ct, i) => {
      expect(ct).toBeTensor(cotangents[i]!)
    })
  })
})

describe('a row that is not there', () => {
  it.each([-1, 3, 0.5, NaN, Infinity])('is an error: %s', (index) => {
    const [x, indices] = [ones([3, 2]) as Tensor, tensor([0, index])]
    expect(() => apply(table.gather, {}, [x, indices])).toThrow(
      expect.objectContaining({
        name: 'IndexError',
        message: `gather: index ${index} at position 1 is not a row; use whole numbers from 0 to 2`
      })
    )
    expect(() => apply(table.scatterAdd, { rows: 3 }, [ones([2, 2]) as Tensor, indices])).toThrow(/^scatterAdd: index/)
  })
})
