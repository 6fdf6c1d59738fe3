/** Matchers for tensors. Importing this file installs them. */
import { expect } from 'vitest'
import {
  closeNumbers,
  defaultTolerance,
  show,
  toFlatArray,
  type NestedNumbers,
  type Tolerance
} from '../../src/tensor/read.ts'
import { sameDims, showDims, stridesOf } from '../../src/tensor/dims.ts'
import type { Shape } from '../../src/tensor/shape.ts'
import { isTensor, type Tensor } from '../../src/tensor/tensor.ts'
import { tensor } from '../../src/tensor/construct.ts'

/** A tensor, or the numbers of one in nested arrays. */
export type Expected = Tensor<Shape> | NestedNumbers

declare module 'vitest' {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- declared as vitest declares it
  interface Matchers<T = any> {
    /**
     * Same shape, and numbers that agree within a tolerance; `NaN` and the infinities agree with themselves. A failure
     * prints both sides and the index where they are furthest apart.
     */
    toBeCloseToTensor: (expected: Expected, tolerance?: Partial<Tolerance>) => T
    /** Same shape and the very same numbers, bit for bit: `0` is not `-0`, and `NaN` is `NaN`. */
    toBeTensor: (expected: Expected) => T
    /** As many numbers and the very same, in an array or a typed array; quicker than `toEqual`, which looks at keys. */
    toBeNumbers: (expected: ArrayLike<number>) => T
  }
}

interface Result {
  readonly pass: boolean
  readonly message: () => string
}

const asTensor = (value: Expected): Tensor => (isTensor(value) ? value : tensor(value as never))

const indexOf = (dims: readonly number[], flat: number): readonly number[] =>
  stridesOf(dims).map((stride, axis) => Math.floor(flat / stride) % dims[axis]!)

const text = (value: unknown): string => (isTensor(value) ? show(value) : `no tensor: ${String(value)}`)

const digits = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

/** How far apart two numbers are; infinite when one is `NaN` or an infinity and the other is not the same. */
const distance = (a: number, b: number): number =>
  Object.is(a, b) || a === b ? 0 : Number.isFinite(a) && Number.isFinite(b) ? Math.abs(a - b) : Infinity

const compare = (
  agree: (a: number, b: number) => boolean,
  received: unknown,
  expected: Tensor,
  criterion: string
): Result => {
  const both = `expected:\n${text(expected)}\nreceived:\n${text(received)}`
  if (!isTensor(received)) return { pass: false, message: () => both }
  if (!sameDims(received.shape, expected.shape))
    return {
      pass: false,
      message: () => `shape ${showDims(received.shape)} is not ${showDims(expected.shape)}\n${both}`
    }
  const [a, b] = [toFlatArray(received), toFlatArray(expected)]
  const wrong = a.flatMap((value, i) => (agree(value, b[i]!) ? [] : [i]))
  if (wrong.length === 0) return { pass: true, message: () => `should not be ${criterion}\n${both}` }
  const worst = wrong.reduce((w, i) => (distance(a[i]!, b[i]!) > distance(a[w]!, b[w]!) ? i : w))
  return {
    pass: false,
    message: () =>
      `${wrong.length} of ${a.length} numbers are not ${criterion}; the worst at index ` +
      `${showDims(indexOf(expected.shape, worst))}: ${digits(a[worst]!)} instead of ${digits(b[worst]!)}\n${both}`
  }
}

expect.extend({
  toBeCloseToTensor(received: unknown, expected: Expected, tolerance: Partial<Tolerance> = {}): Result {
    const { atol, rtol } = { ...defaultTolerance, ...tolerance }
    const close = closeNumbers({ atol, rtol })
    return compare(
      (a, b) => Object.is(a, b) || close(a, b),
      received,
      asTensor(expected),
      `within ${atol} + ${rtol} · max(|a|, |b|)`
    )
  },
  toBeNumbers(received: ArrayLike<number>, expected: ArrayLike<number>): Result {
    const wrong = Array.from(expected).findIndex((value, i) => !Object.is(received[i], value))
    const text = (values: ArrayLike<number>): string => `[${Array.from(values, digits).join(', ')}]`
    return {
      pass: wrong < 0 && received.length === expected.length,
      message: () =>
        `these numbers ${wrong < 0 ? 'have another length' : `differ at ${wrong}`}\nexpected: ${text(expected)}\nreceived: ${text(received)}`
    }
  },
  toBeTensor(received: unknown, expected: Expected): Result {
    return compare(Object.is, received, asTensor(expected), 'the same')
  }
})
