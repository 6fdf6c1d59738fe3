import { describe, test } from 'vitest'
import * as laws from '../../laws/index.ts'

describe('the compiled engine', () => {
  laws.register(test)(laws.engine(), { numRuns: 30 })
})
