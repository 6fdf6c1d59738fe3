import * as kinds from '../kinds/index.ts'
import { encode } from '../machine/encode.ts'
import { isValid } from '../machine/instance.ts'
import type { Precision } from '../machine/lanes.ts'
import { f64x2, type Func, returnValues, local } from '../machine/wasm.ts'
import { origin } from '../tape/apply.ts'
import { outputDims, type Tape } from '../primitive/tape.ts'
import { during, shapeLeaf, tapeOf, token } from '../tape/tape.ts'
import { fail, showGiven } from '../tensor/errors.ts'
import { dimsOf, type Tensor } from '../tensor/tensor.ts'
import { flattenArguments } from '../params/tree.ts'
import { type Structure, unflatten } from '../tree/tree.ts'
import { type ProgramCache, programCache } from './cache.ts'
import { type Compiled, compiledOf, itemsOf } from './compiled.ts'
import { donationsOf } from './plan.ts'
import { passes } from './passes/index.ts'
import { programOf } from './program.ts'
import { MAX_THREADS } from './threads.ts'

/** The tape after a compiler pass. @category compile @since 0.1.0 */
export interface CompileStage {
  /** `trace` before the first pass, else the name of the pass. */
  readonly name: string
  readonly tape: Tape
}

/** Options of compiled programs. @category compile @since 0.1.0 */
export interface ProgramOptions {
  /** The floating-point format of the program: `double` (the default), or `single`, which is about twice as fast. */
  readonly precision?: Precision
  /**
   * Whether a multiply-add may be fused, that is, rounded once (false): faster where the machine has relaxed SIMD, but
   * not bit-identical across machines.
   */
  readonly relaxedSimd?: boolean
  /**
   * How many threads share matrix products and long loops (1). Results are bit-identical for any number. Where shared
   * memory or threads are not available, a single thread is used.
   */
  readonly threads?: number
  /** The largest memory of a program, in bytes (2³⁰). */
  readonly memoryLimit?: number
  /**
   * Whether a program checks each of its stores against its memory plan, and throws an InternalError at a wrong one
   * (false). Slow: for debugging the engine.
   */
  readonly checked?: boolean
  /** Called with the tape as traced, and after each pass. */
  readonly show?: (stage: CompileStage) => void
}

/** Options of `compile`. @category compile @since 0.1.0 */
export interface CompileOptions extends ProgramOptions {
  /**
   * Which arguments, by position from 0, are donated (none), as with JAX's `donate_argnums`. The buffer of each of
   * their tensors is reused for the first result of the same shape that has none yet. Results then stay in the
   * program's memory until they are read or the program runs again. A result that is passed back as the argument whose
   * buffer it has is not copied, so a loop carries its state without copies; other results are copied out at the next
   * call. A donated result of the program cannot be read after the call, even when the call threw; any other tensor is
   * copied in, and stays readable. In single precision, a donated argument that is computed with is rounded, also where
   * it is returned unchanged.
   */
  readonly donate?: readonly number[]
  /** The cache of its programs; by default one of its own, for the 16 used last. */
  readonly cache?: ProgramCache
}

const MEMORY_LIMIT = 2 ** 30
/** The limit of 32-bit addresses. */
const MAX_MEMORY = 2 ** 32 - 65536

/** Checked options, with defaults filled in. @internal */
export interface CompileSettings {
  readonly precision: Precision
  readonly fused: boolean
  readonly threads: number
  readonly memoryLimit: number
  readonly checked: boolean
  readonly donate: readonly number[]
  readonly show: ((stage: CompileStage) => void) | null
}

/** Whether this engine accepts relaxed SIMD. */
const hasRelaxedSimd = (): boolean => {
  const [a, b, c] = [local('v128'), local('v128'), local('v128')]
  const multiplies: Func = {
    name: 'madd',
    params: [a, b, c],
    results: ['v128'],
    body: [returnValues(f64x2.madd(a, b, c))],
    exported: false
  }
  return isValid(encode([], [multiplies], { pages: 0, shared: false }))
}

const wholeNumber = (needs: string, most: number): kinds.Kind<number> =>
  kinds.number(`a whole number ${needs}`, (value) => kinds.size.holds(value) && value <= most)

