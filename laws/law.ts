import * as kinds from '../src/kinds/index.ts'
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { fail, showGiven } from '../src/tensor/errors.ts'
import { frozen } from '../src/tensor/frozen.ts'
import { arbitraryOf } from './given.ts'

/**
 * A difference between the two sides of a law: where they differ, and both values.
 *
 * @category law
 * @since 0.1.0
 */
export interface Difference {
  /** What was compared, as in `the tangent by input 0`. */
  readonly what: string
  readonly expected: string
  readonly actual: string
  /** The parameter, for trees: `params.layers[0].weight`. */
  readonly path?: string
  /** The worst element. */
  readonly index?: readonly number[]
  /** How much the comparison magnifies a relative rounding error, about. */
  readonly condition?: number
  /** The common mistake that explains every element, where there is one. */
  readonly cause?: string
}

/**
 * A law that does not hold, with the inputs that show it.
 *
 * @category law
 * @since 0.1.0
 */
export interface Disagreement extends Difference {
  readonly law: string
  /** The inputs as text that can be pasted into a test. */
  readonly inputs: string
}

/** A law that failed: the smallest counterexample found, and how to repeat it. @category law @since 0.1.0 */
export interface Failure {
  readonly disagreement: Disagreement
  readonly seed: number
  readonly path: string
  readonly runs: number
  readonly shrinks: number
}

/** A law that held in every run, and how many there were. @category law @since 0.1.0 */
export interface Passed {
  readonly law: string
  readonly runs: number
}

/**
 * How often a law is tried, and with which seed: fast-check's own settings; and which one, where a suite is run. What a
 * failure prints are such options: a seed and a path repeat one law, not the others of its suite.
 *
 * @category law
 * @since 0.1.0
 */
export interface LawOptions extends Omit<fc.Parameters<unknown>, 'examples' | 'reporter' | 'asyncReporter' | 'logger'> {
  /** The name of the only law of the suite to run; all by default. */
  readonly law?: string
}

/**
 * A named property. `check` gives the outcome as data, `assert` throws; `property` is fast-check's, for other runners.
 *
 * @category law
 * @since 0.1.0
 */
export interface Law {
  readonly name: string
  readonly property: fc.IRawProperty<unknown, false>
  readonly check: (options?: LawOptions) => E.Either<Failure, Passed>
  readonly assert: (options?: LawOptions) => void
}

/** The laws of one subject. @category law @since 0.1.0 */
export type Suite = readonly Law[]

/** The definition of a law. @category law @since 0.1.0 */
export interface Rule<A> {
  readonly name: string
  /** What the law is tried on. */
  readonly given: fc.Arbitrary<A>
  /** A pure function; an exception counts as a disagreement too. */
  readonly holds: (sample: A) => E.Either<Difference, void>
  /** A sample as text for people, better still as code. */
  readonly show?: (sample: A) => string
  /** How often the law is tried when the options do not say; 100 when left out. */
  readonly runs?: number
}

/** The outcome when both sides agree. */
export const agreed: E.Either<never, void> = frozen(E.right(undefined))

const describeError = (thrown: unknown): string =>
  thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : `a thrown ${String(thrown)}`

/** The relative error of a number, and how much its comparison magnifies rounding; nothing for other values. */
const showError = ({ expected, actual, condition }: Disagreement): string => {
  if (condition === undefined) return ''
  const [a, b] = [Number(actual), Number(expected)]
  const relative = Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b))
  return ` (relative error ${relative.toPrecision(2)}, condition ${condition.toPrecision(2)})`
}

/** The text of a disagreement: the law, what differs and where, and the inputs. */
const showDisagreement = (disagreement: Disagreement): string => {
  const { law, what, path, index, expected, actual, inputs, cause } = disagreement
  const place = `${path === undefined ? '' : ` at ${path}`}${index === undefined ? '' : ` at [${index.join(', ')}]`}`
  const lines = inputs === '' ? [] : inputs.split('\n').map((line) => `  ${line}`)
  return [
    `${law} does not hold: ${what}${place} is ${actual}, expected ${expected}${showError(disagreement)}`,
    ...(cause === undefined ? [] : [`  ${cause}`]),
    ...lines
  ].join('\n')
}

const fault = (message: string, cause: unknown): Error => {
  const error = new Error(message, { cause })
  error.name = 'LawError'
  return error
}

/** Marks an exception that carries a disagreement through fast-check. */
const tag: unique symbol = Symbol.for('grad-ts/disagreement')

const isTagged = (value: unknown): value is { readonly [tag]: Disagreement } =>
  typeof value === 'object' && value !== null && tag in value

const ruleFields = kinds.settings('laws.law', {
  name: kinds.name,
  given: arbitraryOf,
  holds: kinds.anyFunction,
  show: [kinds.anyFunction, undefined],
  runs: [kinds.count, 100]
})

