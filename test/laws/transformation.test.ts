import { describe, test } from 'vitest'
import * as laws from '../../laws/index.ts'

describe('transformations of random programs', () => {
  laws.register(test)(laws.transformations(), { numRuns: 12 })
})
