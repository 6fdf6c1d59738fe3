/** Very many faults, and places that hold nothing. */
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import * as codec from '../../src/codec/index.ts'

const many = 200_000
const faults = (decoded: codec.Decoded<unknown>): readonly string[] =>
  E.isRight(decoded) ? ['right'] : decoded.left.map(({ path, message }) => `${path}: ${message}`)

const Anything = codec.struct('anything', { tensor: codec.JsonTensor }, {})

describe('very many faults', () => {
  const wrong = Array.from({ length: many }, (_, i) => `x${i}`)
  it.each([
    ['elements of a tensor', codec.JsonTensor, { shape: [many], data: wrong }, 'data[0]', many],
    ['dimensions of a tensor', codec.JsonTensor, { shape: wrong, data: [] }, 'shape[0]', many],
    ['members of a list', codec.JsonParams, wrong, '[0]', many],
    [
      'tensors of a list',
      codec.JsonParams,
      wrong.slice(0, 5000).map(() => ({ shape: [1], data: ['x', 'y'] })),
      '[0].data[0]',
      10_000
    ],
    ['keys that are not known', Anything, Object.fromEntries(wrong.map((key) => [key, 1])), 'x0', many + 1]
  ] as const)('%s are twenty and a count, and no more errors are made', (_, type, value, path, count) => {
    const errors = type.decode(value)
    expect(E.isLeft(errors) && errors.left.length).toBe(21)
    const told = faults(codec.decode<unknown>(type)(value))
    expect(told).toHaveLength(21)
    expect(told[0]).toMatch(new RegExp(`^${path.replace(/[[\].]/g, '\\$&')}: `))
    expect(told[20]).toBe(`${type.name}: ${count - 20} more faults`)
  })

  it('rows of a table likewise', () => {
    const decode = codec.classRows({ features: 2, classes: 3 })
    const told = faults(decode(wrong.map(() => ['a', 'b', '9'])))
    expect(told).toHaveLength(21)
    expect(told.slice(0, 4).map((fault) => fault.replace(/:.*/, ''))).toEqual([
      'row 1, column 1',
      'row 1, column 2',
      'row 1, column 3',
      'row 2, column 1'
    ])
    expect(told[20]).toBe(`rows: ${3 * many - 20} more faults`)
  })

  it('of several tensors are counted together', () => {
    const tensor = (count: number) => ({ shape: [count], data: wrong.slice(0, count) })
    const told = faults(codec.decode(codec.JsonParams)({ a: tensor(15), b: tensor(30), c: tensor(3) }))
    expect(told.slice(14, 16).map((fault) => fault.replace(/:.*/, ''))).toEqual(['a.data[14]', 'b.data[0]'])
    expect(told[20]).toBe('params: 28 more faults')
  })

  it('do not hide a number that is right among them', () => {
    const data = [...Array.from({ length: many }, () => 0.5), 'NaN', '-0']
    const read = codec.decode(codec.JsonTensor)({ shape: [data.length], data })
    expect(E.isRight(read) && read.right.shape).toEqual([many + 2])
  })
})

describe('a hole in a list is something missing:', () => {
  // eslint-disable-next-line no-sparse-arrays -- a hole is what is tried
  const holed = [1, , 3] as readonly unknown[]

  it.each([
    ['among the elements of a tensor', codec.JsonTensor, { shape: [3], data: holed }, /^data\[1\]: is missing/],
    ['among its dimensions', codec.JsonTensor, { shape: holed, data: [1, 1, 1] }, /^shape\[1\]: is missing/],
    ['among parameters', codec.JsonParams, [{ shape: [], data: [1] }, ...new Array(1)], /^\[1\]: is missing/]
  ] as const)('%s', (_, type, value, told) => {
    expect(faults(codec.decode<unknown>(type)(value))[0]).toMatch(told)
  })

  it('among parameters that are no copy of a list', () => {
    const params = new Array<unknown>(2)
    expect(codec.JsonParams.is(params)).toBe(false)
    expect(faults(codec.decode(codec.JsonParams)(params))).toHaveLength(2)
  })

  it('in a row of a table, and among the rows', () => {
    const decode = codec.classRows({ features: 2, classes: 4 })
    expect(faults(decode([holed]))[0]).toMatch(/^row 1, column 2: needs a finite number, got nothing/)
    const rows = new Array<unknown>(2)
    rows[0] = [1, 2, 3]
    expect(faults(decode(rows))[0]).toMatch(/^row 2: needs a list of cells, got nothing/)
  })
})
