import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import * as g from '../../src/index.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Collects until a condition holds: what only weak references hold goes when the current task is over. */
const collected = async (condition: () => boolean): Promise<boolean> => {
  for (let i = 0; i < 50 && !condition(); i++) {
    await new Promise((resolve) => setImmediate(resolve))
    collect()
  }
  return condition()
}

describe('a program that nothing leads to any more', () => {
  it('is freed, with its memory', async () => {
    const x = g.ones([256, 256])
    // each of some megabytes
    const functions = Array.from({ length: 40 }, (_, i) => {
      const f = g.compile((y: typeof x) => g.matmul(g.mul(g.scalar(i))(y))(y))
      f(x)
      return new WeakRef(f)
    })
    expect(await collected(() => functions.every((f) => f.deref() === undefined))).toBe(true)
    const { external, arrayBuffers } = process.memoryUsage()
    const more = g.compile((y: typeof x) => g.matmul(y)(y))
    more(x)
    const after = process.memoryUsage()
    expect(after.external + after.arrayBuffers - external - arrayBuffers).toBeLessThan(20e6)
  })

  it('is freed when a cache is full, and when it is cleared', async () => {
    const cache = g.programCache({ limit: 2 })
    const f = g.compile((y: g.Vec) => g.sum(y), { cache })
    const results = [1, 2, 3].map((n) => new WeakRef(f(g.ones([n]) as never)))
    expect(cache.size()).toBe(2)
    cache.clear()
    expect(cache.size()).toBe(0)
    expect(await collected(() => results.every((result) => result.deref() === undefined))).toBe(true)
    expect(g.toNumber(f(g.ones([3]) as never))).toBe(3)
  })
})
