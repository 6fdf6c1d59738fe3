/** Constants that repeat one number are that number, stretched. */
import { expect, it } from 'vitest'
import { narrowConstants } from '../../../src/compile/passes/narrow.ts'
import * as g from '../../../src/index.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'

const op = g.primitive.vocabulary
const narrowed = (constant: Tensor): readonly string[] =>
  narrowConstants(g.trace((x: Tensor) => op.add(x, constant))(constant)).entries.map(({ primitive }) => primitive.name)

it.each([
  ['2', g.tensor([2, 2, 2])],
  ['NaN', g.tensor([[NaN, NaN]])],
  ['−0', g.tensor([-0, -0])],
  ['0', g.zeros([2, 3])]
])('of %s are broadcast', (_, constant) => {
  expect(narrowed(constant)).toEqual(['broadcastTo', 'add'])
})

it.each([
  ['of one number', g.tensor([2])],
  ['that are scalars', g.scalar(2)],
  ['without numbers', g.zeros([0, 3])],
  ['of which one is another', g.tensor([2, 2, 3])],
  ['of 0 and −0', g.tensor([0, -0])]
])('%s are left as they are', (_, constant) => {
  expect(narrowed(constant)).toEqual(['add'])
})

it('stand for the same numbers, beside operands that stay', () => {
  const f = (x: Tensor) => op.where(x, op.constant(3), g.tensor([7, 7]))
  const tape = narrowConstants(g.trace(f)(g.tensor([0, 1])))
  expect(tape.entries.map(({ inputs, results }) => [inputs.length, ...results])).toEqual([
    [1, [2]],
    [3, [2]]
  ])
  const [y] = g.fold<Tensor>({
    onInput: () => g.tensor([0, 1]),
    onConstant: (x) => x,
    onEntry: ({ primitive, params }, xs) => g.apply(primitive, params, xs)
  })(tape)
  expect(g.toFlatArray(y as unknown as Tensor)).toEqual([7, 3])
})
