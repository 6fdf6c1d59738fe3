import { fc, test } from '../support/property.ts'
import { describe, expect, it } from 'vitest'
import { flatten, leavesAs, matches, pathsOf, sameStructure, showPath, unflatten } from '../../src/tree/tree.ts'

const isNumber = (value: unknown): value is number => typeof value === 'number'
const refuse = ({ path, value }: { readonly path: readonly (string | number)[]; readonly value: unknown }): never => {
  throw new Error(`${showPath('it', path)} is ${typeof value}`)
}
const flat = flatten<number>(isNumber, refuse)
const leavesLike = leavesAs<number>(isNumber, ({ path, expected, found }) => {
  throw new Error(`${showPath('it', path)}: ${expected}, ${found}`)
})

/** Trees of numbers with awkward keys. */
const trees: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.integer(),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'weight', '0', '', '__proto__', 'constructor', 'toString'), tie('tree'), {
      maxKeys: 3
    })
  )
})).tree

describe('trees', () => {
  test.prop([trees])('taking a tree apart and putting it together gives the tree', (tree) => {
    const { leaves, structure } = flat(tree)
    expect(JSON.stringify(unflatten(structure)(leaves))).toBe(JSON.stringify(tree))
  })

  test.prop([trees])('there is one path for each leaf, and no two are alike', (tree) => {
    const { leaves, structure } = flat(tree)
    const paths = pathsOf(structure).map((path) => JSON.stringify(path))
    expect(paths).toHaveLength(leaves.length)
    expect(new Set(paths).size).toBe(leaves.length)
  })

  test.prop([trees])('a path leads to its leaf', (tree) => {
    const { leaves, structure } = flat(tree)
    pathsOf(structure).forEach((path, i) => {
      const found = path.reduce<unknown>(
        (node, step) => (node as Readonly<Record<string | number, unknown>>)[step],
        tree
      )
      expect(found).toBe(leaves[i])
    })
  })

  test.prop([trees])('a tree has the structure of itself', (tree) => {
    const { leaves, structure } = flat(tree)
    expect(leavesLike(structure)(tree)).toEqual(leaves)
    expect(sameStructure(structure, flat(tree).structure)).toBe(true)
  })

  it('matches records by key, in whatever order the keys were written', () => {
    expect(leavesLike(flat({ a: 1, b: 2 }).structure)({ b: 20, a: 10 })).toEqual([10, 20])
  })

  it('keeps a key named __proto__ as data', () => {
    const tree = JSON.parse('{"__proto__": 5}') as unknown
    const { leaves, structure } = flat(tree)
    const back = unflatten(structure)(leaves) as object
    expect(leaves).toEqual([5])
    expect(Object.keys(back)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype)
  })

  it('prints paths as one would write them', () => {
    expect(showPath('params', ['layers', 0, 'weight'])).toBe('params.layers[0].weight')
    expect(showPath('params', [])).toBe('params')
  })

  it.each([
    ['a date', { at: [new Date(0)] }, 'it.at[0] is object'],
    ['a function', { f: () => 1 }, 'it.f is function'],
    ['null', [1, null], 'it[1] is object'],
    ['a string', { a: { b: 'x' } }, 'it.a.b is string'],
    ['undefined', [undefined], 'it[0] is undefined'],
    ['a map', { m: new Map() }, 'it.m is object']
  ])('names the place of %s', (_, tree, message) => {
    expect(() => flat(tree)).toThrow(message)
  })

  it.each([
    ['a missing key', { a: 1, b: 2 }, { a: 1 }, 'it: a record of a, b, a record of a'],
    ['another key', { a: 1 }, { c: 1 }, 'it: a record of a, a record of c'],
    ['an inherited key', { toString: 1 }, {}, 'it: a record of toString, a record of nothing'],
    ['a longer list', { a: [1] }, { a: [1, 2] }, 'it.a: a list of 1, a list of 2'],
    ['a leaf for a record', { a: { b: 1 } }, { a: 1 }, 'it.a: a record of b, a leaf'],
    ['a record for a leaf', [1], [{ b: 1 }], 'it[0]: a leaf, a record of b'],
    ['null for a list', [[1]], [null], 'it[0]: a list of 1, null']
  ])('names the first place where trees part: %s', (_, expected, found, message) => {
    expect(() => leavesLike(flat(expected).structure)(found)).toThrow(message)
  })
})

describe('a tree with static values', () => {
  const withStatic = flatten(isNumber, ({ value }) => ({ _tag: 'Static', value }))
  const tree = { a: 1, name: 'x', parts: [2, null, { b: 3 }] }

  it('has those as part of its structure, and its leaves beside them', () => {
    const { leaves, structure } = withStatic(tree)
    expect(leaves).toEqual([1, 2, 3])
    expect(unflatten(structure)([4, 5, 6])).toEqual({ a: 4, name: 'x', parts: [5, null, { b: 6 }] })
    expect(pathsOf(structure)).toEqual([['a'], ['parts', 0], ['parts', 2, 'b']])
  })

  it.each<readonly [unknown, boolean]>([
    [{ a: 7, name: 'x', parts: [8, null, { b: 9 }] }, true],
    [{ a: 7, name: 'y', parts: [8, null, { b: 9 }] }, false],
    [{ a: 7, name: 1, parts: [8, null, { b: 9 }] }, false],
    [{ a: 7, name: 'x', parts: [8, undefined, { b: 9 }] }, false],
    [{ a: 7, name: 'x', parts: [8, null] }, false],
    [{ a: 7, name: 'x', parts: [8, null, { b: 9 }], more: 1 }, false],
    [{ a: 7, name: 'x' }, false],
    [{ a: 7, name: 'x', parts: [8, null, { c: 9 }] }, false],
    [{ name: 'x', a: 7, parts: [8, null, { b: 9 }] }, false],
    [7, false]
  ])('matches %j: %s', (other, expected) => {
    const { structure } = withStatic(tree)
    const found: number[] = []
    expect(matches(isNumber, structure, other, found)).toBe(expected)
    if (expected) expect(found).toEqual([7, 8, 9])
    // in whatever order of keys, the leaves come in that of the structure
    expect(sameStructure(structure, withStatic(other).structure)).toBe(expected)
  })

  it('is told apart by what is static, in words', () => {
    expect(() => leavesLike(withStatic(tree).structure)({ ...tree, name: 'y' })).toThrow(/static/u)
    expect(leavesLike(withStatic(tree).structure)({ parts: [8, null, { b: 9 }], name: 'x', a: 7 })).toEqual([7, 8, 9])
  })
})
