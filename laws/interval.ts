import { frozen } from '../src/tensor/frozen.ts'
import type { Interval } from '../src/primitive/primitive.ts'

/**
 * Numbers from −3 to 3: a domain for what is smooth everywhere.
 *
 * @example
 * import { sin } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * laws.assert(laws.operation({ name: 'sin', f: sin, domain: laws.reals }), { numRuns: 5 })
 * @category interval
 * @since 0.1.0
 */
export const reals: Interval = frozen({ min: -3, max: 3, avoid: [] })

/**
 * Numbers from 0.2 to 4: a domain for what has a pole at 0.
 *
 * @example
 * import { log } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * laws.assert(laws.operation({ name: 'log', f: log, domain: laws.positive }), { numRuns: 5 })
 * @category interval
 * @since 0.1.0
 */
export const positive: Interval = frozen({ min: 0.2, max: 4, avoid: [] })

/**
 * Numbers from −3 to 3 away from 0: a domain for what has a kink there.
 *
 * @example
 * import { abs } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * laws.assert(laws.operation({ name: 'abs', f: abs, domain: laws.nonZero }), { numRuns: 5 })
 * @category interval
 * @since 0.1.0
 */
export const nonZero: Interval = frozen({ min: -3, max: 3, avoid: [0] })
