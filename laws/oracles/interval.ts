import type { Primitive } from '../../src/primitive/primitive.ts'
import type { Dims } from '../../src/tensor/dims.ts'
import { type Arr, arraysOf } from './array.ts'
import { erfcOf, erfinvOf, erfOf } from './normal.ts'

/**
 * Intervals that enclose: a result holds every number that the operation gives of numbers of its operands, rounding
 * included. Exact operations are rounded outward by a unit in the last place, functions of the platform by several.
 */

export interface Range {
  readonly lo: number
  readonly hi: number
}

const ULP = 2 ** -52
const everything: Range = { lo: -Infinity, hi: Infinity }

/** Both ends outward by some units in the last place; ends that are not numbers say nothing. */
const outward = (lo: number, hi: number, ulps: number): Range =>
  Number.isNaN(lo) || Number.isNaN(hi)
    ? everything
    : {
        lo: lo - (ulps * ULP * Math.abs(lo) + Number.MIN_VALUE),
        hi: hi + (ulps * ULP * Math.abs(hi) + Number.MIN_VALUE)
      }

export const point = (value: number): Range => ({ lo: value, hi: value })

/** Around the results at all ends. */
const around = (ends: readonly number[], ulps = 1): Range => outward(Math.min(...ends), Math.max(...ends), ulps)

const holds = (x: Range, value: number): boolean => x.lo <= value && value <= x.hi

const add = (a: Range, b: Range): Range => outward(a.lo + b.lo, a.hi + b.hi, 1)
const neg = ({ lo, hi }: Range): Range => ({ lo: -hi, hi: -lo })
const sub = (a: Range, b: Range): Range => add(a, neg(b))
/** 0 times an end at infinity, which stands for numbers without a bound, is 0. */
const product = (x: number, y: number): number => (x === 0 || y === 0 ? 0 : x * y)
const mul = (a: Range, b: Range): Range =>
  around([product(a.lo, b.lo), product(a.lo, b.hi), product(a.hi, b.lo), product(a.hi, b.hi)])
const div = (a: Range, b: Range): Range =>
  holds(b, 0) ? everything : around([a.lo / b.lo, a.lo / b.hi, a.hi / b.lo, a.hi / b.hi])

/** How far functions of the platform may be off, and those of the oracles. */
const [PLATFORM, OWN] = [4, 64]

const monotone =
  (f: (x: number) => number, ulps = PLATFORM) =>
  ({ lo, hi }: Range): Range =>
    around([f(lo), f(hi)], ulps)
const abs = (x: Range): Range => {
  const [a, b] = [Math.abs(x.lo), Math.abs(x.hi)]
  return { lo: holds(x, 0) ? 0 : Math.min(a, b), hi: Math.max(a, b) }
}
/** Within its slope of 1 around the value in the middle. */
const wave =
  (f: (x: number) => number) =>
  ({ lo, hi }: Range): Range => {
    const [middle, radius] = [(lo + hi) / 2, (hi - lo) / 2 + ULP * Math.max(Math.abs(lo), Math.abs(hi))]
    const { lo: from, hi: to } = outward(f(middle) - radius, f(middle) + radius, PLATFORM)
    return { lo: Math.max(from, -1), hi: Math.min(to, 1) }
  }
const exp = monotone(Math.exp)
const log = monotone(Math.log)
const square = (x: Range): Range => {
  const { lo, hi } = abs(x)
  return outward(lo * lo, hi * hi, 1)
}
const sqrt = ({ lo, hi }: Range): Range => outward(Math.sqrt(Math.max(lo, 0)), Math.sqrt(hi), 1)
const power = (x: Range, exponent: number): Range => {
  if (!Number.isInteger(exponent)) return x.lo > 0 ? around([x.lo ** exponent, x.hi ** exponent], PLATFORM) : everything
  if (exponent < 0 && holds(x, 0)) return everything
  const { lo, hi } = exponent % 2 === 0 ? abs(x) : x
  return around([lo ** exponent, hi ** exponent], PLATFORM)
}
/** Of a function of two numbers that rises or falls with each, at all corners. */
const corners =
  (f: (a: number, b: number) => number) =>
  (a: Range, b: Range): Range =>
    around([f(a.lo, b.lo), f(a.lo, b.hi), f(a.hi, b.lo), f(a.hi, b.hi)], PLATFORM)