/**
 * Makes a law from its name, what it is tried on, and what must hold.
 *
 * @throws ValueError when it is given something else
 * @example
 * import { ok } from 'assert'
 * import { isRight } from 'fp-ts/Either'
 * import { cos, neg } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * const even = laws.law({
 *   name: 'cos is even',
 *   given: laws.arbitrary.tensor([3], { min: -3, max: 3, avoid: [] }),
 *   holds: (x) => laws.agree('cos(−x)')(cos(x), cos(neg(x)))
 * })
 * ok(isRight(even.check({ numRuns: 20 })))
 * @category law
 * @since 0.1.0
 */
export const law = <A>(rule: Rule<A>): Law => {
  const { name, given, holds, show, runs } = ruleFields.read(rule)
  const describe = (sample: A): string => (show === undefined ? fc.stringify(sample) : show(sample))
  const attempt = (sample: A): E.Either<Difference, void> =>
    E.fold(
      (thrown: unknown): E.Either<Difference, void> => {
        // how fast-check skips a sample
        if (fc.PreconditionFailure.isFailure(thrown)) throw thrown
        return E.left({ what: 'the outcome', expected: 'no exception', actual: describeError(thrown) })
      },
      (outcome: E.Either<Difference, void>) => outcome
    )(
      E.tryCatch(
        () => holds(sample),
        (thrown) => thrown
      )
    )
  const property = fc.property(given, (sample) => {
    const outcome = attempt(sample)
    if (E.isRight(outcome)) return
    const disagreement: Disagreement = { law: name, ...outcome.left, inputs: describe(sample) }
    throw fault(showDisagreement(disagreement), { [tag]: disagreement })
  }) as unknown as fc.IRawProperty<unknown, false>

  const check = (options: LawOptions = {}): E.Either<Failure, Passed> => {
    optionsOf(name).read(options)
    const { law: wanted = name, ...parameters } = options
    if (wanted !== name) fail('ValueError', `${name}: the option law is ${showGiven(wanted)}, the name of another law`)
    const details = fc.check(property, { numRuns: runs, maxSkipsPerRun: 5, ...parameters })
    if (!details.failed) return E.right({ law: name, runs: details.numRuns })
    const cause = details.errorInstance instanceof Error ? details.errorInstance.cause : undefined
    return E.left({
      disagreement: isTagged(cause)
        ? cause[tag]
        : {
            law: name,
            what: 'the search',
            expected: `${details.runConfiguration.numRuns ?? runs} runs`,
            actual: `${details.numRuns} runs and ${details.numSkips} samples that did not qualify`,
            inputs: ''
          },
      seed: details.seed,
      path: details.counterexamplePath ?? '',
      runs: details.numRuns,
      shrinks: details.numShrinks
    })
  }
  return {
    name,
    property,
    check,
    assert: (options) => {
      const outcome = check(options)
      if (E.isLeft(outcome)) throw fault(showFailure(outcome.left), outcome.left)
    }
  }
}

/** Text as a literal of the language. */
const quoted = (text: string): string => `'${text.replace(/['\\]/g, '\\$&').replace(/\n/g, '\\n')}'`

const text = kinds.text
const someFailure = kinds.record('a failure', {
  disagreement: kinds.record('a disagreement', {
    law: text,
    what: text,
    path: [text, undefined],
    index: [kinds.shape, undefined],
    condition: [kinds.anyNumber, undefined],
    cause: [text, undefined],
    expected: text,
    actual: text,
    inputs: text
  }),
  seed: kinds.anyNumber,
  path: text,
  runs: kinds.anyNumber,
  shrinks: kinds.anyNumber
})

/**
 * A failure as text: the disagreement, and the call that repeats it, where `suite` is what the law belongs to.
 *
 * @throws ValueError when it is given something else
 * @example
 * import { ok } from 'assert'
 * import { isLeft } from 'fp-ts/Either'
 * import fc from 'fast-check'
 * import * as laws from 'grad-ts/laws'
 *
 * const small = laws.law({
 *   name: 'numbers are small',
 *   given: fc.nat(),
 *   holds: (n) => laws.agree('n')(Math.min(n, 10), n)
 * })
 * const outcome = small.check()
 * ok(isLeft(outcome) && laws.showFailure(outcome.left).startsWith('numbers are small does not hold: n is 10, expected 11'))
 * @category law
 * @since 0.1.0
 */
export const showFailure = (failure: Failure): string => {
  const { disagreement, seed, path, runs, shrinks } = kinds.mustBe(someFailure, 'laws.showFailure: failure', failure)
  return (
    `${showDisagreement(disagreement)}\n  found in run ${runs}, shrunk ${shrinks} times; ` +
    `to repeat: laws.assert(suite, { law: ${quoted(disagreement.law)}, seed: ${seed}, path: ${quoted(path)} })`
  )
}

