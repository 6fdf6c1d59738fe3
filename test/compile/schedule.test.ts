import { expect, it } from 'vitest'
import { graphOf } from '../../src/compile/graph.ts'
import { viewsOf } from '../../src/compile/lowering.ts'
import { scheduleOf } from '../../src/compile/schedule.ts'
import * as g from '../../src/index.ts'
import '../support/matchers.ts'

const op = g.primitive.vocabulary
const draw = (dims: [number, number], seed: number) => g.random.normal(dims)(g.random.key(seed)) as unknown as g.Tensor

const kernelsOf = (f: (xs: readonly g.Tensor[]) => readonly g.Tensor[], inputs: readonly g.Tensor[]) => {
  const graph = graphOf(g.trace(f)(inputs))
  return scheduleOf(graph, viewsOf(graph), []).map(({ kind }) => kind)
}

it('what is computed element by element over one shape shares a loop, even without an operand in common', () => {
  const inputs = [draw([3, 4], 1), draw([3, 4], 2), draw([2, 2], 3)]
  const f = ([a, b, c]: readonly g.Tensor[]) => [op.exp(a!), op.exp(c!), op.sin(b!)]
  expect(kernelsOf(f, inputs)).toEqual(['Loop', 'Loop'])
})

it('a reduction that joins an earlier loop waits for what it sums', () => {
  const inputs = [draw([3, 4], 1), draw([3, 4], 2)]
  const f = ([a, b]: readonly g.Tensor[]) => [op.exp(a!), op.sum(op.softmax(b!, 1), [0], false)]
  expect(kernelsOf(f, inputs)).toEqual(['Standalone', 'Loop'])
  const expected = f(inputs)
  g.compile((a: g.Tensor, b: g.Tensor) => f([a, b]))(inputs[0]!, inputs[1]!).forEach((x, i) => {
    expect(x).toBeCloseToTensor(expected[i]!, { atol: 1e-14, rtol: 1e-14 })
  })
})
