import { allocate } from './allocate.ts'

/**
 * Elementwise loops. Arithmetic loops are written out, because a shared loop over a callback becomes megamorphic, and
 * ten times slower; `map` and `zip` serve functions that cost more than a call.
 */

/** A loop from a buffer to a new one. @category primitive @since 0.1.0 */
export type Unary = (x: Float64Array) => Float64Array

/**
 * A loop over two buffers, of `n` iterations, that reads `a[i · sa]` and `b[i · sb]`; a stride of 0 broadcasts a single
 * number.
 *
 * @category primitive
 * @since 0.1.0
 */
export type Binary = (a: Float64Array, sa: number, b: Float64Array, sb: number, n: number) => Float64Array

export const map: {
  (f: (x: number) => number): Unary
  <P>(f: (x: number, params: P) => number, params: P): Unary
} =
  <P>(f: (x: number, params: P) => number, params?: P): Unary =>
  (x) => {
    const out = allocate(x.length)
    for (let i = 0; i < x.length; i++) out[i] = f(x[i]!, params!)
    return out
  }

export const zip =
  (f: (a: number, b: number) => number): Binary =>
  (a, sa, b, sb, n) => {
    const out = allocate(n)
    for (let i = 0; i < n; i++) out[i] = f(a[i * sa]!, b[i * sb]!)
    return out
  }

export const neg: Unary = (x) => {
  const out = allocate(x.length)
  for (let i = 0; i < x.length; i++) out[i] = -x[i]!
  return out
}

export const square: Unary = (x) => {
  const out = allocate(x.length)
  for (let i = 0; i < x.length; i++) out[i] = x[i]! * x[i]!
  return out
}

export const sqrt: Unary = (x) => {
  const out = allocate(x.length)
  for (let i = 0; i < x.length; i++) out[i] = Math.sqrt(x[i]!)
  return out
}

export const abs: Unary = (x) => {
  const out = allocate(x.length)
  for (let i = 0; i < x.length; i++) out[i] = Math.abs(x[i]!)
  return out
}

/** `max(x, 0)`; NaN stays NaN. */
export const relu: Unary = (x) => {
  const out = allocate(x.length)
  for (let i = 0; i < x.length; i++) {
    const value = x[i]!
    out[i] = value <= 0 ? 0 : value
  }
  return out
}

export const add: Binary = (a, sa, b, sb, n) => {
  const out = allocate(n)
  for (let i = 0; i < n; i++) out[i] = a[i * sa]! + b[i * sb]!
  return out
}

export const sub: Binary = (a, sa, b, sb, n) => {
  const out = allocate(n)
  for (let i = 0; i < n; i++) out[i] = a[i * sa]! - b[i * sb]!
  return out
}

export const mul: Binary = (a, sa, b, sb, n) => {
  const out = allocate(n)
  for (let i = 0; i < n; i++) out[i] = a[i * sa]! * b[i * sb]!
  return out
}

export const div: Binary = (a, sa, b, sb, n) => {
  const out = allocate(n)
  for (let i = 0; i < n; i++) out[i] = a[i * sa]! / b[i * sb]!
  return out
}

export const maximum: Binary = (a, sa, b, sb, n) => {
  const out = allocate(n)
  for (let i = 0; i < n; i++) out[i] = Math.max(a[i * sa]!, b[i * sb]!)
  return out
}

export const minimum: Binary = (a, sa, b, sb, n) => {
  const out = allocate(n)
  for (let i = 0; i < n; i++) out[i] = Math.min(a[i * sa]!, b[i * sb]!)
  return out
}

export const greater: Binary = (a, sa, b, sb, n) => {
  const out = allocate(n)
  for (let i = 0; i < n; i++) out[i] = a[i * sa]! > b[i * sb]! ? 1 : 0
  return out
}

export const greaterEqual: Binary = (a, sa, b, sb, n) => {
  const out = allocate(n)
  for (let i = 0; i < n; i++) out[i] = a[i * sa]! >= b[i * sb]! ? 1 : 0
  return out
}

export const equal: Binary = (a, sa, b, sb, n) => {
  const out = allocate(n)
  for (let i = 0; i < n; i++) out[i] = a[i * sa] === b[i * sb] ? 1 : 0
  return out
}

/** `a` where the condition is not 0, else `b`; strides as in `Binary`. */
export const select = (
  condition: Float64Array,
  sc: number,
  a: Float64Array,
  sa: number,
  b: Float64Array,
  sb: number,
  n: number
): Float64Array => {
  const out = allocate(n)
  for (let i = 0; i < n; i++) out[i] = condition[i * sc]! !== 0 ? a[i * sa]! : b[i * sb]!
  return out
}
