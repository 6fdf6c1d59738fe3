import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import {
  axesOf,
  axisOf,
  broadcast,
  broadcastFault,
  broadcastsTo,
  reducedDims,
  sameDims,
  showDims,
  sizeOf,
  stridesOf
} from '../../src/tensor/dims.ts'
import { anyDims, broadcastPair } from '../support/arbitraries.ts'
import { indicesOf, offsetOf } from '../support/naive.ts'

describe('sizes and strides', () => {
  test.prop([anyDims()])('count the indices of a shape', (dims) => {
    expect(sizeOf(dims)).toBe(indicesOf(dims).length)
  })

  test.prop([anyDims()])('find every element in row-major order', (dims) => {
    const strides = stridesOf(dims)
    const offsets = indicesOf(dims).map((index) => index.reduce((sum, i, axis) => sum + i * strides[axis]!, 0))
    expect(offsets).toEqual(offsets.map((_, i) => i))
    expect(offsets).toEqual(indicesOf(dims).map((index) => offsetOf(dims, index)))
  })

  test.prop([anyDims(), anyDims()])('are of the same shape just when they print the same', (a, b) => {
    expect(sameDims(a, b)).toBe(showDims(a) === showDims(b))
    expect(sameDims(a, [...a])).toBe(true)
  })
})

describe('one-sided broadcasting', () => {
  test.prop([broadcastPair()])('stretches a shape to a larger one, from either side', ([to, from]) => {
    expect(broadcastsTo(from, to)).toBe(true)
    expect(broadcast(from, to)).toEqual(to)
    expect(broadcast(to, from)).toEqual(to)
  })

  test.prop([anyDims({ size: 2 }), anyDims({ size: 2 })])('gives the shape of one operand or nothing', (a, b) => {
    const result = broadcast(a, b)
    if (result === undefined) expect(broadcastFault(a, b)).toMatch(/differ; reshape|would both be stretched/)
    else expect([a, b]).toContainEqual(result)
  })

  test.prop([anyDims({ size: 2 }), anyDims({ size: 2 })])(
    'agrees with the rule, dimension by dimension',
    (from, to) => {
      const lined = to.map((n, i) => [from[i - to.length + from.length] ?? 1, n] as const)
      const fits = from.length <= to.length && lined.every(([a, b]) => a === b || a === 1)
      expect(broadcastsTo(from, to)).toBe(fits)
    }
  )

  test.prop([anyDims({ size: 2 }), anyDims({ size: 2 }), anyDims({ size: 2 })])('is a partial order', (a, b, c) => {
    expect(broadcastsTo(a, a)).toBe(true)
    if (broadcastsTo(a, b) && broadcastsTo(b, c)) expect(broadcastsTo(a, c)).toBe(true)
    if (broadcastsTo(a, b) && broadcastsTo(b, a)) expect(a).toEqual(b)
  })

  it('refuses to stretch both operands', () => {
    expect(broadcast([3, 1], [4])).toBeUndefined()
    expect(broadcast([4, 1], [4])).toBeUndefined()
    expect(broadcast([2, 1, 3], [2, 1])).toBeUndefined()
    expect(broadcastFault([3, 1], [4])).toBe(
      '[3, 1] and [4] would both be stretched; broadcast one of them with broadcastTo first'
    )
    expect(broadcastFault([2, 3], [4, 3])).toBe(
      'cannot broadcast [2, 3] with [4, 3]: 2 and 4 differ; reshape one of them'
    )
  })

  it('stretches 1 to nothing at all', () => {
    expect(broadcast([1], [0])).toEqual([0])
    expect(broadcast([0], [])).toEqual([0])
    expect(broadcast([0], [2])).toBeUndefined()
  })
})

describe('an axis', () => {
  test.prop([anyDims({ min: 1 }), fc.nat()])('is counted from the front or from the back', (dims, seed) => {
    const axis = seed % dims.length
    expect(axisOf('f', dims, axis)).toBe(axis)
    expect(axisOf('f', dims, axis - dims.length)).toBe(axis)
    expect(() => axisOf('f', dims, dims.length)).toThrow(`f: axis ${dims.length} is out of range`)
    expect(() => axisOf('f', dims, -dims.length - 1)).toThrow('is out of range')
    expect(() => axisOf('f', dims, axis + 0.5)).toThrow('use an integer')
  })

  test.prop([anyDims(), fc.func(fc.boolean())])(
    'is one of several in increasing order, however they are spelled',
    (dims, back) => {
      const axes = dims.map((_, i) => i)
      const spelled = axes.map((i) => (back(i) ? i - dims.length : i)).reverse()
      expect(axesOf('f', dims, spelled)).toEqual(axes)
    }
  )

  test.prop([anyDims({ min: 1 }), fc.nat()])('cannot be named twice', (dims, seed) => {
    const axis = seed % dims.length
    expect(() => axesOf('f', dims, [axis, axis - dims.length])).toThrow(`axis ${axis} is named twice`)
  })

  test.prop([anyDims(), fc.func(fc.boolean())])('is left out of a reduced shape, or kept as 1', (dims, chosen) => {
    const axes = dims.flatMap((_, i) => (chosen(i) ? [i] : []))
    expect(reducedDims(dims, axes, false)).toHaveLength(dims.length - axes.length)
    const kept = reducedDims(dims, axes, true)
    expect(kept).toEqual(dims.map((n, i) => (chosen(i) ? 1 : n)))
    expect(sizeOf(kept)).toBe(sizeOf(reducedDims(dims, axes, false)))
  })
})
