import { describe, test } from 'vitest'
import * as laws from '../../laws/index.ts'

describe('every primitive', () => {
  laws.register(test)(laws.vocabulary(), { numRuns: 30 })
})
