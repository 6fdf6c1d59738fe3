import { float32, float64, signed, unsigned } from './bytes.ts'

/**
 * WebAssembly as an expression graph: plain data, built by pure functions, which `encode` turns into bytes. A node that
 * is used twice within a step is evaluated once.
 *
 * @see WebAssembly Core Specification 2.0, section 5
 */

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128'

/** An expression: an instruction and its arguments. */
export interface Expr {
  readonly _tag: 'Op'
  readonly type: ValueType
  readonly code: readonly number[]
  readonly args: readonly Value[]
}
/** A local variable, identified by reference. */
export interface Local {
  readonly _tag: 'Local'
  readonly type: ValueType
}
export type Value = Expr | Local

/** An instruction with a side effect: a store or a call. */
export interface Effect {
  readonly code: readonly number[]
  readonly args: readonly Value[]
  /** The bytes of memory that it writes, from `address + offset` on. */
  readonly writes?: { readonly address: Value; readonly offset: number; readonly bytes: Value }
}

/**
 * A statement. A `Step` evaluates all its values, then performs its effects, then sets its locals: each value sees
 * memory and locals as they were before. That makes sharing of subexpressions within a step safe.
 */
export type Statement =
  | {
      readonly _tag: 'Step'
      readonly sets: readonly (readonly [Local, Value])[]
      readonly effects: readonly Effect[]
    }
  /** A do-while loop: repeats while `again` is not 0. */
  | { readonly _tag: 'Loop'; readonly body: readonly Statement[]; readonly again: Value }
  | {
      readonly _tag: 'If'
      readonly condition: Value
      readonly then: readonly Statement[]
      readonly otherwise: readonly Statement[]
    }
  | { readonly _tag: 'Return'; readonly values: readonly Value[] }

/** A function of a module: its parameters are its first locals. */
export interface Func {
  readonly name: string
  readonly params: readonly Local[]
  readonly results: readonly ValueType[]
  readonly body: readonly Statement[]
  /** Whether JavaScript can call it. */
  readonly exported: boolean
}

/** An imported host function. */
export interface Import {
  readonly name: string
  readonly params: readonly ValueType[]
  readonly results: readonly ValueType[]
}

export const local = (type: ValueType): Local => ({ _tag: 'Local', type })

const op = (type: ValueType, code: readonly number[], ...args: readonly Value[]): Expr => ({
  _tag: 'Op',
  type,
  code,
  args
})

const unary =
  (type: ValueType, ...code: readonly number[]) =>
  (x: Value): Expr =>
    op(type, code, x)

const binary =
  (type: ValueType, ...code: readonly number[]) =>
  (a: Value, b: Value): Expr =>
    op(type, code, a, b)

const simd = (code: number): readonly number[] => [0xfd, ...unsigned(code)]

const simdUnary = (code: number) => unary('v128', ...simd(code))
const simdBinary = (code: number) => binary('v128', ...simd(code))

/** The memory argument of a load or store: no alignment hint, and an immediate offset. */
const place = (offset: number): readonly number[] => [0, ...unsigned(offset)]

const load =
  (type: ValueType, ...code: readonly number[]) =>
  (address: Value, offset = 0): Expr =>
    op(type, [...code, ...place(offset)], address)

const store =
  (bytes: number, ...code: readonly number[]) =>
  (address: Value, value: Value, offset = 0): Effect => ({
    code: [...code, ...place(offset)],
    args: [address, value],
    writes: { address, offset, bytes: i32.constant(bytes) }
  })

const storeLane =
  (bytes: number, code: number) =>
  (vector: Value, address: Value, lane: number, offset = 0): Effect => ({
    code: [...simd(code), ...place(offset), lane],
    args: [address, vector],
    writes: { address, offset, bytes: i32.constant(bytes) }
  })

