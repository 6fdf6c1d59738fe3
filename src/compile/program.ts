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
import { canShare, inParallel } from './threads.ts'
import { accessTo, moduleOf, type ModuleSettings, type Slot } from './module.ts'
import type { Donation } from './plan.ts'
import { planSection, placeSection } from './section.ts'

/** Compiles a tape to a WebAssembly module with a memory of its own; a run interprets nothing and allocates nothing. */

export interface ProgramSettings extends ModuleSettings {
  /** Results that reuse the buffers of inputs. */
  readonly donations: readonly Donation[]
  /** The largest memory of a program, in bytes. */
  readonly memoryLimit: number
}

/** A program, ready to run: write the input slots, call `run`, read the output slots. */
export interface Program {
  readonly inputs: readonly Slot[]
  readonly outputs: readonly Slot[]
  readonly memory: Memory
  readonly bytes: number
  readonly run: () => void
  /** Results that are in the buffers of inputs. */
  readonly donations: readonly Donation[]
}

const PAGE = 65536
/** Padding at the end of memory, for whole-vector reads. */
const SLACK = 64

/** Runs an action of the WebAssembly engine, with an error that explains its refusal. */
const attempt = <A>(ask: () => A, refusal: string, advice: string): A => {
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

/** Compiles a tape; throws when the program needs more memory than its limit. */
export const programOf = (tape: Tape, { memoryLimit, donations: wanted, ...settings }: ProgramSettings): Program => {
  const module = moduleOf(settings)
  const sectionPlan = planSection(module, tape, { donated: wanted, fixed: [], known: null })
  const { inputs, outputs, end } = placeSection(module, sectionPlan, {
    start: module.end(),
    fixed: new Map(),
    exported: true
  })
  const { imports, functions, jobs, constants, host } = module.made
  if (!hasWebAssembly) fail('ValueError', 'compile: WebAssembly is not available; call the function without compile')
  const bytes = end + SLACK
  if (bytes > memoryLimit)
    fail(
      'ValueError',
      `compile: the program needs ${bytes} bytes of memory, and the limit is ${memoryLimit}; ` +
        'raise memoryLimit, or work on smaller batches'
    )
  // the debug mode supports one thread only
  const shared = jobs.length > 0 && !module.checked && canShare(module.threads)
  const need = { pages: Math.ceil(bytes / PAGE), shared }
  const memory = attempt(
    () => memoryOf(need),
    `has no memory left for a program of ${bytes} bytes`,
    'keep fewer programs at a time: a program lives as long as the function that compile gave, so compile a function once ' +
      'and call it often, or share a programCache with a limit'
  )
  const code = attempt(
    () => compiledModule(encode(imports, functions, need)),
    'does not take the program',
    'repeat steps with scan, or call the function without compile'
  )
  const exports: Functions = instanceOf(code, memory, {
    ...host(memory),
    parallel: (job: number) => {
      together(job)
    }
  })
  const together = need.shared
    ? inParallel({ module: code, memory, imports: imports.map(({ name }) => name), jobs }, module.threads, exports)
    : (job: number) => {
        jobs[job]!.forEach((name) => exports[name]!())
      }
  const { write } = accessTo(memory)
  constants.forEach(([slot, values]) => {
    write(slot, values)
  })
  return {
    inputs,
    outputs,
    memory,
    bytes: memory.buffer.byteLength,
    run: exports['run']!,
    donations: sectionPlan.donations
  }
}
