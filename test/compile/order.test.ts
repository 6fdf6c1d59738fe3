import { describe, expect } from 'vitest'
import { orderOf } from '../../src/compile/order.ts'
import { arenaOf } from '../../src/compile/arena.ts'
import { fc, test } from '../support/property.ts'

/** Everything that a kernel needs, directly or not. */
const allNeeds = (needs: readonly ReadonlySet<number>[], kernel: number): ReadonlySet<number> => {
  const found = new Set<number>()
  const stack = [...needs[kernel]!]
  while (stack.length > 0) {
    const next = stack.pop()!
    if (found.has(next)) continue
    found.add(next)
    stack.push(...needs[next]!)
  }
  return found
}

const pairs = fc.array(fc.tuple(fc.nat({ max: 29 }), fc.nat({ max: 29 })), { maxLength: 200 })

describe('the order of kernels', () => {
  test.prop([pairs])('takes a need unless it makes a circle, and sorts by what was taken', (wanted) => {
    const order = orderOf()
    const needs = Array.from({ length: 30 }, () => new Set<number>())
    needs.forEach(() => order.add([]))
    wanted.forEach(([kernel, other]) => {
      const isCircle = kernel !== other && allNeeds(needs, other).has(kernel)
      expect(order.canDependOn(kernel, [other])).toBe(!isCircle)
      if (isCircle || kernel === other) return
      order.addDependencies(kernel, [other])
      needs[kernel]!.add(other)
    })
    const place = new Map(order.sorted().map((kernel, i) => [kernel, i]))
    expect(place.size).toBe(30)
    needs.forEach((own, kernel) => {
      own.forEach((other) => {
        expect(place.get(other)!).toBeLessThan(place.get(kernel)!)
      })
    })
  })

  test('sorts a chain of needs that were added from its end', () => {
    const order = orderOf()
    const length = 300
    Array.from({ length }, () => order.add([]))
    Array.from({ length: length - 1 }, (_, i) => {
      order.addDependencies(i, [i + 1])
    })
    expect(order.sorted()).toEqual(Array.from({ length }, (_, i) => length - 1 - i))
  })
})

const requests = fc.array(
  fc.record({ bytes: fc.nat({ max: 20 }), frees: fc.option(fc.nat({ max: 9 }), { nil: null }) }),
  {
    maxLength: 100
  }
)

describe('places in memory', () => {
  test.prop([requests])('are the lowest that are free, and never shared', (wanted) => {
    const arena = arenaOf()
    const taken: { readonly from: number; readonly to: number }[] = []
    wanted.forEach(({ bytes, frees }) => {
      const block = arena.take(bytes)
      const free = (from: number): boolean => taken.every((one) => from + bytes <= one.from || one.to <= from)
      const lowest = [0, ...taken.map(({ to }) => to)].filter(free).sort((a, b) => a - b)[0]
      if (bytes > 0) expect(block).toEqual({ from: lowest, to: lowest! + bytes })
      if (bytes > 0) taken.push(block)
      if (frees !== null && frees < taken.length) arena.free(taken.splice(frees, 1)[0]!)
    })
    expect(arena.highest()).toBeGreaterThanOrEqual(Math.max(0, ...taken.map(({ to }) => to)))
  })
})
