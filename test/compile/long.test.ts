import { describe, expect, test } from 'vitest'
import * as g from '../../src/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'

const op = g.primitive.vocabulary

type F = (x: Tensor) => Tensor | readonly Tensor[]

const times = (count: number, step: (y: Tensor, i: number) => Tensor) => (y: Tensor) =>
  Array.from({ length: count }, (_, i) => i).reduce(step, y)

const list = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

const total = (x: Tensor): Tensor => op.sum(x, [0], false)

/** Programs that are legal, and longer or wider than a function of WebAssembly may be when all of them is put into one. */
const programs: Readonly<Record<string, readonly [dims: readonly number[], f: F]>> = {
  'a chain of 5,000 tanh': [[4], times(5000, op.tanh)],
  'the gradient of a chain of 1,000 tanh': [
    [4],
    g.grad(((x: Tensor) => total(times(1000, op.tanh)(x))) as never) as unknown as F
  ],
  'a chain of 10,000 sums and products': [[33], times(10_000, (y) => op.add(y, op.mul(y, op.constant(1e-5))))],
  'a chain of 300 powers and error functions': [[31], times(300, (y) => op.erf(op.pow(y, op.constant(0.9))))],
  'a chain of 2,000 choices': [
    [31],
    times(2000, (y, i) => op.where(op.greater(y, op.constant(i)), y, op.add(y, op.constant(1))))
  ],
  '2,000 sums of one shape': [[7], (x) => list(2000).map((i) => total(op.mul(x, op.constant(i))))],
  '20,000 parts joined': [
    [20],
    (x) =>
      op.concat(
        list(20_000).map((i) => op.slice(x, [i % 7], [(i % 7) + 9])),
        0
      )
  ],
  '3,000 results': [[5], (x) => list(3000).map((i) => op.mul(x, op.constant(i)))],
  '3,000 constants': [[3], times(3000, (y, i) => op.add(y, g.tensor([i, 1, 2])))],
  '500 matrix products': [[25], (x) => times(500, (y) => op.tanh(op.matmul(y, y)))(op.reshape(x, [5, 5]))],
  '500 softmaxes': [[9], times(500, (y) => op.softmax(y, 0))],
  'a scan of 500 carries': [
    [6],
    (x) =>
      (
        g.scan as never as (
          step: object
        ) => (init: readonly Tensor[], xs: Tensor) => readonly [readonly Tensor[], Tensor]
      )((carry: readonly Tensor[], row: Tensor) => [carry.map((y) => op.add(y, row)), row])(
        list(500).map((i) => op.constant(i)),
        x
      )[0]
  ],
  'a scan of a step of 2,000 tanh': [
    [3],
    (x) =>
      (g.scan as never as (step: object) => (init: Tensor, xs: Tensor) => readonly [Tensor, Tensor])(
        (carry: Tensor, row: Tensor) => [times(2000, op.tanh)(op.add(carry, row)), row]
      )(op.constant(1), x)[0]
  ]
}

const numbersOf = (result: Tensor | readonly Tensor[]): readonly number[] =>
  Array.isArray(result) ? result.flatMap((x: Tensor) => g.toFlatArray(x)) : g.toFlatArray(result as Tensor)

describe('a long program', () => {
  Object.entries(programs).forEach(([name, [dims, f]]) => {
    test.each(['double', 'single'] as const)(`compiles: ${name}, in %s precision`, (precision) => {
      const x = g.ones(dims as [number]) as unknown as Tensor
      const half = op.mul(x, op.constant(0.5))
      const [expected, actual] = [numbersOf(f(half)), numbersOf(g.compile(f, { precision })(half))]
      const tolerance = precision === 'double' ? 1e-12 : 1e-4
      const wrong = expected.findIndex(
        (value, i) => !(Math.abs(value - actual[i]!) <= tolerance * (1 + Math.abs(value)))
      )
      expect([wrong, actual[wrong], actual.length]).toEqual([-1, undefined, expected.length])
    })
  })
})