const ofPrograms = {
  precision: [
    kinds.kind<'double' | 'single'>("'double' or 'single'", (value) => value === 'double' || value === 'single'),
    'double'
  ],
  relaxedSimd: [kinds.yesOrNo, false],
  threads: [wholeNumber(`from 1 to ${MAX_THREADS}`, MAX_THREADS), 1],
  memoryLimit: [wholeNumber('of bytes', Number.MAX_SAFE_INTEGER), MEMORY_LIMIT],
  checked: [kinds.yesOrNo, false],
  show: [kinds.callable<(stage: CompileStage) => void>(), undefined]
} as const

const isCache = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'find' in value && typeof value.find === 'function'

const options = kinds.settings('compile', {
  ...ofPrograms,
  donate: [kinds.listOf(kinds.index, 'a list of positions of arguments, from 0'), []],
  cache: [kinds.kind<ProgramCache>('a cache such as programCache gives', isCache), undefined]
})

/** The names of the program options. @internal */
export const programOptions: readonly string[] = Object.keys(ofPrograms)

/** @internal */
export const settingsOf = (given: CompileOptions): CompileSettings => {
  const { precision, relaxedSimd, threads, memoryLimit, checked, donate, show = null } = options.read(given)
  if (relaxedSimd && !hasRelaxedSimd())
    fail(
      'ValueError',
      'compile: relaxedSimd is not available here; Node 20 needs the flag --experimental-wasm-relaxed-simd, Node 22 needs none'
    )
  const limit = Math.min(memoryLimit, MAX_MEMORY)
  return { precision, fused: relaxedSimd, threads, memoryLimit: limit, checked, donate, show }
}

/** A result may hold plain values beside tensors; a function or an instance of a class could leak traced tensors. */
const checkResult = (structure: Structure, path: string): void => {
  switch (structure._tag) {
    case 'Leaf':
      return
    case 'Static': {
      const { value } = structure
      if (typeof value === 'function' || (typeof value === 'object' && value !== null))
        fail(
          'TreeError',
          `compile: ${path} is ${showGiven(value)}; a compiled function returns tensors, in records and arrays`
        )
      return
    }
    case 'List':
      structure.items.forEach((item, i) => checkResult(item, `${path}[${i}]`))
      return
    case 'Record':
      structure.items.forEach((item, i) => checkResult(item, `${path}.${structure.keys[i]!}`))
  }
}

/** A function traced for one signature: the structure of its arguments and their shapes. @internal */
export interface TracedFunction {
  readonly tape: Tape
  readonly args: Structure
  readonly result: Structure
}

/** Traces a function, with the structures of its arguments and its result. @internal */
export const traced = (f: (...args: never) => unknown, given: readonly unknown[]): TracedFunction => {
  const { leaves: tensors, structure } = flattenArguments('compile', given)
  const act = token('compile')
  const leaves = tensors.map((x) => shapeLeaf(act, dimsOf(x)))
  const inputs = unflatten(structure)(leaves) as readonly unknown[]
  const result = during(act, () => flattenArguments('compile', f(...(inputs as never))))
  checkResult(result.structure, 'the result')
  return { tape: tapeOf(act, leaves, result.leaves), args: structure, result: result.structure }
}

/** A tape after all passes. @internal */
export const optimised = (tape: Tape, show: CompileSettings['show']): Tape => {
  show?.({ name: 'trace', tape })
  return passes.reduce((before, { name, run }) => {
    const after = run(before)
    show?.({ name, tape: after })
    return after
  }, tape)
}

/** Whether a tape closes over a tensor that an outer function traces, which is not a constant. @internal */
const mentionsTraced = ({ entries, outputs }: Tape): boolean => {
  const isTraced = (x: number | Tensor): boolean => typeof x !== 'number' && origin(x) !== null
  return outputs.some(isTraced) || entries.some(({ inputs }) => inputs.some(isTraced))
}

