import { describe, expect } from 'vitest'
import { lanesOf } from '../../src/machine/lanes.ts'
import { loop } from '../../src/machine/loop.ts'
import { fc, test } from '../support/property.ts'
import { execute } from './support.ts'

/** Every way to go through some dimensions, the last one fastest. */
const places = (dims: readonly number[]): readonly (readonly number[])[] =>
  dims.reduce<readonly (readonly number[])[]>(
    (found, n) => found.flatMap((place) => Array.from({ length: n }, (_, i) => [...place, i])),
    [[]]
  )
const at = (place: readonly number[], strides: readonly number[]): number =>
  place.reduce((sum, index, d) => sum + index * strides[d]!, 0)

/** Strides of a tensor of the given dimensions in which some axes have one element only. */
const stridesOf = (dims: readonly number[], repeated: readonly boolean[]): readonly number[] => {
  let stride = 1
  return dims
    .map((_, d) => dims.length - 1 - d)
    .map((d) => {
      const own = repeated[d]! ? 0 : stride
      if (!repeated[d]!) stride *= dims[d]!
      return own
    })
    .toReversed()
}

const nest = fc
  .array(fc.oneof(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 0, max: 40 })), { maxLength: 3 })
  .chain((dims) => {
    const flags = fc.array(fc.boolean(), { minLength: dims.length, maxLength: dims.length })
    return fc.record({
      dims: fc.constant(dims),
      operand: flags,
      reduced: flags,
      reduction: fc.constantFrom('sum' as const, 'max' as const),
      precision: fc.constantFrom('double' as const, 'single' as const)
    })
  })

describe('a loop nest', () => {
  test.prop([nest])(
    'gives what plain loops give, for operands that repeat and results that meet',
    ({ dims, operand, reduced, reduction, precision }) => {
      const l = lanesOf(precision)
      const total = dims.reduce((n, d) => n * d, 1)
      const first = Array.from({ length: total }, (_, i) => ((i * 7) % 19) - 9)
      const second = Array.from({ length: total }, (_, i) => ((i * 5) % 23) - 11)
      const block = 4 * Math.ceil((total + 4) / 4)
      const none = dims.map(() => false)
      const [all, some, kept] = [stridesOf(dims, none), stridesOf(dims, operand), stridesOf(dims, reduced)]
      const access = (index: number, strides: readonly number[]) => ({ address: index * block * l.bytes, strides })
      const numbers = [...first, ...new Array<number>(block - total).fill(0), ...second]
      const statements = loop(l, {
        dims,
        loads: [access(0, all), access(1, some)],
        body: ([a, b]) => {
          const product = l.mul(a!, b!)
          return [product, product]
        },
        results: [
          { to: access(2, all), reduction: null },
          { to: access(3, kept), reduction }
        ]
      })
      const memory = execute(l, statements, numbers, 4 * block)
      const expected = new Map<number, number>()
      for (const place of places(dims)) {
        const product = first[at(place, all)]! * second[at(place, some)]!
        expect(memory[2 * block + at(place, all)]! + 0).toBe(product + 0)
        const to = at(place, kept)
        const before = expected.get(to)
        expected.set(
          to,
          before === undefined ? product + 0 : reduction === 'sum' ? before + product : Math.max(before, product)
        )
      }
      // a zero may have either sign
      expected.forEach((value, to) => expect(memory[3 * block + to]! + 0).toBe(value + 0))
    }
  )
})
