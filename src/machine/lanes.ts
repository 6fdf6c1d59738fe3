import { float32, float64, pattern32, pattern64 } from './bytes.ts'
import { f32, f32x4, f64, f64x2, i32x4, i64x2, type Effect, type Expr, v128, type Value } from './wasm.ts'

/**
 * Arithmetic on a SIMD vector of two doubles or four singles. Functions written against this interface run in both
 * precisions.
 */
export interface Lanes {
  readonly precision: Precision
  /** Lanes in a vector. */
  readonly count: number
  /** Bytes in a lane. */
  readonly bytes: number
  /** One number in every lane, rounded to the precision. */
  readonly constant: (value: number) => Expr
  /** One pattern of bits in every lane. */
  readonly pattern: (bits: bigint) => Expr
  readonly add: (a: Value, b: Value) => Expr
  readonly sub: (a: Value, b: Value) => Expr
  readonly mul: (a: Value, b: Value) => Expr
  readonly div: (a: Value, b: Value) => Expr
  /** `a · b + c`, in two roundings unless the lanes were made with `fused`. */
  readonly madd: (a: Value, b: Value, c: Value) => Expr
  /** NaN where either operand is NaN; −0 is less than 0. */
  readonly min: (a: Value, b: Value) => Expr
  readonly max: (a: Value, b: Value) => Expr
  /** `b < a ? b : a`: a single instruction, which propagates a NaN of `a` only. */
  readonly pmin: (a: Value, b: Value) => Expr
  /** `a < b ? b : a`. */
  readonly pmax: (a: Value, b: Value) => Expr
  readonly neg: (x: Value) => Expr
  readonly abs: (x: Value) => Expr
  readonly sqrt: (x: Value) => Expr
  readonly floor: (x: Value) => Expr
  /** To the nearest integer, ties to even. */
  readonly nearest: (x: Value) => Expr
  /** Comparisons give lane masks: all ones or all zeros. */
  readonly eq: (a: Value, b: Value) => Expr
  readonly ne: (a: Value, b: Value) => Expr
  readonly lt: (a: Value, b: Value) => Expr
  readonly gt: (a: Value, b: Value) => Expr
  readonly le: (a: Value, b: Value) => Expr
  readonly ge: (a: Value, b: Value) => Expr
  readonly and: (a: Value, b: Value) => Expr
  /** `a & ~b`. */
  readonly andNot: (a: Value, b: Value) => Expr
  readonly or: (a: Value, b: Value) => Expr
  readonly xor: (a: Value, b: Value) => Expr
  /** `a` where the mask is all ones, `b` where it is all zeros. */
  readonly select: (mask: Value, a: Value, b: Value) => Expr
  /** Integer arithmetic on lanes of the same width. */
  readonly addBits: (a: Value, b: Value) => Expr
  readonly subBits: (a: Value, b: Value) => Expr
  readonly shiftLeft: (x: Value, by: number) => Expr
  readonly shiftRight: (x: Value, by: number) => Expr
  /** A number from memory, in every lane. */
  readonly loadSplat: (address: Value, offset?: number) => Expr
  /** A number from memory in the lowest lane, zeros above. */
  readonly loadOne: (address: Value, offset?: number) => Expr
  readonly loadLane: (vector: Value, address: Value, lane: number, offset?: number) => Expr
  readonly storeLane: (vector: Value, address: Value, lane: number, offset?: number) => Effect
  /** A double, rounded to the precision, as one number in memory. */
  readonly storeNumber: (address: Value, value: Value, offset?: number) => Effect
  /** One lane in every lane. */
  readonly spread: (x: Value, lane: number) => Expr
}

/** The floating-point format of a program: 64 or 32 bits. @category compile @since 0.1.0 */
export type Precision = 'double' | 'single'

const repeat = (bytes: readonly number[]): Expr =>
  v128.constant(bytes.length === 8 ? [...bytes, ...bytes] : [...bytes, ...bytes, ...bytes, ...bytes])

/** Shuffle indices that broadcast one lane of `bytes` bytes. */
const laneBytes = (lane: number, bytes: number): readonly number[] =>
  Array.from({ length: 16 }, (_, i) => lane * bytes + (i % bytes))

const select = (mask: Value, a: Value, b: Value): Expr => v128.select(a, b, mask)

const double: Lanes = {
  precision: 'double',
  count: 2,
  bytes: 8,
  constant: (value) => repeat(float64(value)),
  pattern: (bits) => repeat(pattern64(bits)),
  ...f64x2,
  madd: (a, b, c) => f64x2.add(f64x2.mul(a, b), c),
  and: v128.and,
  andNot: v128.andNot,
  or: v128.or,
  xor: v128.xor,
  select,
  addBits: i64x2.add,
  subBits: i64x2.sub,
  shiftLeft: i64x2.shl,
  shiftRight: i64x2.shrU,
  loadSplat: v128.load64Splat,
  loadOne: v128.load64Zero,
  loadLane: v128.load64Lane,
  storeLane: v128.store64Lane,
  storeNumber: f64.store,
  spread: (x, lane) => v128.shuffle(x, x, laneBytes(lane, 8))
}

const single: Lanes = {
  precision: 'single',
  count: 4,
  bytes: 4,
  constant: (value) => repeat(float32(value)),
  pattern: (bits) => repeat(pattern32(Number(BigInt.asUintN(32, bits)))),
  ...f32x4,
  madd: (a, b, c) => f32x4.add(f32x4.mul(a, b), c),
  and: v128.and,
  andNot: v128.andNot,
  or: v128.or,
  xor: v128.xor,
  select,
  addBits: i32x4.add,
  subBits: i32x4.sub,
  shiftLeft: i32x4.shl,
  shiftRight: i32x4.shrU,
  loadSplat: v128.load32Splat,
  loadOne: v128.load32Zero,
  loadLane: v128.load32Lane,
  storeLane: v128.store32Lane,
  storeNumber: (address, value, offset) => f32.store(address, f32.demote(value), offset),
  spread: (x, lane) => v128.shuffle(x, x, laneBytes(lane, 4))
}

/** Memoises a function: a program uses few distinct constants many times. */
const once = <A, B>(make: (a: A) => B): ((a: A) => B) => {
  const made = new Map<A, B>()
  return (a) => {
    const known = made.get(a) ?? make(a)
    made.set(a, known)
    return known
  }
}

const withConstants = (l: Lanes): Lanes => {
  const zero = l.constant(-0)
  const constant = once(l.constant)
  // a Map treats −0 and 0 as one key
  return { ...l, constant: (value) => (Object.is(value, -0) ? zero : constant(value)), pattern: once(l.pattern) }
}

/**
 * The lanes of a precision. With `fused`, `madd` is the relaxed instruction, a fused multiply-add where the machine has
 * one: faster, but not bit-identical across machines.
 */
export const lanesOf = (precision: Precision, fused = false): Lanes =>
  withConstants(
    precision === 'double'
      ? fused
        ? { ...double, madd: f64x2.madd }
        : double
      : fused
        ? { ...single, madd: f32x4.madd }
        : single
  )

/** Copysign for a non-negative `size`. */
export const withSign = (l: Lanes, size: Value, sign: Value): Expr => {
  const signBit = l.constant(-0)
  return l.or(size, l.and(sign, signBit))
}
