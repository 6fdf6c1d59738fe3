/** Softmax and its kin along any number of classes: below some, the loop over them is unrolled. */
import { expect } from 'vitest'
import * as g from '../../src/index.ts'
import { anyKey } from '../random/support.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

const op = g.primitive.vocabulary

test.prop(
  [
    anyKey,
    fc.integer({ min: 1, max: 20 }),
    fc.integer({ min: 1, max: 5 }),
    fc.constantFrom(0, 1),
    fc.constantFrom('softmax' as const, 'logSoftmax' as const, 'logSumExp' as const),
    fc.constantFrom('double' as const, 'single' as const)
  ],
  { numRuns: 300 }
)(
  'programs give what the rules give, along either axis, for any number of classes',
  (key, classes, others, axis, word, precision) => {
    const x = g.random.normal(axis === 0 ? [classes, others] : [others, classes])(key) as unknown as g.Tensor
    const f = (y: g.Tensor): g.Tensor => op[word](y, axis)
    const tolerance = precision === 'double' ? 1e-14 : 1e-5
    expect(g.compile(f, { precision })(x)).toBeCloseToTensor(f(x), { atol: tolerance, rtol: tolerance })
  }
)
