/**
 * Nested dual numbers, written without the library: a value and its derivative, each of which may be a dual number of an
 * older perturbation. They give the exact derivatives, of any order, that transformations are held against.
 */
export type Num = number | Dual

interface Dual {
  /** Younger perturbations have larger numbers. */
  readonly of: number
  readonly value: Num
  readonly slope: Num
}

const orderOf = (x: Num): number => (typeof x === 'number' ? 0 : x.of)
const valueIn = (x: Num, of: number): Num => (typeof x !== 'number' && x.of === of ? x.value : x)
const slopeIn = (x: Num, of: number): Num => (typeof x !== 'number' && x.of === of ? x.slope : 0)

export const add = (a: Num, b: Num): Num => {
  if (typeof a === 'number' && typeof b === 'number') return a + b
  const of = Math.max(orderOf(a), orderOf(b))
  return { of, value: add(valueIn(a, of), valueIn(b, of)), slope: add(slopeIn(a, of), slopeIn(b, of)) }
}

export const mul = (a: Num, b: Num): Num => {
  if (typeof a === 'number' && typeof b === 'number') return a * b
  const of = Math.max(orderOf(a), orderOf(b))
  const [x, y] = [valueIn(a, of), valueIn(b, of)]
  return { of, value: mul(x, y), slope: add(mul(slopeIn(a, of), y), mul(x, slopeIn(b, of))) }
}

export const tanh = (a: Num): Num => {
  if (typeof a === 'number') return Math.tanh(a)
  const value = tanh(a.value)
  return { of: a.of, value, slope: mul(add(1, mul(-1, mul(value, value))), a.slope) }
}

/** The number alone, without any perturbation. */
export const plain = (x: Num): number => (typeof x === 'number' ? x : plain(x.value))

export type Nums = readonly Num[]
export type Mapping = (x: Nums) => Nums

export const sum = (xs: Nums): Num => xs.reduce(add, 0)
export const dot = (a: Nums, b: Nums): Num => sum(a.map((x, i) => mul(x, b[i]!)))
export const plus = (a: Nums, b: Nums): Nums => a.map((x, i) => add(x, b[i]!))
export const times = (a: Nums, by: Num): Nums => a.map((x) => mul(x, by))

let perturbations = 0

/** The derivative of a function at a point along a direction. */
export const along = (f: Mapping, x: Nums, direction: Nums): Nums => {
  const of = ++perturbations
  return f(x.map((value, i): Dual => ({ of, value, slope: direction[i]! }))).map((y) => slopeIn(y, of))
}

/** All derivatives of a function: a row for each element of its value. */
export const jacobian = (f: Mapping, x: Nums): readonly Nums[] => {
  const columns = x.map((_, j) =>
    along(
      f,
      x,
      x.map((_, i) => (i === j ? 1 : 0))
    )
  )
  return columns[0]!.map((_, i) => columns.map((column) => column[i]!))
}
