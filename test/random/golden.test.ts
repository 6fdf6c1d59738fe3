/**
 * The first numbers of seed 0. They are a promise: a training run that is saved by one version and resumed by another draws
 * the same numbers. The bits and the numbers made of them by exact steps were computed by another program.
 */
import { describe, expect, it } from 'vitest'
import * as random from '../../src/random/index.ts'
import { toFlatArray } from '../../src/tensor/read.ts'

const key = random.key(0)

describe('seed 0 always gives', () => {
  it('these children', () => {
    expect(
      random
        .split(2)(key)
        .map((child) => toFlatArray(child))
    ).toEqual([
      [2080697342, 3992443307],
      [3745838484, 1034803501]
    ])
    expect(toFlatArray(random.foldIn(7)(key))).toEqual([2355227746, 1441385865])
    expect(toFlatArray(random.foldIn(2 ** 53 - 1)(key))).toEqual([2169911983, 3930103710])
  })

  it('these uniform numbers', () => {
    expect(toFlatArray(random.uniform([4])(key))).toEqual([
      0.41845711022987275, 0.216295456917019, 0.9653214635925738, 0.5745005376203236
    ])
    expect(toFlatArray(random.uniform([600])(key))[599]).toBe(0.7638184761479061)
  })

  it('these normal numbers', () => {
    expect(toFlatArray(random.normal([4])(key))).toEqual([
      0.27745110110328114, 1.290497053130479, -0.2371039269125483, -0.11987471913400789
    ])
    expect(toFlatArray(random.truncatedNormal([4], { mean: 1, standardDeviation: 0.5 })(key))).toEqual([
      1.1577097584767262, 1.733549002886721, 0.8652245282193292, 0.931860378542696
    ])
  })

  it('these ones and zeros', () => {
    expect(toFlatArray(random.bernoulli(0.3, [8])(key))).toEqual([0, 1, 0, 0, 0, 0, 0, 0])
  })

  it('these whole numbers', () => {
    expect(toFlatArray(random.randint([6], { min: 0, max: 10 })(key))).toEqual([9, 6, 3, 9, 5, 9])
    expect(toFlatArray(random.randint([3], { min: 0, max: 1e12 })(key))).toEqual([
      126571403579, 216278346836, 842767456514
    ])
    expect(toFlatArray(random.categorical([0.1, 0.2, 0.3, 0.4], [8])(key))).toEqual([2, 1, 3, 2, 2, 2, 3, 3])
  })

  it('these orders', () => {
    expect(toFlatArray(random.permutation(8)(key))).toEqual([1, 7, 3, 0, 5, 4, 2, 6])
    expect(toFlatArray(random.choice(8, { count: 3, replace: false })(key))).toEqual([1, 7, 3])
    expect(
      toFlatArray(random.choice(4, { count: 4, replace: false, probabilities: [0.1, 0.2, 0.3, 0.4] })(key))
    ).toEqual([2, 3, 1, 0])
  })
})
