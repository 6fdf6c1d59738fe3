import { checkStore } from '../machine/checks.ts'
import type { Memory } from '../machine/instance.ts'
import { callFor, i32, type Import, perform, type Statement } from '../machine/wasm.ts'
import { fail } from '../tensor/errors.ts'

/**
 * The debug mode of the engine: each store of a program is checked against the plan of its memory. A kernel says what it may
 * write before it begins; a store anywhere else is an InternalError, and so is one past the end of an area, since areas have
 * guards between them. What a kernel is to compute anew holds NaN before it does, so that nothing is read that is not there.
 */

/** Bytes that statements may write. */
export interface Area {
  readonly what: string
  readonly from: number
  readonly to: number
  /** Whether nothing in it is needed any more: all of it will be computed. */
  readonly fresh: boolean
}

/** Bytes between areas in the debug mode: more than any vector has. */
export const GUARD = 64

const enter: Import = { name: 'enterKernel', params: ['i32'], results: [] }
const leave: Import = { name: 'leaveKernel', params: [], results: [] }

/** The host functions that a checked program calls. */
export const checkImports: readonly Import[] = [checkStore, enter, leave]

export interface Checks {
  /** Statements that write to some areas and nowhere else. */
  readonly within: (areas: () => readonly Area[], statements: readonly Statement[]) => readonly Statement[]
  readonly host: (memory: Memory) => Readonly<Record<string, unknown>>
}

/** No checks: statements as they are. */
export const unchecked: Checks = { within: (_, statements) => statements, host: () => ({}) }

/** Checks whose host functions have numbers from `first` on. */
export const checksFrom = (first: number): Checks => {
  const known: (readonly Area[])[] = []
  return {
    within: (areas, statements) => {
      const id = known.push(areas()) - 1
      return [
        perform(callFor(first + checkImports.indexOf(enter), i32.constant(id))),
        ...statements,
        perform(callFor(first + checkImports.indexOf(leave)))
      ]
    },
    host: ({ buffer }) => {
      const bytes = new Uint8Array(buffer)
      // a scan's kernel is not over while those of its step run
      const running: number[] = []
      return {
        [enter.name]: (id: number): void => {
          running.push(id)
          known[id]!.forEach(({ from, to, fresh }) => {
            if (fresh) bytes.fill(0xff, from, to)
          })
        },
        [leave.name]: (): void => {
          running.pop()
        },
        [checkStore.name]: (address: number, count: number): void => {
          const areas = known[running[running.length - 1] ?? -1] ?? []
          const from = address >>> 0
          if (areas.some((area) => area.from <= from && from + count <= area.to)) return
          running.length = 0
          fail(
            'InternalError',
            `compile: ${count} bytes are stored at ${from}, where this kernel has none: it has ` +
              areas.map((area) => `${area.what} from ${area.from} to ${area.to}`).join(', ')
          )
        }
      }
    }
  }
}
