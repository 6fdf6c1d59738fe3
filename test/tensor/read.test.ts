import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import { arange, ones, scalar, tensor, zeros } from '../../src/tensor/construct.ts'
import {
  as,
  closeNumbers,
  defaultTolerance,
  Eq,
  isClose,
  toArray,
  toFlatArray,
  toNumber
} from '../../src/tensor/read.ts'
import { isTensor, type Tensor } from '../../src/tensor/tensor.ts'
import { grad } from '../../src/transform/grad.ts'
import { mul } from '../../src/ops/arithmetic.ts'
import { reshape, get, stopGradient } from '../../src/ops/index.ts'
import { anyDims, anyNumber, anyTensor, fullDims, tensorOf, wildNumber } from '../support/arbitraries.ts'
import { elements, indicesOf } from '../support/naive.ts'
import '../support/matchers.ts'

describe('the numbers of a tensor are read', () => {
  test.prop([anyTensor(anyDims(), wildNumber)])('by index, from the front and from the back', (x) => {
    const element = elements(x)
    for (const index of indicesOf(x.shape)) {
      expect(toNumber(get(...index)(x))).toBe(element(index))
      expect(toNumber(get(...index.map((i, axis) => i - x.shape[axis]!))(x))).toBe(element(index))
    }
  })

  it('as nested arrays, a flat array and a number', () => {
    const x = reshape([2, 1, 2])(tensor([1, 2, 3, 4]))
    expect(toArray(x)).toEqual([[[1, 2]], [[3, 4]]])
    expect(toFlatArray(x)).toEqual([1, 2, 3, 4])
    expect(toArray(scalar(3))).toBe(3)
    expect(toArray(zeros([2, 0]))).toEqual([[], []])
    expect(toArray(zeros([0, 2]))).toEqual([])
    expect([scalar(3), tensor([3]), tensor([[[3]]])].map(toNumber)).toEqual([3, 3, 3])
  })
})

describe('a tensor cannot be changed', () => {
  const x = tensor([
    [1, 2],
    [3, 4]
  ])

  it('through what was read from it', () => {
    const nested = toArray(x)
    nested[0]![0] = 99
    toFlatArray(x)[0] = 99
    expect(x).toBeTensor([
      [1, 2],
      [3, 4]
    ])
  })

  it('through its shape', () => {
    const shape = x.shape as unknown as number[]
    expect(() => (shape[0] = 4)).toThrow(TypeError)
    expect(() => shape.push(1)).toThrow(TypeError)
    expect(() => Object.assign(x, { shape: [4] })).toThrow(TypeError)
    expect(x.shape).toEqual([2, 2])
    expect(Object.isFrozen(x.shape)).toBe(true)
  })

  it('through the shape of a tensor that shares it', () => {
    const y = mul(2)(x)
    expect(() => ((y.shape as unknown as number[])[0] = 4)).toThrow(TypeError)
    expect(Object.isFrozen(zeros([3]).shape)).toBe(true)
  })

  it('and has no methods but those that the language asks for', () => {
    const names = Object.getOwnPropertyNames(Object.getPrototypeOf(x)).filter((name) => name !== 'constructor')
    expect(names).toEqual(['shape', 'toString', 'toJSON'])
  })

  it('by an operation', () => {
    const loss = (y: Tensor<[2, 2]>) => mul(0)(scalar(toNumber(mul(1)(scalar(toNumber(get(0, 0)(stopGradient(y))))))))
    grad(loss)(x)
    expect(toFlatArray(x)).toEqual([1, 2, 3, 4])
  })
})

describe('a tensor is told from other values', () => {
  it('whatever it is', () => {
    const others = [undefined, null, 0, 'Tensor', true, [], [1], {}, { shape: [1] }, new Float64Array(1), Symbol('x')]
    expect(others.filter(isTensor)).toEqual([])
    expect([scalar(0), zeros([0]), arange(3)].every(isTensor)).toBe(true)
  })
})

describe('exact equality', () => {
  test.prop([anyTensor()])('holds between a tensor and its copy', (x) => {
    expect(Eq.equals(x, x)).toBe(true)
    expect(Eq.equals(x, reshape([...x.shape])(tensor(toFlatArray(x))))).toBe(true)
  })

  test.prop([fullDims({ min: 1 }).chain((dims) => fc.tuple(tensorOf(dims), tensorOf(dims)))])(
    'holds between two tensors just when every number is the same',
    ([x, y]) => {
      const [a, b] = [toFlatArray(x), toFlatArray(y)]
      expect(Eq.equals(x, y)).toBe(a.every((value, i) => value === b[i]))
      expect(Eq.equals(y, x)).toBe(Eq.equals(x, y))
    }
  )

  it('looks at the shape, even of empty tensors', () => {
    expect(Eq.equals(ones([2, 3]), ones([3, 2]))).toBe(false)
    expect(Eq.equals(ones([4]), ones([2, 2]))).toBe(false)
    expect(Eq.equals(ones([1]), scalar(1))).toBe(false)
    expect(Eq.equals(zeros([0, 2]), zeros([2, 0]))).toBe(false)
  })

  it('holds between the two zeros and between equal infinities, and never for NaN', () => {
    expect(Eq.equals(scalar(0), scalar(-0))).toBe(true)
    expect(Eq.equals(scalar(Infinity), scalar(Infinity))).toBe(true)
    expect(Eq.equals(scalar(Infinity), scalar(-Infinity))).toBe(false)
    const x = tensor([1, NaN])
    expect(Eq.equals(x, x)).toBe(false)
  })
})

