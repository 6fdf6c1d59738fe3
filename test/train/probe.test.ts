/** What a loss is asked with to see whether it stays the same: a few rows, and of few targets one row each. */
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'
import { probeOf } from '../../src/train/probe.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'

const model = g.nn.lambda({ input: [1], output: [1] })((x) => x)
const optimizer = g.optim.sgd({ learningRate: 1 })

/** The rows that a probe of some targets asks with: each input is the number of its row. */
const askedOf = (targets: readonly (readonly number[])[]): readonly number[] => {
  const asked: number[][] = []
  const loss = () => (predictions: Tensor) => {
    asked.push([...g.toFlatArray(predictions)])
    return g.scalar(0)
  }
  const problem = { model, loss, optimizer } as never
  const state = g.train.start(problem)(g.random.key(0))
  probeOf(problem, state, { inputs: g.tensor(targets.map((_, i) => [i])), targets: g.tensor(targets) })
  expect(asked).toHaveLength(1)
  return asked[0]!
}
const rows = (count: number, target: (i: number) => readonly number[]): readonly (readonly number[])[] =>
  Array.from({ length: count }, (_, i) => target(i))

describe('a probe asks with', () => {
  it('all of four rows or fewer', () => {
    expect(askedOf(rows(3, () => [0, 1]))).toEqual([0, 1, 2])
    expect(askedOf(rows(4, () => [0, 1]))).toEqual([0, 1, 2, 3])
  })

  it('four rows at even distances, the first and the last among them', () => {
    expect(askedOf(rows(20, () => [0, 1]))).toEqual([0, 6, 12, 19])
  })

  it('the first row of each other target too', () => {
    const rare = new Map([[7, [1, 0]], [8, [1, 0]], [13, [0.5, 0.5]], [14, [0, 0.5]]]) // prettier-ignore
    expect(askedOf(rows(20, (i) => rare.get(i) ?? [0, 1]))).toEqual([0, 6, 12, 19, 7, 13, 14])
  })

  it('no more than twelve of them, as of numbers that all differ', () => {
    expect(askedOf(rows(40, (i) => [i, 0]))).toEqual([0, 13, 26, 39, ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]])
  })
})
