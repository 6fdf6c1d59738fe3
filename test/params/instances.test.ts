import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import { ones, scalar, tensor, zeros } from '../../src/tensor/construct.ts'
import { toFlatArray, toNumber } from '../../src/tensor/read.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import * as params from '../../src/params/index.ts'
import { neg } from '../../src/ops/pointwise.ts'
import { anyTensor, wildNumber, anyDims } from '../support/arbitraries.ts'
import { reshape } from '../../src/ops/index.ts'
import '../support/matchers.ts'

/** Trees of tensors of any nesting. */
const anyTree: fc.Arbitrary<params.Params> = fc.letrec<{ tree: params.Params }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    anyTensor(anyDims({ size: 2, max: 2 })),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'weight', '0', '__proto__'), tie('tree'), { maxKeys: 3 })
  )
})).tree

const eq = params.getEq<params.Params>()

/** The same records with their keys written the other way round. */
const reversed = (tree: params.Params): params.Params =>
  Array.isArray(tree)
    ? tree.map(reversed)
    : Object.getPrototypeOf(tree) === Object.prototype || Object.getPrototypeOf(tree) === null
      ? Object.fromEntries(
          Object.entries(tree as Readonly<Record<string, params.Params>>)
            .reverse()
            .map(([key, value]) => [key, reversed(value)])
        )
      : tree

describe('trees of any nesting', () => {
  test.prop([anyTree])('are equal to themselves, with their keys in any order', (tree) => {
    expect(eq.equals(tree, tree)).toBe(true)
    expect(eq.equals(tree, reversed(tree))).toBe(true)
    expect(eq.equals(reversed(tree), tree)).toBe(true)
  })

  test.prop([anyTree, anyTree])('are told apart without an error, whatever their structures', (a, b) => {
    const equal = eq.equals(a, b)
    expect(eq.equals(b, a)).toBe(equal)
    if (equal) expect(params.paths(reversed(a)).length).toBe(params.paths(b).length)
    expect(eq.equals([a], [a, b])).toBe(false)
    expect(eq.equals({ a }, [a])).toBe(false)
    expect(eq.equals({ a }, { b: a })).toBe(false)
  })

  test.prop([anyTree])('keep their structure through every operation', (tree) => {
    const nothing = params.zerosLike(tree)
    const results = [
      params.map(neg)(params.map(neg)(tree)),
      params.mapWithPath(() => (x) => x)(tree),
      params.zipWith((x) => x)(nothing)(tree),
      params.add(nothing)(tree),
      params.sub(nothing)(tree),
      params.scale(1)(tree),
      params.addScaled(0)(tree)(tree)
    ]
    results.forEach((result) => expect(eq.equals(result, tree)).toBe(true))
  })

  test.prop([anyTree])('hold their tensors in one order', (tree) => {
    const tensors = params.tensors(tree)
    const seen = params.reduce<readonly Tensor[]>([], (list, x) => [...list, x])(tree)
    expect(seen.every((x, i) => x === tensors[i])).toBe(true)
    expect(params.paths(tree)).toHaveLength(tensors.length)
    expect(params.count(tree)).toBe(tensors.flatMap(toFlatArray).length)
    expect(new Set(params.paths([tree, tree])).size).toBe(2 * tensors.length)
  })

  test.prop([anyTree, anyTree])('part where the message says', (a, b) => {
    const fits = params.paths(a).join() === params.paths(b).join()
    if (!fits) expect(() => params.add({ it: a } as never)({ it: b } as never)).toThrow(/^params\.add: .*params\.it/s)
  })
})

describe('the norm of a tree', () => {
  test.prop([fc.array(wildNumber, { maxLength: 6 })])('is a number just when all of it are', (values) => {
    const norm = params.norm({ all: reshape([values.length])(tensor(values)) })
    const largest = values.reduce((top, x) => Math.max(top, Math.abs(x)), 0)
    expect(norm).toBeCloseToTensor(
      Number.isFinite(largest) && largest > 0
        ? largest * Math.sqrt(values.reduce((sum, x) => sum + (x / largest) ** 2, 0))
        : largest
    )
    expect(Number.isNaN(toNumber(norm))).toBe(values.some(Number.isNaN))
  })

  it('does not hide a NaN', () => {
    expect(params.norm({ a: ones([2]), b: scalar(NaN) })).toBeTensor(NaN)
    expect(params.norm([])).toBeTensor(0)
  })
})

describe('agreement between trees', () => {
  const p = { w: ones([2]), b: scalar(1) }

  it('is within a tolerance, number by number', () => {
    expect(params.isClose()(p)({ w: tensor([1, 1 + 1e-12]), b: scalar(1) })).toBe(true)
    expect(params.isClose()(p)({ w: tensor([1, 1.1]), b: scalar(1) })).toBe(false)
    expect(params.isClose({ atol: 0.2, rtol: 0 })(p)({ w: tensor([1, 1.1]), b: scalar(1) })).toBe(true)
    expect(params.isClose()({ a: scalar(NaN) })({ a: scalar(NaN) })).toBe(false)
  })

  it('wants one structure and the same shapes', () => {
    expect(() => params.isClose()(p)([p.w, p.b] as never)).toThrow('params.isClose: the two trees differ at params')
    expect(() => params.isClose()(p)({ w: ones([3]), b: p.b } as never)).toThrow('params.w needs shape [3], got [2]')
  })
})

describe('a summary', () => {
  it('has a line for each tensor, in columns, and the total', () => {
    const text = params.summary({ layers: [{ weight: zeros([784, 128]), bias: zeros([128]) }], scale: scalar(1) })
    expect(text.split('\n')).toEqual([
      'params.layers[0].weight  [784, 128]  100352',
      'params.layers[0].bias    [128]       128',
      'params.scale             []          1',
      'total: 100481'
    ])
    expect(params.summary([])).toBe('total: 0')
  })

  it('is made of very many tensors', () => {
    const many = Array.from({ length: 20_000 }, () => zeros([1]))
    expect(params.summary(many).endsWith('total: 20000')).toBe(true)
    expect(params.count(many)).toBe(20_000)
  })
})

describe('whether a tree is finite', () => {
  test.prop([fc.array(wildNumber)])('is asked of every number', (values) => {
    expect(params.allFinite({ a: [reshape([values.length])(tensor(values))] })).toBe(values.every(Number.isFinite))
  })
})

describe('what a leaf must be', () => {
  class Point {
    readonly x = 1
  }

  it.each([
    ['an instance of a class', new Point(), 'params.a[0] is an object that is neither a plain record nor an array'],
    ['a map', new Map(), 'params.a[0] is an object that is neither a plain record nor an array'],
    ['a typed array', new Float64Array(2), 'params.a[0] is an object that is neither a plain record nor an array'],
    ['undefined', undefined, 'params.a[0] is undefined'],
    ['null', null, 'params.a[0] is null'],
    ['a string', 'x', 'params.a[0] is the string "x"'],
    ['a boolean', true, 'params.a[0] is true'],
    ['a function', () => 1, 'params.a[0] is a function']
  ])('it is not %s, says every operation', (_, leaf, says) => {
    const tree = { a: [leaf] } as never
    const calls = [params.map(neg), params.count, params.summary, params.zerosLike, params.norm, params.add(tree)]
    for (const call of calls as readonly ((tree: never) => unknown)[])
      expect(() => call(tree)).toThrow(`${says}; every leaf must be a tensor`)
  })
})
