import { programs as programLaws } from '../../laws/engine.ts'
import { describe, test } from 'vitest'
import * as laws from '../../laws/index.ts'

/** How often each law is tried; `RUNS=20 npm run test:long` tries it less often. */
const numRuns = Number(process.env['RUNS'] ?? 1000)

describe('networks of every small size, at length', () => {
  laws.register(test)(laws.networks(), { numRuns })
})

describe('programs, at length', () => {
  laws.register(test)(programLaws(), { numRuns })
})
