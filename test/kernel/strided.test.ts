import { fc, test } from '../support/property.ts'
import { describe, expect } from 'vitest'
import * as rows from '../../src/kernel/rows.ts'
import * as move from '../../src/kernel/strided.ts'
import { anyDims, broadcastPair, type Dims, fullDims, sizeOf, valuesFor } from '../support/arbitraries.ts'
import '../support/matchers.ts'
import { indicesOf, reader, stretched, tabulateValues } from '../support/naive.ts'

const buffer = (dims: Dims): fc.Arbitrary<Float64Array> => valuesFor(dims).map((values) => Float64Array.from(values))
const filled = (dims: fc.Arbitrary<Dims>) => dims.chain((shape) => fc.tuple(fc.constant(shape), buffer(shape)))

/** A block inside a shape: where it starts, and how large it is. */
const block = (dims: Dims) =>
  fc
    .tuple(
      ...dims.map((n) => fc.tuple(fc.nat(n), fc.nat(n)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const))
    )
    .map((ranges) => ({ starts: ranges.map(([a]) => a), size: ranges.map(([a, b]) => b - a) }))

describe('a buffer', () => {
  test.prop([broadcastPair().chain(([to, from]) => fc.tuple(fc.constant(to), fc.constant(from), buffer(from)))])(
    'is stretched to a shape that its own broadcasts to',
    ([to, from, values]) => {
      const at = reader(from, values)
      expect(move.expand(values, from, to)).toBeNumbers(tabulateValues(to, (index) => at(stretched(from, index))))
    }
  )

  test.prop([
    filled(anyDims()).chain(([dims, values]) =>
      fc.tuple(
        fc.constant(dims),
        fc.constant(values),
        fc.shuffledSubarray(
          dims.map((_, i) => i),
          { minLength: dims.length }
        )
      )
    )
  ])('has its axes put in another order, and back', ([dims, values, axes]) => {
    const moved = move.permute(values, dims, axes)
    const to = axes.map((axis) => dims[axis]!)
    const at = reader(dims, values)
    const from = (index: readonly number[]) => dims.map((_, axis) => index[axes.indexOf(axis)]!)
    expect(moved).toBeNumbers(tabulateValues(to, (index) => at(from(index))))
    const back = dims.map((_, axis) => axes.indexOf(axis))
    expect(move.permute(moved, to, back)).toBeNumbers(values)
  })

  test.prop([
    filled(anyDims()).chain(([dims, values]) => fc.tuple(fc.constant(dims), fc.constant(values), block(dims)))
  ])('has a block taken out, and put among zeros', ([dims, values, { starts, size }]) => {
    const at = reader(dims, values)
    const taken = move.slice(values, dims, starts, size)
    const place = (index: readonly number[]) => index.map((i, axis) => i + starts[axis]!)
    expect(taken).toBeNumbers(tabulateValues(size, (index) => at(place(index))))
    const inside = (index: readonly number[]) =>
      index.every((i, axis) => i >= starts[axis]! && i < starts[axis]! + size[axis]!)
    expect(move.pad(taken, size, starts, dims)).toBeNumbers(
      tabulateValues(dims, (index) => (inside(index) ? at(index) : 0))
    )
  })

  test.prop([
    fullDims({ min: 1 }).chain((dims) =>
      fc.nat(dims.length - 1).chain((axis) =>
        fc
          .array(fc.nat(3), { minLength: 1, maxLength: 4 })
          .map((sizes) => sizes.map((n) => dims.map((m, i) => (i === axis ? n : m))))
          .chain((parts) => fc.tuple(fc.constant(axis), fc.constant(parts), fc.tuple(...parts.map(buffer))))
      )
    )
  ])('is joined to others along an axis, and taken apart again', ([axis, parts, buffers]) => {
    const total = parts.reduce((sum, part) => sum + part[axis]!, 0)
    const to = parts[0]!.map((n, i) => (i === axis ? total : n))
    const joined = move.concat(buffers, parts, axis, to)
    const owner = parts.flatMap((part, k) => Array.from({ length: part[axis]! }, (_, i) => [k, i] as const))
    const at = parts.map((part, k) => reader(part, buffers[k]!))
    expect(joined).toBeNumbers(
      tabulateValues(to, (index) => {
        const [k, i] = owner[index[axis]!]!
        return at[k]!(index.map((j, a) => (a === axis ? i : j)))
      })
    )
    parts.forEach((part, k) => {
      const start = parts.slice(0, k).reduce((sum, p) => sum + p[axis]!, 0)
      const starts = part.map((_, i) => (i === axis ? start : 0))
      expect(move.slice(joined, to, starts, part)).toBeNumbers(buffers[k]!)
    })
  })

  test.prop([filled(anyDims())])('is read by any strides', ([dims, values]) => {
    const zero = dims.map(() => 0)
    if (values.length > 0)
      expect(move.read(values, dims, zero, 0)).toEqual(new Float64Array(sizeOf(dims)).fill(values[0]!))
  })
})

describe('rows', () => {
  const table = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.nat(3))
    .chain(([count, width]) =>
      fc.tuple(
        fc.constant(count),
        fc.constant(width),
        buffer([count, width]),
        fc.array(fc.nat(count - 1), { maxLength: 6 })
      )
    )

  test.prop([table])('are gathered by their numbers', ([count, width, values, chosen]) => {
    const at = reader([count, width], values)
    expect(rows.gather(values, Float64Array.from(chosen), width)).toBeNumbers(
      tabulateValues([chosen.length, width], ([i, j]) => at([chosen[i!]!, j!]))
    )
  })

  test.prop([table])('are added back where they came from', ([count, width, values, chosen]) => {
    const given = rows.gather(values, Float64Array.from(chosen), width)
    const at = reader([chosen.length, width], given)
    const expected = tabulateValues([count, width], ([row, j]) =>
      chosen.reduce((sum, from, i) => (from === row ? sum + at([i, j!]) : sum), 0)
    )
    const found = rows.scatterAdd(given, Float64Array.from(chosen), count, width)
    expect(found).toHaveLength(expected.length)
    expected.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 9))
  })

  test.prop([table])('gathered and added back are adjoint', ([count, width, values, chosen]) => {
    const indices = Float64Array.from(chosen)
    const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0)
    const other = Float64Array.from({ length: chosen.length * width }, (_, i) => (i % 3) - 1)
    const there = dot(rows.gather(values, indices, width), other)
    expect(dot(values, rows.scatterAdd(other, indices, count, width))).toBeCloseTo(there, 8)
    expect(indicesOf([count, width])).toHaveLength(values.length)
  })
})