export const i32 = {
  constant: (value: number): Expr => op('i32', [0x41, ...signed(value)]),
  eqz: unary('i32', 0x45),
  clz: unary('i32', 0x67),
  ne: binary('i32', 0x47),
  ltU: binary('i32', 0x49),
  add: binary('i32', 0x6a),
  sub: binary('i32', 0x6b),
  mul: binary('i32', 0x6c),
  divU: binary('i32', 0x6e),
  and: binary('i32', 0x71),
  or: binary('i32', 0x72),
  xor: binary('i32', 0x73),
  shrU: binary('i32', 0x76),
  rotl: binary('i32', 0x77),
  fromF64U: unary('i32', 0xfc, 0x03),
  load: load('i32', 0x28),
  store: store(4, 0x36)
}

export const i64 = {
  constant: (value: number): Expr => op('i64', [0x42, ...signed(value)]),
  ltU: binary('i32', 0x54),
  clz: unary('i64', 0x79),
  or: binary('i64', 0x84),
  xor: binary('i64', 0x85),
  shrU: binary('i64', 0x88),
  fromI32U: unary('i64', 0xad),
  /** The bits of a double. */
  bitsOf: unary('i64', 0xbd),
  /** The lower half. */
  wrap: unary('i32', 0xa7),
  load: load('i64', 0x29),
  store: store(8, 0x37)
}

export const f64 = {
  constant: (value: number): Expr => op('f64', [0x44, ...float64(value)]),
  eq: binary('i32', 0x61),
  ne: binary('i32', 0x62),
  lt: binary('i32', 0x63),
  le: binary('i32', 0x65),
  ge: binary('i32', 0x66),
  floor: unary('f64', 0x9c),
  add: binary('f64', 0xa0),
  sub: binary('f64', 0xa1),
  mul: binary('f64', 0xa2),
  min: binary('f64', 0xa4),
  max: binary('f64', 0xa5),
  fromI32U: unary('f64', 0xb8),
  promote: unary('f64', 0xbb),
  load: load('f64', 0x2b),
  store: store(8, 0x39)
}

export const f32 = {
  constant: (value: number): Expr => op('f32', [0x43, ...float32(value)]),
  demote: unary('f32', 0xb6),
  load: load('f32', 0x2a),
  store: store(4, 0x38)
}

/** Operations on 128-bit vectors that do not depend on the lane type. */
export const v128 = {
  constant: (bytes: readonly number[]): Expr => op('v128', [...simd(12), ...bytes]),
  load: load('v128', ...simd(0)),
  load32Splat: load('v128', ...simd(9)),
  load64Splat: load('v128', ...simd(10)),
  /** Loads the lowest lane; zeros above it. */
  load32Zero: load('v128', ...simd(92)),
  load64Zero: load('v128', ...simd(93)),
  store: store(16, ...simd(11)),
  /** Selects 16 bytes of `a` and `b` by their indices from 0 to 31. */
  shuffle: (a: Value, b: Value, bytes: readonly number[]): Expr => op('v128', [...simd(13), ...bytes], a, b),
  and: simdBinary(78),
  /** `a & ~b`. */
  andNot: simdBinary(79),
  or: simdBinary(80),
  xor: simdBinary(81),
  /** Bits of `a` where the mask has ones, of `b` elsewhere. */
  select: (a: Value, b: Value, mask: Value): Expr => op('v128', simd(82), a, b, mask),
  anyTrue: unary('i32', ...simd(83)),
  load32Lane: (vector: Value, address: Value, lane: number, offset = 0): Expr =>
    op('v128', [...simd(86), ...place(offset), lane], address, vector),
  load64Lane: (vector: Value, address: Value, lane: number, offset = 0): Expr =>
    op('v128', [...simd(87), ...place(offset), lane], address, vector),
  store32Lane: storeLane(4, 90),
  store64Lane: storeLane(8, 91)
}

