import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import * as g from '../../src/index.ts'
import { loweringOf } from '../../src/compile/lowering.ts'
import type { Primitive } from '../../src/primitive/primitive.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'

type Any = never

const op = g.primitive.vocabulary

/** A primitive of one operand that takes settings. */
const scaledBy = <P>(factor: (params: P) => number): Primitive<P> => ({
  ...(g.table.neg as unknown as Primitive<P>),
  name: 'scaledBy',
  evaluate: (params, [x]) => Float64Array.from(g.toFlatArray(x!), (value) => value * factor(params))
})

const both = <P>(primitive: Primitive<P>, one: P, other: P) =>
  g.compile((x: Tensor) => [g.apply(primitive, one, [x]), g.apply(primitive, other, [x])])(g.tensor([1]))

const numbers = (xs: readonly Tensor[]): readonly number[] => xs.flatMap((x) => g.toFlatArray(x))

describe('a primitive that is not ours', () => {
  test('has no lowering, whatever its name is', () => {
    const rows = Object.values(g.table).map((p) => ({
      name: p.name,
      own: loweringOf(p as unknown as Primitive)._tag,
      copy: loweringOf({ ...p })._tag
    }))
    expect(rows.every(({ copy }) => copy === 'Host')).toBe(true)
    expect(rows.filter(({ own }) => own === 'Host').map(({ name }) => name)).toEqual([
      'remainder',
      'logErfcx',
      'solve',
      'expm',
      'lgamma',
      'fourier',
      ...['normal', 'truncatedNormal', 'randint', 'bits', 'categorical', 'permutation', 'weightedChoice'],
      ...['logGammaQuantile', 'poissonQuantile'],
      ...['cholesky', 'lu', 'qr', 'eigh', 'svd', 'pinv']
    ])
  })

  test('is trained with its own numbers, whatever its name is', () => {
    const mine = {
      ...g.table.tanh,
      evaluate: (_: unknown, [x]: readonly Tensor[]) =>
        Float64Array.from(g.toFlatArray(x!), (value) => value / (1 + Math.abs(value)))
    }
    const activation = (x: Tensor): Tensor => g.apply(mine, {}, [x])
    const problem = {
      model: g.nn.sequential(
        g.nn.dense({ inputs: 2, outputs: 3, activation: activation as Any }),
        g.nn.dense({ inputs: 3, outputs: 1 })
      ),
      loss: g.nn.binaryCrossEntropyWithLogits,
      optimizer: g.optim.sgd({ learningRate: 0.1 })
    }
    const losses = [true, false].map((compile) => {
      const end = g.train.fit(problem, { epochs: 5, batchSize: 4, compile })(g.data.xor)(
        g.train.start(problem)(g.random.key(0))
      )
      return E.isRight(end) ? end.right.history.map(({ loss }) => loss) : []
    })
    expect(losses[0]).toHaveLength(5)
    losses[0]!.forEach((loss, i) => {
      expect(loss).toBeCloseTo(losses[1]![i]!, 12)
    })
  })
})

test('a primitive that gives more numbers than its shape has is refused by a program', () => {
  const p = { ...g.table.neg, evaluate: () => new Float64Array(100) }
  const f = (x: Tensor): Tensor => op.add(g.apply(p, {}, [x]), x)
  expect(() => g.compile(f)(g.ones([3]) as Any)).toThrow('evaluate gives 100 numbers for the shape [3]')
})

describe('entries with other settings', () => {
  test('are computed apart when a number differs from a text of it', () => {
    const p = scaledBy<{ readonly by: unknown }>(({ by }) => (typeof by === 'number' ? by : 10))
    expect(numbers(both(p, { by: 2 }, { by: '2' }))).toEqual([2, 10])
  })

  test('are computed apart when what differs is inside a map, a date or an instance', () => {
    const p = scaledBy<{ readonly by: ReadonlyMap<string, number> }>(({ by }) => by.get('factor')!)
    expect(numbers(both(p, { by: new Map([['factor', 2]]) }, { by: new Map([['factor', 3]]) }))).toEqual([2, 3])
    const dated = scaledBy<{ readonly by: Date }>(({ by }) => by.getTime())
    expect(numbers(both(dated, { by: new Date(2) }, { by: new Date(3) }))).toEqual([2, 3])
    const tensors = scaledBy<{ readonly by: Tensor }>(({ by }) => g.toFlatArray(by)[0]!)
    expect(numbers(both(tensors, { by: g.tensor([2]) }, { by: g.tensor([3]) }))).toEqual([2, 3])
  })

  test('are computed apart when a key looks like another key with its value', () => {
    const p = scaledBy<Readonly<Record<string, number>>>((params) => Object.keys(params).length)
    expect(numbers(both(p, { 'a:1,b': 2 }, { a: 1, b: 2 }))).toEqual([1, 2])
  })
})
