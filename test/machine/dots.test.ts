/** Products of few columns: dot products, whose right operand is packed where its columns are not contiguous. */
import { expect } from 'vitest'
import * as g from '../../src/index.ts'
import { anyKey } from '../random/support.ts'
import { fc, test } from '../support/property.ts'
import '../support/matchers.ts'

const op = g.primitive.vocabulary

test.prop(
  [
    anyKey,
    fc.integer({ min: 1, max: 3 }),
    fc.tuple(fc.integer({ min: 4, max: 9 }), fc.integer({ min: 32, max: 70 }), fc.integer({ min: 1, max: 3 })),
    fc.boolean(),
    fc.constantFrom('double' as const, 'single' as const)
  ],
  { numRuns: 40 }
)(
  'products of few columns are stored where they are planned, packed or not, in either precision',
  (key, batch, [rows, inner, columns], transposed, precision) => {
    const [leftKey, rightKey] = g.random.split(2)(key)
    const left = g.random.normal([batch, rows, inner])(leftKey) as unknown as g.Tensor
    const right = g.random.normal(transposed ? [batch, columns, inner] : [batch, inner, columns])(
      rightKey
    ) as unknown as g.Tensor
    const f = (a: g.Tensor, b: g.Tensor): readonly g.Tensor[] => {
      const other = op.exp(a)
      const product = op.matmul(a, transposed ? op.permute(b, [0, 2, 1]) : b)
      return [product, op.add(other, op.sum(product, [0, 1, 2], false))]
    }
    const expected = f(left, right)
    const tolerance = precision === 'double' ? 1e-11 : 2e-4
    g.compile(f, { precision, checked: true })(left, right).forEach((x, i) =>
      expect(x).toBeCloseToTensor(expected[i]!, { atol: tolerance, rtol: tolerance })
    )
  }
)
