import { describe, expect, it } from 'vitest'
import { lanesOf } from '../../src/machine/lanes.ts'
import { sumsOfLanes } from '../../src/machine/vector.ts'
import { i32, perform, v128 } from '../../src/machine/wasm.ts'
import { execute } from './support.ts'

describe.each(['double', 'single'] as const)('the sums of the lanes of some vectors in %s precision', (precision) => {
  const l = lanesOf(precision)
  it.each(Array.from({ length: l.count }, (_, i) => i + 1))(
    'are in the order of the vectors, of which there are %i',
    (count) => {
      // each number is a digit of its own, so that a sum tells what it is of
      const numbers = Array.from({ length: l.count * count }, (_, i) => 2 ** i)
      const at = (i: number) => v128.load(i32.constant(0), 16 * i)
      const result = sumsOfLanes(
        l,
        Array.from({ length: count }, (_, i) => at(i))
      )
      const after = execute(l, [perform(v128.store(i32.constant(16 * count), result))], numbers, l.count * (count + 1))
      const sums = Array.from({ length: count }, (_, i) =>
        numbers.slice(l.count * i, l.count * (i + 1)).reduce((a, b) => a + b)
      )
      expect(Array.from(after.subarray(l.count * count, l.count * count + count))).toEqual(sums)
    }
  )
})
