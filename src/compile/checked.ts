import { checkStore } from '../machine/checks.ts'
import type { Memory } from '../machine/instance.ts'
import { callFor, i32, type Import, perform, type Statement } from '../machine/wasm.ts'
import { fail } from '../tensor/errors.ts'

/**
 * The debug mode of the engine checks each store of a program against its memory plan. A kernel declares the areas that
 * it writes; a store elsewhere is an InternalError, and so is one past the end of an area, since guards separate areas.
 * Areas that a kernel computes from scratch are filled with NaN first, so that reads of uninitialised memory show.
 */

/** An area of memory that a kernel may write. */
export interface Area {
  readonly what: string
  readonly from: number
  readonly to: number
  /** Whether its old contents are dead: the kernel computes all of it. */
  readonly fresh: boolean
}

/** Guard bytes between areas in the debug mode: more than a vector has. */
export const GUARD = 64

const enter: Import = { name: 'enterKernel', params: ['i32'], results: [] }
const leave: Import = { name: 'leaveKernel', params: [], results: [] }

/** The imports of a checked program. */
export const checkImports: readonly Import[] = [checkStore, enter, leave]

export interface Checks {
  /** Wraps the statements of a kernel that writes only to these areas. */
  readonly within: (areas: () => readonly Area[], statements: readonly Statement[]) => readonly Statement[]
  readonly host: (memory: Memory) => Readonly<Record<string, unknown>>
}

/** No checks: statements as they are. */
export const unchecked: Checks = { within: (_, statements) => statements, host: () => ({}) }

/** Checks whose host functions have indices from `first` on. */
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
      // a stack, since the kernels of a scan's step run within the kernel of the scan
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
            `compile: a kernel stored ${count} bytes at ${from}, outside of its areas: ` +
              areas.map((area) => `${area.what} from ${area.from} to ${area.to}`).join(', ')
          )
        }
      }
    }
  }
}
