import { fc, test } from '../support/property.ts'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { blobs, circles, moons, spirals, xor } from '../../src/data/index.ts'
import { random } from '../../src/index.ts'
import { toArray, toFlatArray } from '../../src/tensor/read.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { anyKey, thrown } from './support.ts'

const radii = (x: Tensor<[number, 2]>): readonly number[] => toArray(x).map(([a, b]) => Math.hypot(a!, b!))

describe('xor', () => {
  it('has a 1 where exactly one input is 1', () => {
    expect(toArray(xor.targets).flat()).toEqual(toArray(xor.inputs).map(([a, b]) => (a === b ? 0 : 1)))
    expectTypeOf(xor.inputs).toEqualTypeOf<Tensor<[4, 2]>>()
  })
})

describe('every set of classes', () => {
  const makers = { spirals: spirals(), moons: moons(), circles: circles(), blobs: blobs() } as const

  it.each(Object.entries(makers))('%s is the same for the same key and another for another', (_, make) => {
    expect(make(random.key(3))).toEqual(make(random.key(3)))
    expect(toFlatArray(make(random.key(3)).inputs)).not.toEqual(toFlatArray(make(random.key(4)).inputs))
  })

  it.each(Object.entries(makers))('%s has the labels in order, and targets with a one at the label', (_, make) => {
    const { inputs, targets, labels } = make(random.key(0))
    const classes = targets.shape[1]
    expect(toFlatArray(labels)).toEqual(Array.from({ length: 100 * classes }, (__, i) => Math.floor(i / 100)))
    expect(inputs.shape).toEqual([100 * classes, 2])
    expect(toArray(targets as Tensor<[number, number]>).map((row) => row.indexOf(1))).toEqual(toFlatArray(labels))
    expect(toFlatArray(targets).reduce((a, b) => a + b, 0)).toBe(100 * classes)
  })

  it('refuses settings that make no points', () => {
    expect(thrown(() => spirals({ arms: 0 }))).toBe(
      'ValueError: spirals: arms must be a whole number of at least 1, got 0'
    )
    expect(thrown(() => spirals({ perArm: 1.5 }))).toMatch(/^ValueError: spirals: perArm .* got 1.5$/)
    expect(thrown(() => spirals({ noise: -1 }))).toMatch(/^ValueError: spirals: noise .* got -1$/)
    expect(thrown(() => moons({ perClass: 0 }))).toMatch(/^ValueError: moons: perClass/)
    expect(thrown(() => moons({ noise: NaN }))).toMatch(/^ValueError: moons: noise/)
    expect(thrown(() => circles({ factor: 1 }))).toBe(
      'ValueError: circles: factor must be a number above 0 and below 1, got 1'
    )
    expect(thrown(() => blobs({ classes: -1 }))).toMatch(/^ValueError: blobs: classes/)
    expect(thrown(() => blobs({ features: 0 }))).toMatch(/^ValueError: blobs: features/)
    expect(thrown(() => blobs({ standardDeviation: Infinity }))).toMatch(/^ValueError: blobs: standardDeviation/)
    expect(thrown(() => spirals()(0 as never))).toMatch(/^ValueError: .*needs a random key/)
  })
})

describe('spirals', () => {
  test.prop([anyKey, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 30 })])(
    'has the radius i / (n − 1) on every arm, whatever the noise',
    (key, arms, perArm) => {
      const { inputs, targets } = spirals({ arms, perArm })(key)
      expect(targets.shape).toEqual([arms * perArm, arms])
      radii(inputs).forEach((radius, row) =>
        expect(radius).toBeCloseTo(perArm === 1 ? 0 : (row % perArm) / (perArm - 1), 12)
      )
    }
  )

  it('without noise, has the angle 4 (j + r), from the second axis', () => {
    const points = toArray(spirals({ arms: 2, perArm: 3, noise: 0 })(random.key(0)).inputs)
    const expected = [0, 1].flatMap((j) =>
      [0, 0.5, 1].map((r) => [r * Math.sin(4 * (j + r)), r * Math.cos(4 * (j + r))])
    )
    points.flat().forEach((x, i) => expect(x).toBeCloseTo(expected.flat()[i]!, 12))
  })

  it('scatters the angle by the standard deviation asked for', () => {
    const [n, noise] = [4000, 0.25]
    const angles = toArray(spirals({ arms: 1, perArm: n, noise })(random.key(0)).inputs)
      .map(([x, y], i) => Math.atan2(x!, y!) - (4 * i) / (n - 1))
      .slice(1)
      .map((turn) => Math.atan2(Math.sin(turn), Math.cos(turn)))
    const spread = Math.sqrt(angles.reduce((sum, turn) => sum + turn * turn, 0) / angles.length)
    expect(Math.abs(spread - noise)).toBeLessThan(0.02)
  })

  it('knows the number of classes in its type', () => {
    expectTypeOf(spirals()(random.key(0)).targets).toEqualTypeOf<Tensor<[number, 3]>>()
    expectTypeOf(spirals({ arms: 5 })(random.key(0)).targets).toEqualTypeOf<Tensor<[number, 5]>>()
    expectTypeOf(spirals({ perArm: 5 })(random.key(0)).targets).toEqualTypeOf<Tensor<[number, 3]>>()
  })
})

describe('moons, circles and blobs', () => {
  it('are where they are said to be, without noise', () => {
    const ends = toArray(moons({ perClass: 3, noise: 0 })(random.key(0)).inputs)
    const expected = [1, 0, 0, 1, -1, 0, 0, 0.5, 1, -0.5, 2, 0.5]
    ends.flat().forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 12))

    const around = radii(circles({ perClass: 8, noise: 0, factor: 0.3 })(random.key(0)).inputs)
    around.forEach((radius, i) => expect(radius).toBeCloseTo(i < 8 ? 1 : 0.3, 12))

    const [first, second] = toArray(circles({ perClass: 4, noise: 0 })(random.key(0)).inputs)
    expect(first).toEqual([1, 0])
    expect(second![1]).toBeCloseTo(1, 12)

    const { inputs } = blobs({ classes: 2, perClass: 3, standardDeviation: 0 })(random.key(0))
    const [a, b, c, d] = toArray(inputs)
    expect([a, b]).toEqual([b, c])
    expect(a).not.toEqual(d)
    expect(toFlatArray(inputs).every((x) => Math.abs(x) <= 10)).toBe(true)
  })

  it('scatter by the noise asked for', () => {
    const spreadOf = (make: (noise: number) => Tensor<[number, 2]>, noise: number): number => {
      const [still, moved] = [toFlatArray(make(0)), toFlatArray(make(noise))]
      return Math.sqrt(moved.reduce((sum, x, i) => sum + (x - still[i]!) ** 2, 0) / moved.length)
    }
    const key = random.key(1)
    const near = (found: number, wanted: number) => expect(Math.abs(found / wanted - 1)).toBeLessThan(0.1)
    near(
      spreadOf((noise) => moons({ perClass: 1000, noise })(key).inputs, 0.2),
      0.2
    )
    near(
      spreadOf((noise) => circles({ perClass: 1000, noise })(key).inputs, 0.2),
      0.2
    )
    near(
      spreadOf((noise) => blobs({ perClass: 1000, standardDeviation: noise })(key).inputs, 3),
      3
    )
  })
})