export const f64x2 = {
  splat: simdUnary(20),
  extract: (x: Value, lane: number): Expr => op('f64', [...simd(33), lane], x),
  eq: simdBinary(71),
  ne: simdBinary(72),
  lt: simdBinary(73),
  gt: simdBinary(74),
  le: simdBinary(75),
  ge: simdBinary(76),
  promoteLow: simdUnary(95),
  floor: simdUnary(117),
  nearest: simdUnary(148),
  abs: simdUnary(236),
  neg: simdUnary(237),
  sqrt: simdUnary(239),
  add: simdBinary(240),
  sub: simdBinary(241),
  mul: simdBinary(242),
  div: simdBinary(243),
  min: simdBinary(244),
  max: simdBinary(245),
  pmin: simdBinary(246),
  pmax: simdBinary(247),
  /** `a · b + c`, rounded once or twice as the machine likes. */
  madd: (a: Value, b: Value, c: Value): Expr => op('v128', simd(0x107), a, b, c)
}

export const f32x4 = {
  splat: simdUnary(19),
  extract: (x: Value, lane: number): Expr => op('f32', [...simd(31), lane], x),
  eq: simdBinary(65),
  ne: simdBinary(66),
  lt: simdBinary(67),
  gt: simdBinary(68),
  le: simdBinary(69),
  ge: simdBinary(70),
  demoteZero: simdUnary(94),
  floor: simdUnary(104),
  nearest: simdUnary(106),
  abs: simdUnary(224),
  neg: simdUnary(225),
  sqrt: simdUnary(227),
  add: simdBinary(228),
  sub: simdBinary(229),
  mul: simdBinary(230),
  div: simdBinary(231),
  min: simdBinary(232),
  max: simdBinary(233),
  pmin: simdBinary(234),
  pmax: simdBinary(235),
  /** `a · b + c`, rounded once or twice as the machine likes. */
  madd: (a: Value, b: Value, c: Value): Expr => op('v128', simd(0x105), a, b, c)
}

const shift =
  (code: number) =>
  (x: Value, by: number): Expr =>
    op('v128', simd(code), x, i32.constant(by))

export const i64x2 = { shl: shift(203), shrU: shift(205), add: simdBinary(206), sub: simdBinary(209) }

export const i32x4 = { shl: shift(171), shrS: shift(172), shrU: shift(173), add: simdBinary(174), sub: simdBinary(177) }

/** A call of a function, by its index, as an expression. */
export const call = (type: ValueType, index: number, ...args: readonly Value[]): Expr =>
  op(type, [0x10, ...unsigned(index)], ...args)

/** A call of a function without a result. */
export const callFor = (index: number, ...args: readonly Value[]): Effect => ({
  code: [0x10, ...unsigned(index)],
  args
})

/** `memory.copy`; the areas may overlap. */
export const copyBytes = (to: Value, from: Value, bytes: Value): Effect => ({
  code: [0xfc, 0x0a, 0, 0],
  args: [to, from, bytes],
  writes: { address: to, offset: 0, bytes }
})

/** `memory.fill`, with the lowest byte of a number. */
export const fillBytes = (to: Value, byte: Value, bytes: Value): Effect => ({
  code: [0xfc, 0x0b, 0],
  args: [to, byte, bytes],
  writes: { address: to, offset: 0, bytes }
})

/** A step of effects, in order; all arguments are evaluated first. */
export const perform = (...effects: readonly Effect[]): Statement => ({ _tag: 'Step', sets: [], effects })

/** A step that sets locals simultaneously. */
export const assign = (...sets: readonly (readonly [Local, Value])[]): Statement => ({
  _tag: 'Step',
  sets,
  effects: []
})

export const doWhile = (again: Value, ...body: readonly Statement[]): Statement => ({ _tag: 'Loop', body, again })

export const when = (
  condition: Value,
  then: readonly Statement[],
  otherwise: readonly Statement[] = []
): Statement => ({ _tag: 'If', condition, then, otherwise })

export const returnValues = (...values: readonly Value[]): Statement => ({ _tag: 'Return', values })
