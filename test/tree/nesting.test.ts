import { describe, expect, it } from 'vitest'
import { flatten, sameNesting, type Structure, unflatten } from '../../src/tree/tree.ts'

const structureOf = (tree: unknown): Structure =>
  flatten(
    (value): value is number => typeof value === 'number',
    () => {
      throw new Error('no leaf')
    }
  )(tree).structure

describe('the nesting of two trees', () => {
  it.each([
    [{ a: 1, b: [2] }, { b: [0], a: 0 }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: 1 }, { b: 1 }, false],
    [{ a: 1 }, { a: [1] }, false],
    [[1, 2], [1], false],
    [[], {}, false],
    [{}, [], false],
    [{ 0: 1 }, [1], false],
    [1, [1], false],
    [[1], 1, false],
    [1, 2, true],
    [{}, {}, true],
    [{ toString: 1 }, { constructor: 1 }, false]
  ])('of %j and %j: the same is %s', (a, b, same) => {
    expect(sameNesting(structureOf(a), structureOf(b))).toBe(same)
    expect(sameNesting(structureOf(b), structureOf(a))).toBe(same)
  })
})

describe('a tree put together', () => {
  it('is a plain record whatever its keys, each an ordinary property', () => {
    const tree = unflatten(structureOf(JSON.parse('{"__proto__": 1, "a": 2}')))([10, 20]) as Record<string, unknown>
    const shape = { configurable: true, enumerable: true, writable: true }
    expect(Object.getOwnPropertyDescriptors(tree)).toEqual({
      ['__proto__']: { ...shape, value: 10 },
      a: { ...shape, value: 20 }
    })
    expect(JSON.stringify(tree)).toBe('{"__proto__":10,"a":20}')
  })
})
