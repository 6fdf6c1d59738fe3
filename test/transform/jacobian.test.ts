import { describe, expect } from 'vitest'
import * as g from '../../src/index.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

const { add, broadcastTo, mul, permute, sum, tanh } = g.primitive.vocabulary

type Map1 = (x: g.Tensor) => g.Tensor
const jacobian = g.jacobian as unknown as (f: Map1, settings: g.JacobianSettings) => Map1
const forward = (f: Map1): Map1 => jacobian(f, { mode: 'forward' })
const reverse = (f: Map1): Map1 => jacobian(f, { mode: 'reverse' })

const dims = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 })

describe('the derivatives of a tensor by a tensor', () => {
  test.prop([dims, dims, fc.infiniteStream(fc.integer({ min: -5, max: 5 }))])(
    'have the axes of the value and then those of the argument, by forward mode as by reverse mode',
    (own, more, numbers) => {
      const take = (shape: readonly number[]): g.Tensor =>
        g.reshape(shape)(
          g.tensor(
            Float64Array.from({ length: shape.reduce((n, m) => n * m, 1) }, () => numbers.next().value as number)
          )
        )
      const shape = [...more, ...own]
      const weights = take(shape)
      // every element of the value depends on several of the argument, each in its own way
      const f: Map1 = (x) =>
        add(mul(broadcastTo(tanh(x), shape), weights), broadcastTo(sum(x, [...own.keys()], false), shape))
      const x = mul(take(own), g.primitive.vocabulary.constant(0.25))
      const [ahead, back] = [forward(f)(x), reverse(f)(x)]
      expect(ahead.shape).toEqual([...shape, ...own])
      expect(ahead).toBeCloseToTensor(back, { atol: 1e-12, rtol: 1e-12 })
    }
  )

  test('of a transpose are 1 where an element comes from, and 0 elsewhere', () => {
    const x = g.reshape([2, 3])(g.tensor(Float64Array.of(1, 2, 3, 4, 5, 6)))
    for (const derivatives of [forward, reverse]) {
      const found = derivatives((y) => permute(y, [1, 0]))(x)
      expect(found.shape).toEqual([3, 2, 2, 3])
      g.toFlatArray(found).forEach((value, at) => {
        const [i, j, k, l] = [Math.floor(at / 12), Math.floor(at / 6) % 2, Math.floor(at / 3) % 2, at % 3]
        expect(value).toBe(i === l && j === k ? 1 : 0)
      })
    }
  })
})

interface Params {
  readonly scale: g.Scalar
  readonly parts: readonly [g.Vec<2>, g.Mat<2, 3>]
}

/** A record of a scalar and a matrix, out of a record and of data. */
const network = ({ scale, parts: [a, b] }: Params, by: g.Vec<2>) => ({
  total: g.mul(scale)(g.sum(g.mul(a)(g.square(a)))),
  rows: g.tanh(g.mul(scale)(g.transpose(g.mul(g.reshape([2, 1])(g.mul(by)(a)))(b))))
})

const number = fc.double({ min: -1, max: 1, noNaN: true })
const numbers = (n: number) => fc.array(number, { minLength: n, maxLength: n })
const params = fc.tuple(number, numbers(2), numbers(6)).map(([scale, a, b]): Params => ({
  scale: g.scalar(scale),
  parts: [g.reshape([2])(g.tensor(a)) as never, g.reshape([2, 3])(g.tensor(b)) as never]
}))
const by = g.tensor([2, -0.5])
const close = { atol: 1e-12, rtol: 1e-12 }

/** An element of a tensor, as a scalar. */
const elementOf = (x: g.Tensor, i: number): g.Scalar =>
  g.primitive.vocabulary.reshape(
    g.primitive.vocabulary.slice(
      g.primitive.vocabulary.reshape(x, [g.toFlatArray(g.zeros([...x.shape])).length]),
      [i],
      [i + 1]
    ),
    []
  ) as never

