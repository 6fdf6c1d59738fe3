import { describe, test, vi } from 'vitest'
import * as laws from '../../laws/index.ts'

// each sample compiles a program or two
vi.setConfig({ testTimeout: 120_000 })

describe('networks of every small size', () => {
  laws.register(test)(laws.networks(), { numRuns: 20 })
})