describe('agreement within a tolerance', () => {
  it('is about numbers relative to their size, and absolute near 0', () => {
    const close = closeNumbers({ atol: 1e-3, rtol: 0.1 })
    expect(close(100, 110)).toBe(true)
    expect(close(100, 112)).toBe(false)
    expect(close(0, 1e-3)).toBe(true)
    expect(close(0, 1.2e-3)).toBe(false)
    expect(closeNumbers({ atol: 0, rtol: 0 })(1, 1)).toBe(true)
    expect(closeNumbers({ atol: 0, rtol: 0 })(1, 1 + Number.EPSILON)).toBe(false)
  })

  it('holds for equal infinities and never for NaN', () => {
    const close = closeNumbers({ atol: Infinity, rtol: 1 })
    expect(close(Infinity, Infinity)).toBe(true)
    expect(close(Infinity, -Infinity)).toBe(false)
    expect(close(Infinity, 1e308)).toBe(false)
    expect(close(NaN, NaN)).toBe(false)
    expect(close(NaN, 0)).toBe(false)
  })

  test.prop([wildNumber, wildNumber])('does not depend on the order', (a, b) => {
    const close = closeNumbers({ atol: 0.5, rtol: 0.1 })
    expect(close(a, b)).toBe(close(b, a))
  })

  test.prop([anyTensor(), fc.double({ min: 0, max: 1e-10, noNaN: true })])('forgives rounding errors', (x, error) => {
    const off = reshape([...x.shape])(tensor(toFlatArray(x).map((value) => value * (1 + error))))
    expect(isClose()(x)(off)).toBe(true)
  })

  test.prop([fullDims({ min: 1 }).chain((dims) => tensorOf(dims)), fc.nat()])(
    'finds the one number that is off',
    (x, seed) => {
      const values = toFlatArray(x)
      values[seed % values.length]! += 1e-3
      expect(isClose()(x)(reshape([...x.shape])(tensor(values)))).toBe(false)
    }
  )

  it('wants the same shape', () => {
    expect(isClose()(ones([2, 3]))(ones([3, 2]))).toBe(false)
    expect(isClose()(scalar(1))(ones([1]))).toBe(false)
  })

  it('has a default tolerance', () => {
    expect(defaultTolerance).toEqual({ atol: 1e-12, rtol: 1e-9 })
    expect(isClose()(scalar(1))(scalar(1 + 5e-10))).toBe(true)
    expect(isClose()(scalar(1))(scalar(1 + 5e-9))).toBe(false)
    expect(isClose()(scalar(NaN))(scalar(NaN))).toBe(false)
  })
})

describe('a checked cast', () => {
  test.prop([anyTensor(), anyDims()])(
    'gives the tensor itself for its own shape and fails for any other',
    (x, dims) => {
      expect(as([...x.shape])(x)).toBe(x)
      const same = dims.length === x.shape.length && dims.every((n, i) => n === x.shape[i])
      if (!same)
        expect(() => as([...dims])(x)).toThrow(`as: needs shape [${dims.join(', ')}], got [${x.shape.join(', ')}]`)
    }
  )
})

describe('the matchers of these tests', () => {
  const matrix = tensor([
    [1, 2],
    [3, 4]
  ])

  it('print both sides and the worst index', () => {
    const message = (run: () => void): string => {
      try {
        run()
      } catch (error) {
        return (error as Error).message
      }
      return ''
    }
    const text = message(() =>
      expect(matrix).toBeCloseToTensor([
        [1, 2.5],
        [33, 4]
      ])
    )
    expect(text).toContain('2 of 4 numbers')
    expect(text).toContain('the worst at index [1, 0]: 3 instead of 33')
    expect(text).toContain('expected:\nTensor[2, 2]\n[[  1, 2.5],')
    expect(text).toContain('received:\nTensor[2, 2]\n[[1, 2],')
    expect(message(() => expect(matrix).toBeTensor([1, 2, 3, 4]))).toContain('shape [2, 2] is not [4]')
    expect(message(() => expect(5).toBeTensor(5))).toContain('no tensor: 5')
  })

  test.prop([anyNumber])('tell the two zeros and the kinds of infinity apart', (x) => {
    expect(scalar(x)).toBeTensor(x)
    expect(scalar(0)).not.toBeTensor(-0)
    expect(scalar(0)).toBeCloseToTensor(-0)
    expect(scalar(NaN)).toBeCloseToTensor(NaN)
    expect(scalar(NaN)).not.toBeCloseToTensor(x)
    expect(scalar(Infinity)).not.toBeCloseToTensor(-Infinity)
  })
})