describe('the derivatives of a tree by a tree', () => {
  test.prop([params, fc.constantFrom<g.JacobianSettings>({}, { mode: 'forward' }, { mode: 'reverse' })], {
    numRuns: 20
  })(
    'are the gradients of each element of the value, stacked, in the structure of the value and then of the argument',
    (p, settings) => {
      const found = g.jacobian(network, settings)(p, by)
      const program = g.compile((q: Params) => g.jacobian(network, settings)(q, by))
      const compiled = program(p)
      for (const name of ['total', 'rows'] as const) {
        const value = network(p, by)[name] as unknown as g.Tensor
        const gradients = g
          .toFlatArray(value)
          .map((_, i) => g.grad((q: Params, data: g.Vec<2>) => elementOf(network(q, data)[name] as never, i))(p, by))
        const stacked = (pick: (q: Params) => g.Tensor): g.Tensor => {
          const all = g.stack(gradients.map(pick))
          return g.primitive.vocabulary.reshape(all, [...value.shape, ...pick(p).shape])
        }
        for (const own of [found[name], compiled[name]]) {
          expect(own.scale).toBeCloseToTensor(
            stacked((q) => q.scale),
            close
          )
          expect(own.parts[0]).toBeCloseToTensor(
            stacked((q) => q.parts[0]),
            close
          )
          expect(own.parts[1]).toBeCloseToTensor(
            stacked((q) => q.parts[1]),
            close
          )
        }
      }
    }
  )

  test.prop([params, fc.constantFrom<g.JacobianSettings>({}, { mode: 'forward' }, { mode: 'reverse' })], {
    numRuns: 20
  })(
    'of a gradient are the hessian, a block for each pair of tensors, and the blocks across are transposes',
    (p, settings) => {
      const score = (q: Params, data: g.Vec<2>): g.Scalar => {
        const { total, rows } = network(q, data)
        return g.add(g.square(total))(g.sum(g.mul(rows)(g.square(rows))))
      }
      const blocks = g.hessian(score, settings)(p, by)
      const direction = (q: Params): Params => ({ scale: g.scalar(1), parts: [g.mul(2)(q.parts[0]), q.parts[1]] })
      // all of a row of blocks times a direction is hvp
      const expected = g.hvp(score)(p, by)(direction(p))
      const times = (row: Params, along: Params): number =>
        g.params.tensors(row as never).reduce((sum, x, i) => {
          const ys = g.toFlatArray(g.params.tensors(along as never)[i]!)
          return g.toFlatArray(x).reduce((all, value, k) => all + value * ys[k]!, sum)
        }, 0)
      expect(times(blocks.scale, direction(p))).toBeCloseTo(g.toNumber(expected.scale), 10)
      expect(blocks.parts[1].parts[0].shape).toEqual([2, 3, 2])
      expect(permute(blocks.parts[1].parts[0] as never, [2, 0, 1])).toBeCloseToTensor(blocks.parts[0].parts[1], close)
      expect(blocks.parts[0].scale).toBeCloseToTensor(blocks.scale.parts[0], close)
    }
  )

  test('are found by the mode that needs fewer sweeps, unless told', () => {
    /** The number of examples of the mapped sweep: the leading axis of what the derivatives are made of. */
    const counts = (f: Map1, n: number, settings: g.JacobianSettings): readonly number[] => {
      const tape = g.trace((x: g.Tensor) => jacobian(f, settings)(x))(g.ones([n]))
      return tape.entries.flatMap(({ results }) => results.map((dims) => dims[0] ?? 1))
    }
    const tall: Map1 = (x) => g.primitive.vocabulary.sin(broadcastTo(sum(tanh(x), [0], true), [50]))
    const wide: Map1 = (x) => sum(tanh(x), [0], true)
    expect(counts(tall, 2, {})).toEqual(counts(tall, 2, { mode: 'forward' }))
    expect(counts(tall, 2, {})).not.toEqual(counts(tall, 2, { mode: 'reverse' }))
    expect(counts(wide, 20, {})).toEqual(counts(wide, 20, { mode: 'reverse' }))
    expect(counts(wide, 20, {})).not.toEqual(counts(wide, 20, { mode: 'forward' }))
    // as many of the value as of the argument
    const square: Map1 = (x) => g.primitive.vocabulary.sin(broadcastTo(sum(tanh(x), [0], true), [3]))
    expect(counts(square, 3, {})).toEqual(counts(square, 3, { mode: 'forward' }))
    expect(counts(square, 3, {})).not.toEqual(counts(square, 3, { mode: 'reverse' }))
  })

  test('are found of a loop without a bound wherever forward mode is chosen', () => {
    const doubled = (x: g.Scalar): g.Scalar => g.whileLoop((y: g.Scalar) => g.less(20)(y), g.mul(2))(x)
    expect(g.jacobian(doubled)(g.scalar(3))).toBeTensor(8)
    const total = (x: g.Vec<2>): g.Scalar => doubled(g.sum(x))
    expect(() => g.jacobian(total)(g.tensor([1, 2]))).toThrow(
      "whileLoop: reverse mode needs a bound: pass { maxSteps }, or use jvp, or jacobian with { mode: 'forward' }"
    )
    expect(g.jacobian(total, { mode: 'forward' })(g.tensor([1, 2]))).toBeTensor([8, 8])
  })

  test('of nothing, and by nothing, are tensors of no elements', () => {
    const square = (x: g.Vec): g.Vec => g.square(x)
    for (const mode of ['forward', 'reverse'] as const) {
      expect(g.jacobian(square, { mode })(g.zeros([0])).shape).toEqual([0, 0])
      expect(g.jacobian((x: g.Vec) => g.add(g.sum(x))(g.ones([3])), { mode })(g.zeros([0])).shape).toEqual([3, 0])
      expect(g.hessian((x: g.Vec) => g.sum(square(x)), { mode })(g.zeros([0])).shape).toEqual([0, 0])
      expect(g.jacobian((_: g.Vec<2>) => g.tensor([1, 2, 3]), { mode })(g.ones([2]))).toBeTensor([
        [0, 0],
        [0, 0],
        [0, 0]
      ])
    }
  })

  test('are refused for another mode, for what is no function, and for what is no tree of tensors', () => {
    const any = (x: unknown) => x as never
    expect(() => g.jacobian(g.square, { mode: any('both') })).toThrow(/^jacobian: mode must be/)
    expect(() => g.hessian(g.sum, { mode: any('both') })).toThrow(/^hessian: mode must be/)
    expect(() => g.jacobian(any(1))).toThrow(/^jacobian: f must be a function/)
    expect(() => g.jacobian(any((x: g.Scalar) => ({ x, n: 1 })))(any(g.scalar(1)))).toThrow(
      /^jacobian: result\.n is the number 1/
    )
    expect(() => g.hessian(any((x: g.Vec) => x))(any(g.ones([2])))).toThrow(/must return a scalar/)
  })
})
