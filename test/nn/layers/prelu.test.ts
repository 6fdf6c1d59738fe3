import { describe, expect, it } from 'vitest'
import * as laws from '../../../laws/index.ts'
import * as nn from '../../../src/nn/index.ts'
import { leakyRelu, sum } from '../../../src/ops/index.ts'
import { key } from '../../../src/random/key.ts'
import { ones, tensor } from '../../../src/tensor/construct.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import { grad } from '../../../src/transform/grad.ts'
import '../../support/matchers.ts'
import { test } from '../../support/property.ts'
import { errorOf } from '../support.ts'

describe('the layer prelu', () => {
  const layer = nn.prelu({ features: 2 })
  const { params } = layer.init(key(0))
  const x = tensor([
    [-4, 3],
    [-2, -8]
  ])

  laws.register(test)(laws.layer(nn.prelu({ features: 3, slope: 0.5 })), { numRuns: 12 })

  it('starts as a leaky relu of slope 0.25, and learns a slope for each feature', () => {
    expect(nn.predict(layer)(params, [])(x)).toBeTensor(leakyRelu({ slope: 0.25 })(x))
    const { slope } = grad((p: typeof params) => sum(nn.predict(layer)(p, [])(x)))(params)
    expect(slope).toBeTensor(tensor([-6, -8]))
  })

  it('refuses settings and parameters that are wrong', () => {
    expect(errorOf(() => nn.prelu({ features: 0 }))).toBe(
      'ValueError: prelu: features must be a whole number of at least 1, got 0'
    )
    expect(errorOf(() => nn.prelu({ features: 2, slope: NaN }))).toBe(
      'ValueError: prelu: slope must be a finite number, got NaN'
    )
    const other = { slope: ones([1]) as Tensor } as never
    expect(errorOf(() => nn.predict(layer)(other, [])(x))).toBe(
      'ShapeError: prelu: params.slope must have shape [2], got [1]; use what init of this layer returns'
    )
  })
})
