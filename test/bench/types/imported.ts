/** One layer: what the library itself costs, next to an empty file. */
import { nn } from '../../../src/index.ts'

export const layer = nn.dense({ inputs: 2, outputs: 3 })
