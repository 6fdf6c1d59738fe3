import * as E from 'fp-ts/lib/Either.js'
import { encode } from '../machine/encode.ts'
import {
  compiledModule,
  type Functions,
  hasWebAssembly,
  instanceOf,
  type Memory,
  memoryOf
} from '../machine/instance.ts'
import type { Tape } from '../tape/tape.ts'
import { fail } from '../tensor/errors.ts'
import { canShare, sideBySide } from './threads.ts'
import { buildOf, type BuildSettings } from './build.ts'
import { accessTo, type Slot } from './module.ts'
import type { Donation } from './plan.ts'

/** A tape as a module of WebAssembly with a memory of its own: nothing is interpreted, nothing allocated while it runs. */

export interface ProgramSettings extends BuildSettings {
  /** The most bytes of memory a program may have. */
  readonly memoryLimit: number
}

/** A program, ready to run: inputs are written to their slots, `run` called, results read from theirs. */
export interface Program {
  readonly inputs: readonly Slot[]
  readonly outputs: readonly Slot[]
  readonly memory: Memory
  readonly bytes: number
  readonly run: () => void
  /** Results that are in the place of inputs. */
  readonly donations: readonly Donation[]
}

const PAGE = 65536
/** A vector may be read whole at the very end of memory. */
const SLACK = 64

/** What the machine gives, or an error that says what it refused. */
const allowed = <A>(ask: () => A, refusal: string, advice: string): A => {
  const asked = E.tryCatch(ask, E.toError)
  if (E.isRight(asked)) return asked.right
  const { message } = asked.left
  const isPolicy = /disallowed|unsafe-eval|Content Security Policy/i.test(message)
  return fail(
    'ValueError',
    `compile: this machine ${refusal} (${message}); ` +
      (isPolicy ? "a content-security policy must say 'wasm-unsafe-eval'" : advice)
  )
}

/** The program of a tape; a refusal when it takes more memory than it may. */
export const programOf = (tape: Tape, { memoryLimit, ...settings }: ProgramSettings): Program => {
  const build = buildOf(tape, settings)
  if (!hasWebAssembly) fail('ValueError', 'compile: WebAssembly is not available; call the function without compile')
  const bytes = build.bytes + SLACK
  if (bytes > memoryLimit)
    fail(
      'ValueError',
      `compile: the program needs ${bytes} bytes of memory, and the limit is ${memoryLimit}; ` +
        'raise memoryLimit, or work on smaller batches'
    )
  // the host checks stores for one thread only
  const shared = build.jobs.length > 0 && !build.checked && canShare(build.threads)
  const need = { pages: Math.ceil(bytes / PAGE), shared }
  const memory = allowed(
    () => memoryOf(need),
    `has no memory left for a program of ${bytes} bytes`,
    'keep fewer programs at a time: a program lives as long as the function that compile gave, so compile a function once ' +
      'and call it often, or share a programCache with a limit'
  )
  const module = allowed(
    () => compiledModule(encode(build.imports, build.functions, need)),
    'does not take the program',
    'repeat steps with scan, or call the function without compile'
  )
  const functions: Functions = instanceOf(module, memory, {
    ...build.host(memory),
    parallel: (job: number) => {
      together(job)
    }
  })
  const together = need.shared
    ? sideBySide(
        { module, memory, imports: build.imports.map(({ name }) => name), jobs: build.jobs },
        build.threads,
        functions
      )
    : (job: number) => {
        build.jobs[job]!.forEach((name) => functions[name]!())
      }
  const { write } = accessTo(memory)
  build.constants.forEach(([slot, values]) => {
    write(slot, values)
  })
  const { inputs, outputs, donations } = build
  return { inputs, outputs, memory, bytes: need.pages * PAGE, run: functions['run']!, donations }
}
