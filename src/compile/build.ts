import type { Memory } from '../machine/instance.ts'
import type { Lanes } from '../machine/lanes.ts'
import type { Assembled } from '../machine/encode.ts'
import type { Import } from '../machine/wasm.ts'
import type { Tape } from '../tape/tape.ts'
import type { Checks } from './checked.ts'
import { moduleOf, type ModuleSettings, type Slot } from './module.ts'
import type { Donation } from './plan.ts'
import { draftOf, placed } from './section.ts'

/** From a tape to the functions of a module and a plan of its memory. */

export interface BuildSettings extends ModuleSettings {
  /** Results that take the place of inputs. */
  readonly donations: readonly Donation[]
}

/** A program, but for its memory and what else is to be in its module. */
export interface Build {
  readonly lanes: Lanes
  readonly inputs: readonly Slot[]
  readonly outputs: readonly Slot[]
  /** Constants and what they hold, to be written once. */
  readonly constants: readonly (readonly [Slot, Float64Array])[]
  readonly imports: readonly Import[]
  readonly functions: readonly Assembled[]
  /** The number of the function that runs the program. */
  readonly run: number
  /** Bytes of memory, from address 0. */
  readonly bytes: number
  readonly threads: number
  /** Functions that may run side by side, by name. */
  readonly jobs: readonly (readonly string[])[]
  /** Whether each store is checked against the plan of memory. */
  readonly checked: boolean
  /** Statements that write to some areas and nowhere else. */
  readonly within: Checks['within']
  readonly host: (memory: Memory) => Readonly<Record<string, unknown>>
}

/** The functions of a tape's program, and where it keeps what. */
export const buildOf = (tape: Tape, { donations, ...settings }: BuildSettings): Build => {
  const module = moduleOf(settings)
  const draft = draftOf(module, tape, { donations, fixed: [], wordsKnown: () => [] })
  const places = { start: module.end(), fixed: new Map(), exported: true }
  const { inputs, outputs, run, end } = placed(module, draft, places)
  return { lanes: module.lanes, threads: module.threads, inputs, outputs, run, bytes: end, ...module.made }
}
