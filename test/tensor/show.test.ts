import { inspect } from 'node:util'
import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import { arange, full, scalar, tensor, zeros } from '../../src/tensor/construct.ts'
import { show } from '../../src/tensor/read.ts'
import { shapeLeaf, token } from '../../src/tape/tape.ts'
import { anyTensor, wildNumber, anyDims } from '../support/arbitraries.ts'
import { reshape } from '../../src/ops/index.ts'

const lines = (...text: readonly string[]): string => text.join('\n')

describe('a tensor is shown', () => {
  it('as its shape and its one number when it is a scalar, with all its digits', () => {
    expect(show(scalar(3))).toBe('Tensor[] 3')
    expect(show(scalar(-0.5))).toBe('Tensor[] -0.5')
    expect(show(scalar(1e21))).toBe('Tensor[] 1e21')
    expect(show(scalar(0.1 + 0.2))).toBe('Tensor[] 0.30000000000000004')
  })

  it('on one line when it is a vector', () => {
    expect(show(tensor([1, 2.5, -3]))).toBe('Tensor[3] [1, 2.5, -3]')
    expect(show(tensor([7]))).toBe('Tensor[1] [7]')
  })

  it('row by row when it is a matrix, its columns aligned', () => {
    expect(
      show(
        tensor([
          [1, -20.5],
          [300, 4]
        ])
      )
    ).toBe(lines('Tensor[2, 2]', '[[    1, -20.5],', ' [  300,     4]]'))
  })

  it('matrix by matrix beyond, with a blank line between', () => {
    expect(show(reshape([2, 2, 2])(tensor([1, 2, 3, 4, 5, 6, 7, 8])))).toBe(
      lines('Tensor[2, 2, 2]', '[[[1, 2],', '  [3, 4]],', '', ' [[5, 6],', '  [7, 8]]]')
    )
    expect(show(reshape([2, 1, 1, 1])(tensor([1, -2])))).toBe(
      lines('Tensor[2, 1, 1, 1]', '[[[[ 1]]],', '', '', ' [[[-2]]]]')
    )
  })

  it('as nothing between brackets when it holds no numbers, however many rows of nothing', () => {
    expect(show(zeros([0]))).toBe('Tensor[0] []')
    expect(show(zeros([0, 3]))).toBe(lines('Tensor[0, 3]', '[]'))
    expect(show(zeros([2, 0]))).toBe(lines('Tensor[2, 0]', '[]'))
    expect(show(zeros([1_000_000_000, 0]))).toBe(lines('Tensor[1000000000, 0]', '[]'))
  })

  it('whole up to a thousand numbers, and by its edges above', () => {
    expect(show(arange(1000))).not.toContain('...')
    expect(show(arange(1001))).toBe('Tensor[1001] [0, 1, 2, ..., 998, 999, 1000]')
    expect(show(full([40, 30])(5))).toBe(
      lines(
        'Tensor[40, 30]',
        '[[5, 5, 5, ..., 5, 5, 5],',
        ' [5, 5, 5, ..., 5, 5, 5],',
        ' [5, 5, 5, ..., 5, 5, 5],',
        ' ...,',
        ' [5, 5, 5, ..., 5, 5, 5],',
        ' [5, 5, 5, ..., 5, 5, 5],',
        ' [5, 5, 5, ..., 5, 5, 5]]'
      )
    )
  })

  it('with its short axes whole even then', () => {
    const text = show(full([1000, 2])(1))
    expect(text.split('\n').slice(0, 3)).toEqual(['Tensor[1000, 2]', '[[1, 1],', ' [1, 1],'])
    expect(text.split('\n')).toHaveLength(8)
  })

  it('aligned by what is shown, not by what is left out', () => {
    const values = Float64Array.from({ length: 2000 }, (_, i) => (i === 1000 ? 123456 : 1))
    expect(show(reshape([1000, 2])(tensor(values)))).toContain('[[1, 1],')
  })

  it('with infinities, NaN and the sign of zero', () => {
    expect(show(tensor([NaN, Infinity, -Infinity, -0, 0]))).toBe('Tensor[5] [NaN, Infinity, -Infinity, -0, 0]')
    expect(show(scalar(NaN))).toBe('Tensor[] NaN')
    expect(show(scalar(-0))).toBe('Tensor[] -0')
  })

  it('with six significant digits, and no zeros after them', () => {
    expect(show(tensor([1 / 3, 2 / 3, 0.25, 123.456789, 99999.96]))).toBe(
      'Tensor[5] [0.333333, 0.666667, 0.25, 123.457, 100000]'
    )
  })

  it('with a power of ten when a number is very large or very small', () => {
    expect(show(tensor([1234567.5, 0.00001234567, -2.5e-300, 1.7976931348623157e308]))).toBe(
      'Tensor[4] [1.23457e6, 1.23457e-5, -2.5e-300, 1.79769e308]'
    )
    // rounding may make it so
    expect(show(tensor([999999.7, 0.00009999999]))).toBe('Tensor[2] [1e6, 0.0001]')
    expect(show(tensor([1e15, 1e21]))).toBe('Tensor[2] [1e15, 1e21]')
  })

  it('with whole numbers as they are', () => {
    expect(show(tensor([1234567, -100000000000000]))).toBe('Tensor[2] [1234567, -100000000000000]')
  })

  it('in lines of 80 columns, wide rows going on under their first number', () => {
    expect(show(arange(30))).toBe(
      [
        'Tensor[30]',
        '[ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,',
        ' 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]'
      ].join('\n')
    )
    const wide = show(reshape([2, 25])(tensor(Array.from({ length: 50 }, (_, i) => i / 4))))
    expect(wide.split('\n').every((line) => line.length <= 80)).toBe(true)
    expect(wide.split('\n')).toHaveLength(1 + 2 * 3)
    expect(wide.split('\n').slice(1)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^\[\[ /),
        expect.stringMatching(/^ {2} {0,3}\d/),
        expect.stringMatching(/^ \[/)
      ])
    )
  })

  it('by its shape alone while it is traced', () => {
    expect(show(shapeLeaf(token('test'), [2, 3]))).toBe('Tensor[2, 3] (traced: its numbers are not known yet)')
  })

  it('in the same way by the console, in a template and in a larger structure', () => {
    const x = tensor([1, 2])
    expect(inspect(x)).toBe('Tensor[2] [1, 2]')
    expect((x as { readonly toString: () => string }).toString()).toBe(show(x))
    expect(inspect({ weight: x })).toBe('{ weight: Tensor[2] [1, 2] }')
  })

  test.prop([anyTensor(anyDims({ size: 3 }), wildNumber)])(
    'with as many brackets as it has rows, and all its numbers',
    (x) => {
      const text = show(x)
      const numbers = text.slice(text.indexOf(']') + 1).match(/-?(?:NaN|Infinity|\d[\d.]*(?:e-?\d+)?)/g) ?? []
      expect(numbers).toHaveLength(x.shape.reduce((product, n) => product * n, 1))
      expect(text.split('[').length).toBe(text.split(']').length)
      expect(text.startsWith(`Tensor[${x.shape.join(', ')}]`)).toBe(true)
    }
  )

  test.prop([fc.double({ noNaN: true, noDefaultInfinity: true })])(
    'with numbers that read back to six digits',
    (value) => {
      const text = show(tensor([value, 0]))
      const back = Number(text.slice(text.lastIndexOf('[') + 1, text.lastIndexOf(',')))
      expect(Math.abs(back - value)).toBeLessThanOrEqual(5.000001e-6 * Math.abs(value))
    }
  )
})
