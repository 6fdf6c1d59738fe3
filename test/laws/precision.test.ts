/** Everything exported that is made of tensors does in single precision and in programs what it does in doubles by itself. */
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it, test } from 'vitest'
import { anySize } from '../../laws/draw.ts'
import * as laws from '../../laws/index.ts'
import * as g from '../../src/index.ts'
import { dimsOf, isTensor, make, type Tensor } from '../../src/tensor/tensor.ts'
import { exported } from './exported.ts'
import type { Any } from './row.ts'
import { without } from './without.ts'

const ordinary = laws.arbitrary.tensor
const x = anySize([6])

/** A number of ordinary size for each of any size. */
const tame = (value: number): number =>
  !Number.isFinite(value) ? 1 : Math.abs(value) <= 3 ? value : Math.max(-3, Math.min(3, value / 1e20))
const onTensors =
  (f: (value: number) => number) =>
  (value: unknown): unknown =>
    isTensor(value)
      ? g.random.isKey(value)
        ? value
        : make(dimsOf(value), Float64Array.from(g.toFlatArray(value), f))
      : Array.isArray(value)
        ? value.map(onTensors(f))
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, onTensors(f)(item)]))
          : value
const hasNaN = (value: unknown): boolean =>
  isTensor(value)
    ? g.toFlatArray(value).some(Number.isNaN)
    : typeof value === 'object' && value !== null && Object.values(value).some(hasNaN)

/** Arguments of ordinary size for which a function is defined, as many of numbers from 0 up as of any; keys as they are. */
const defined = (f: Any, args: fc.Arbitrary<readonly unknown[]>): fc.Arbitrary<never> => {
  const g = f as (...args: readonly unknown[]) => unknown
  return fc
    .oneof(args.map(onTensors(tame)), args.map(onTensors((value) => Math.abs(tame(value)))))
    .filter((given) => !hasNaN(g(...(given as readonly unknown[])))) as fc.Arbitrary<never>
}

describe.each(exported)('what %s exports', (room, module, table) => {
  it('has a row here, or a reason why not', () => {
    expect([...Object.keys(table), ...Object.keys(without[room]!)].toSorted()).toEqual(Object.keys(module).toSorted())
  })

  Object.entries(table).forEach(([name, some]) =>
    some.forEach(({ f, args }, i) => {
      const subject = { name: `${room}.${name}${i === 0 ? '' : `, case ${i}`}`, f }
      laws.register(test)(laws.precision({ ...subject, args: args as never }), { numRuns: 12 })
      laws.register(test)(laws.compiled({ ...subject, args: defined(f, args) }), { numRuns: 2 })
    })
  )
})

describe('the walk over what is exported', () => {
  it('finds what a program does otherwise', () => {
    const calls = { n: 0 }
    const f = (x: Tensor): Tensor => g.primitive.vocabulary.mul(x, g.scalar(++calls.n))
    const suite = laws.compiled({ name: 'f', f, args: fc.tuple(x.map(onTensors(tame))) as never })
    expect(laws.run(suite, { numRuns: 2 }).some(({ outcome }) => E.isLeft(outcome))).toBe(true)
  })
})

describe('the law of single precision', () => {
  const fails = (f: Any, ...args: readonly fc.Arbitrary<unknown>[]): boolean =>
    laws
      .run(laws.precision({ name: 'broken', f, args: fc.tuple(...args) as never }), { numRuns: 100 })
      .some(({ outcome }) => E.isLeft(outcome))
  const { vocabulary: op } = g.primitive

  it('finds squares that overflow or vanish on the way', () => {
    expect(fails((x: Tensor) => op.sqrt(op.sum(op.square(x), [0], false)), x)).toBe(true)
  })

  it('finds a constant that only a double can hold', () => {
    expect(fails((x: Tensor) => op.div(op.mul(x, op.constant(2 ** -500)), op.constant(2 ** -500)), ordinary([3]))).toBe(
      true
    )
    expect(fails((x: Tensor) => op.div(x, op.add(op.abs(x), op.constant(1e-60))), x)).toBe(true)
  })

  it('finds digits lost by subtraction', () => {
    expect(fails((x: Tensor) => op.sub(op.exp(op.mul(x, op.constant(1e-4))), op.constant(1)), ordinary([3]))).toBe(true)
  })
})