const one = point(1)
const sigmoid = (x: Range): Range => div(one, add(one, exp(neg(x))))
/** sigmoid(x) · sigmoid(−x), which falls with |x|. */
const bell = (x: Range): Range => {
  const far = abs(x)
  const at = (value: number): Range => mul(sigmoid(point(value)), sigmoid(point(-value)))
  return { lo: at(far.hi).lo, hi: at(far.lo).hi }
}
const gaussian = (x: Range, rate: number): Range => exp(neg(mul(point(rate), square(x))))
const gate = (x: Range): Range => {
  const cubic = add(x, mul(outward(0.044715, 0.044715, 1), power(x, 3)))
  return mul(around([Math.sqrt(8 / Math.PI)], 2), cubic)
}
const truth = (isTrue: boolean, isFalse: boolean): Range => (isTrue ? one : isFalse ? point(0) : { lo: 0, hi: 1 })
const maximum = (a: Range, b: Range): Range =>
  a.lo >= b.hi ? a : b.lo >= a.hi ? b : { lo: Math.max(a.lo, b.lo), hi: Math.max(a.hi, b.hi) }
const hull = (a: Range, b: Range): Range =>
  Number.isNaN(a.lo + b.hi) ? everything : { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) }

/** The vocabulary over arrays of intervals. */
export const ranges = arraysOf<Range>({
  constant: point,
  index: ({ lo }) => lo,
  words: {
    add: ([a, b]) => add(a!, b!),
    sub: ([a, b]) => sub(a!, b!),
    mul: ([a, b]) => mul(a!, b!),
    mulNoNan: ([a, b]) => mul(a!, b!),
    div: ([a, b]) => div(a!, b!),
    xdivy: ([a, b]) => div(a!, b!),
    pow: ([a, b]) => exp(mul(b!, log(a!))),
    xlogy: ([a, b]) => mul(a!, log(b!)),
    xlog1py: ([a, b]) => mul(a!, monotone(Math.log1p)(b!)),
    // rises with a, and with |b| falls towards 0
    direction: ([a, b]) =>
      holds(a!, 0) && holds(b!, 0) ? { lo: -1, hi: 1 } : corners((x, y) => x / Math.hypot(x, y))(a!, abs(b!)),
    atan2: ([y, x]) => (holds(y!, 0) || holds(x!, 0) ? everything : corners(Math.atan2)(y!, x!)),
    remainder: ([a, b]) => sub(a!, mul(b!, monotone(Math.trunc, 0)(div(a!, b!)))),
    hypot: ([a, b]) => sqrt(add(square(a!), square(b!))),
    maximum: ([a, b]) => maximum(a!, b!),
    minimum: ([a, b]) => neg(maximum(neg(a!), neg(b!))),
    powNumber: ([x], { exponent }) => power(x!, exponent),
    clip: ([x], { min, max }) => ({ lo: Math.min(Math.max(x!.lo, min), max), hi: Math.min(Math.max(x!.hi, min), max) }),
    neg: ([x]) => neg(x!),
    exp: ([x]) => exp(x!),
    exp2: ([x]) => monotone((value) => 2 ** value)(x!),
    expm1: ([x]) => monotone(Math.expm1)(x!),
    log: ([x]) => log(x!),
    log1p: ([x]) => monotone(Math.log1p)(x!),
    log2: ([x]) => monotone(Math.log2)(x!),
    log10: ([x]) => monotone(Math.log10)(x!),
    sqrt: ([x]) => sqrt(x!),
    cbrt: ([x]) => monotone(Math.cbrt)(x!),
    square: ([x]) => square(x!),
    abs: ([x]) => abs(x!),
    sign: ([x]) => ({ lo: Math.sign(x!.lo), hi: Math.sign(x!.hi) }),
    floor: ([x]) => monotone(Math.floor, 0)(x!),
    round: ([x]) => monotone(Math.round, 0)(x!),
    asin: ([x]) => monotone(Math.asin)(x!),
    acos: ([x]) => monotone(Math.acos)(x!),
    atan: ([x]) => monotone(Math.atan)(x!),
    sinh: ([x]) => monotone(Math.sinh)(x!),
    cosh: ([x]) => monotone(Math.cosh)(abs(x!)),
    asinh: ([x]) => monotone(Math.asinh)(x!),
    acosh: ([x]) => monotone(Math.acosh)(x!),
    atanh: ([x]) => monotone(Math.atanh)(x!),
    sin: ([x]) => wave(Math.sin)(x!),
    cos: ([x]) => wave(Math.cos)(x!),
    tanh: ([x]) => monotone(Math.tanh)(x!),
    sechSquared: ([x]) => mul(point(4), bell(mul(point(2), x!))),
    sigmoid: ([x]) => sigmoid(x!),
    sigmoidSlope: ([x]) => bell(x!),
    softplus: ([x]) => monotone((value) => Math.log1p(Math.exp(value)), 2 * PLATFORM)(x!),
    gaussian: ([x], { rate }) => gaussian(x!, rate),
    tanhGate: ([x]) => sigmoid(gate(x!)),
    tanhGateSlope: ([x]) => bell(gate(x!)),
    erf: ([x]) => monotone(erfOf, OWN)(x!),
    erfc: ([x]) => monotone(erfcOf, OWN)(x!),
    erfinv: ([x]) => monotone(erfinvOf, OWN)(x!),
    normalCdf: ([x]) => mul(point(0.5), monotone(erfcOf, OWN)(mul(around([-Math.SQRT1_2]), x!))),
    relu: ([x]) => ({ lo: Math.max(x!.lo, 0), hi: Math.max(x!.hi, 0) }),
    stopGradient: ([x]) => x!,
    greater: ([a, b]) => truth(a!.lo > b!.hi, a!.hi <= b!.lo),
    greaterEqual: ([a, b]) => truth(a!.lo >= b!.hi, a!.hi < b!.lo),
    // one and the same interval stands for one number
    equal: ([a, b]) => truth(a === b || (a!.lo === b!.hi && a!.hi === b!.lo), a!.lo > b!.hi || a!.hi < b!.lo),
    where: ([c, a, b]) => (!holds(c!, 0) ? a! : c!.lo === 0 && c!.hi === 0 ? b! : hull(a!, b!))
  }
})