const someSuite = kinds.listOf(
  kinds.record('a law', { name: text, check: kinds.anyFunction, assert: kinds.anyFunction }),
  'a suite, an array of laws'
)

/** What fast-check looks at itself. */
const itsOwn = [kinds.anything, undefined] as const

/** The options: those of fast-check that `LawOptions` takes, and `law`. */
const optionFields = {
  law: [kinds.text, undefined],
  seed: itsOwn,
  randomType: itsOwn,
  numRuns: [kinds.count, undefined],
  maxSkipsPerRun: itsOwn,
  timeout: itsOwn,
  skipAllAfterTimeLimit: itsOwn,
  interruptAfterTimeLimit: itsOwn,
  markInterruptAsFailure: itsOwn,
  skipEqualValues: itsOwn,
  ignoreEqualValues: itsOwn,
  path: itsOwn,
  plugins: itsOwn,
  unbiased: itsOwn,
  verbose: itsOwn,
  endOnFailure: itsOwn,
  includeErrorInReport: itsOwn
} as const satisfies Readonly<Record<keyof LawOptions, kinds.Field>>

const optionsOf = (what: string) => kinds.settings(what, optionFields, 'options')

/** The laws of a suite that the options select. */
const chosen = (what: string, suite: Suite, { law: wanted }: LawOptions): Suite => {
  const laws = kinds
    .mustBe(someSuite, `${what}: suite`, suite)
    .filter(({ name }) => wanted === undefined || name === wanted)
  return wanted !== undefined && laws.length === 0
    ? fail(
        'ValueError',
        `${what}: no law is named ${quoted(wanted)}; there are ${suite.map(({ name }) => quoted(name)).join(', ')}`
      )
    : laws
}

/** The outcome of one law of a suite. @category law @since 0.1.0 */
export interface Outcome {
  readonly law: string
  readonly outcome: E.Either<Failure, Passed>
}

/**
 * Runs a suite, or the one law of it that the options name; the outcomes are data.
 *
 * @throws ValueError when it is given something else, or no law of the suite has that name
 * @example
 * import { ok } from 'assert'
 * import { isRight } from 'fp-ts/Either'
 * import { table } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * ok(laws.run(laws.primitive(table.exp), { numRuns: 5 }).every(({ outcome }) => isRight(outcome)))
 * @category law
 * @since 0.1.0
 */
export const run = (suite: Suite, options: LawOptions = {}): readonly Outcome[] => {
  optionsOf('laws.run').read(options)
  return chosen('laws.run', suite, options).map((each) => ({ law: each.name, outcome: each.check(options) }))
}

/**
 * Runs a suite, or the one law of it that the options name, and throws if a law does not hold: every law that failed,
 * its smallest counterexample, and the call that repeats it.
 *
 * @throws ValueError when it is given something else, or no law of the suite has that name
 * @throws LawError when a law does not hold
 * @example
 * import { throws } from 'assert'
 * import { pipe } from 'fp-ts/function'
 * import { mul, stopGradient, type Tensor } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * const wrong = (x: Tensor) => pipe(x, mul(stopGradient(x)))
 * const suite = laws.operation({ name: 'square', f: wrong })
 * throws(() => laws.assert(suite), { name: 'LawError' })
 * @category law
 * @since 0.1.0
 */
export const assert = (suite: Suite, options: LawOptions = {}): void => {
  optionsOf('laws.assert').read(options)
  chosen('laws.assert', suite, options)
  const failures = run(suite, options).flatMap(({ outcome }) => (E.isLeft(outcome) ? [outcome.left] : []))
  if (failures.length > 0) throw fault(failures.map(showFailure).join('\n'), failures)
}

/** What a test runner offers: `test` or `it` of vitest, jest, mocha or Node. @category law @since 0.1.0 */
export type Test = (name: string, body: () => void) => unknown

/**
 * Registers one test per law in any test runner, as `for (const law of suite) test(law.name, () => law.assert())` does.
 *
 * @throws ValueError when it is given something else
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { table } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * const names: string[] = []
 * laws.register((name) => names.push(name))(laws.primitive(table.exp))
 * deepStrictEqual(names, laws.primitive(table.exp).map((law) => law.name))
 * @category law
 * @since 0.1.0
 */
export const register = (test: Test) => {
  kinds.mustBe(kinds.anyFunction, 'laws.register: test', test)
  return (suite: Suite, options: LawOptions = {}): void => {
    optionsOf('laws.register').read(options)
    chosen('laws.register', suite, options).forEach((each) => {
      test(each.name, () => {
        each.assert(options)
      })
    })
  }
}