/** The inputs of a tape that are tensors of donated arguments. */
const donatedInputs = ({ tape, args }: TracedFunction, donate: readonly number[]): readonly number[] => {
  const items = itemsOf(args)
  const missing = donate.find((position) => position >= items.length)
  if (missing !== undefined)
    fail(
      'ValueError',
      `compile: donate names argument ${missing}, but the call has ${items.length}; positions count from 0`
    )
  return [...tape.inputs.keys()].filter((input) =>
    donate.some((at) => input >= items[at]![1] && input < (items[at + 1]?.[1] ?? tape.inputs.length))
  )
}

/** Compiles a traced function; `null` when it closes over a tensor that an outer function traces. @internal */
export const compiledFrom = (found: TracedFunction, settings: CompileSettings): Compiled | null => {
  const { tape, args, result } = found
  if (mentionsTraced(tape)) return null
  const { donate } = settings
  const donations = donationsOf(tape.inputs, donatedInputs(found, donate), outputDims(tape))
  const program = programOf(optimised(tape, settings.show), { ...settings, donations })
  const places = new Map(program.donations.map(([output, input]) => [input, output]))
  return compiledOf(program, args, result, donate.length === 0 ? null : places)
}

/** Whether a tensor in arguments is being traced by an outer function. */
const isTracedIn = (value: unknown): boolean =>
  flattenArguments('compile', value).leaves.some((x) => origin(x) !== null)

/**
 * Compiles a function to WebAssembly (compare JAX's `jit`). The first call for each signature of arguments (shapes,
 * nesting, and the values of everything that is not a tensor) traces the function and builds a program; later calls run
 * it. Results are those of the function, up to rounding. Gradients and everything else made of tensor operations can be
 * compiled. A compiled function can itself be differentiated, mapped or compiled; then the original function is used.
 *
 * A branch on a computed number cannot be compiled: select with `where`, loop with `scan`. Random keys are tensors, and
 * may differ from call to call. A value that is not a tensor (a number, a string, a function) is a constant of the
 * program, so a number that changes from call to call should be a scalar tensor.
 *
 * Dead code is eliminated, and with it the errors that it would throw: `take` does not refuse a bad index if its
 * rows are not used.
 *
 * A loop that carries state from call to call donates it (`donate`): then the state stays in the program's memory.
 *
 * The 16 programs used last are cached, and freed with the function; `cache` shares the cache or changes its size.
 *
 * @throws TracedValueError when the function reads a number that depends on its arguments
 * @throws ValueError when the program needs more memory than `memoryLimit`, and for wrong options
 * @throws TreeError when the function returns something other than tensors in records and arrays
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { compile, grad, square, sum, tensor, toArray, type Vec } from 'grad-ts'
 *
 * const gradient = compile(grad((x: Vec<2>) => sum(square(x))))
 * deepStrictEqual(toArray(gradient(tensor([1, 2]))), [2, 4])
 * deepStrictEqual(toArray(gradient(tensor([3, 4]))), [6, 8])
 * @example
 * // a loop of one's own, its state handed on in memory
 * import { ok } from 'assert'
 * import { compile, grad, mul, scalar, type Scalar, square, sub, toNumber } from 'grad-ts'
 *
 * const step = compile((x: Scalar, rate: Scalar) => sub(mul(rate)(grad(square)(x)))(x), { donate: [0] })
 * let x = scalar(1)
 * for (let i = 0; i < 50; i++) x = step(x, scalar(0.1))
 * ok(Math.abs(toNumber(x) - 0.8 ** 50) < 1e-12)
 * @category compile
 * @since 0.1.0
 */
export const compile = <F extends (...args: never) => unknown>(f: F, given: CompileOptions = {}): F => {
  kinds.mustBe(kinds.anyFunction, 'compile: f', f)
  const settings = settingsOf(given)
  const { find, keep } = given.cache ?? programCache()
  const owner = {}
  const compiled = (...args: readonly unknown[]): unknown => {
    const known = find(owner, args)
    if (known !== null) return known.run()
    // under an outer trace (grad, vmap, compile) the original function is traced
    const made = isTracedIn(args) ? null : compiledFrom(traced(f, args), settings)
    if (made === null) return f(...(args as never))
    keep(owner, made)
    made.accepts(args)
    return made.run()
  }
  return compiled as unknown as F
}