/** Whether two intervals have a number in common. */
const meet = (a: Range, b: Range): boolean => a.lo <= b.hi && b.lo <= a.hi

/** Two places, a box that has both, and a cotangent for the result. */
export interface Box<P> {
  readonly params: P
  readonly box: readonly Arr<Range>[]
  readonly from: readonly Arr<Range>[]
  readonly to: readonly Arr<Range>[]
  readonly cotangent: (dims: Dims) => Arr<Range>
}

/**
 * Where the rules of a primitive cannot be right: by the mean value theorem, what its value changes by from one place to
 * another is its derivative somewhere between them times the way, so the rules applied to the whole box enclose it.
 */
export const boxFaults = <P>(primitive: Primitive<P>, { params, box, from, to, cotangent }: Box<P>) => {
  const { op, applied } = ranges
  const whole = applied(primitive, params, box)
  const change = op.sub(applied(primitive, params, to), applied(primitive, params, from))
  const ct = cotangent(whole.dims)
  const moving = box.flatMap((_, i) => (primitive.differentiable(i) ? [i] : []))
  const way = box.map((_, i) => op.sub(to[i]!, from[i]!))
  const total = (x: Arr<Range>): Range => x.values.reduce(add, point(0))
  const forward = moving
    .map((i) => primitive.jvp(op, params, box, whole, way[i]!, i, null))
    .reduce((a, b) => op.add(a, b))
  const back = moving.map((i) => total(op.mul(primitive.vjp(op, params, box, whole, ct, i, null), way[i]!))).reduce(add)
  return [
    ...(forward.values.every((x, k) => meet(x, change.values[k]!))
      ? []
      : [`${primitive.name}: the jvp over a box does not enclose the change across it`]),
    ...(meet(back, total(op.mul(ct, change)))
      ? []
      : [`${primitive.name}: the vjp over a box does not enclose the change across it`])
  ]
}
