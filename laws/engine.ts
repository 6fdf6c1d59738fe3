import * as kinds from '../src/kinds/index.ts'
import type * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { compile, type CompileOptions, settingsOf } from '../src/compile/compile.ts'
import { type Pass, passes as allPasses } from '../src/compile/passes/index.ts'
import type { AnyPrimitive } from '../src/primitive/primitive.ts'
import { table } from '../src/primitive/table.ts'
import { tensors as op } from '../src/tape/algebra.ts'
import { applyAny } from '../src/tape/apply.ts'
import { runTape } from '../src/tape/run.ts'
import { cost, showTape, type Tape, tapeOf, shapeLeaf, token, during } from '../src/tape/tape.ts'
import { closeNumbers, toFlatArray, type Tolerance } from '../src/tensor/read.ts'
import { dimsOf, isTensor, type Tensor } from '../src/tensor/tensor.ts'
import { valueAndGrad } from '../src/transform/grad.ts'
import { scan } from '../src/transform/scan.ts'
import { vmap } from '../src/transform/vmap.ts'
import { agreed, type Difference, type Law, law, type Suite } from './law.ts'
import { casesFor, drawExtreme, drawGiven, joined } from './primitive.ts'
import { type Program, program, showProgram } from './program.ts'
import { type Given, showGiven } from './subject.ts'
import { agree, agreeText, every, identical } from './tolerance.ts'
import { arbitraryOf } from './given.ts'

/** The laws of compilation: a program computes what the function does, and no pass changes a bit of the results. */

/** How far a program may be from the function, in double precision. @category engine @since 0.1.0 */
const double: Tolerance = { atol: 1e-12, rtol: 1e-11 }
/** In single precision, where rounding alone is 6e-8. */
const single: Tolerance = { atol: 2e-5, rtol: 2e-4 }

const toleranceOf = ({ precision = 'double' }: Pick<CompileOptions, 'precision'>): Tolerance =>
  precision === 'double' ? double : single

/** A function to compile, and what it is tried on. @category engine @since 0.1.0 */
export interface CompiledFunction<A extends readonly unknown[]> {
  readonly name: string
  readonly f: (...args: A) => unknown
  readonly args: fc.Arbitrary<A>
  readonly options?: CompileOptions
  readonly tolerance?: Tolerance
  readonly show?: (args: A) => string
}

const compiledFields = kinds.settings('laws.compiled', {
  name: kinds.name,
  f: kinds.anyFunction,
  args: arbitraryOf,
  options: [kinds.anything as kinds.Kind<CompileOptions>, {}],
  tolerance: [kinds.anything as kinds.Kind<Tolerance>, undefined],
  show: [kinds.callable<(args: never) => string>(), undefined]
})

const leavesOf = (value: unknown): readonly Tensor[] =>
  isTensor(value)
    ? [value]
    : Array.isArray(value)
      ? value.flatMap(leavesOf)
      : typeof value === 'object' && value !== null
        ? Object.values(value).flatMap(leavesOf)
        : []

const agreeLeaves = (what: string, tolerance: Tolerance, actual: unknown, expected: unknown) => {
  const [xs, ys] = [leavesOf(actual), leavesOf(expected)]
  return every([
    () => agreeText(`${what}: the number of tensors`)(String(xs.length), String(ys.length)),
    ...xs.map((x, i) => () => agree(`${what}, tensor ${i}`, tolerance)(x, ys[i] ?? x))
  ])
}

const identicalLeaves = (what: string, actual: unknown, expected: unknown) => {
  const ys = leavesOf(expected)
  return every(leavesOf(actual).map((x, i) => () => identical(`${what}, tensor ${i}`)(x, ys[i] ?? x)))
}

/**
 * That a function compiled gives what it gives by itself, the first time and the next, and leaves its arguments alone;
 * and that its program stores nothing outside the places planned for it.
 *
 * @throws ValueError when it is given something else
 * @example
 * import fc from 'fast-check'
 * import { grad, square, sum, tanh, type Vec } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * const f = grad((x: Vec<5>) => sum(square(tanh(x))))
 * laws.assert(laws.compiled({ name: 'f', f, args: fc.tuple(laws.arbitrary.tensor([5])) }), { numRuns: 5 })
 * @category engine
 * @since 0.1.0
 */
export const compiled = <A extends readonly unknown[]>(of: CompiledFunction<A>): Suite => {
  const { name, f, args, options, tolerance: given, show } = compiledFields.read(of)
  const tolerance = given ?? toleranceOf(settingsOf(options))
  closeNumbers(tolerance)
  return [
    law<A>({
      name: `${name}: compiled, it gives the same`,
      given: args,
      ...(show === undefined ? {} : { show }),
      holds: (given) => {
        const expected = f(...given)
        const g = compile(f as (...args: never) => unknown, options) as (...args: A) => unknown
        const first = g(...given)
        const again = g(...given)
        const checked = compile(f as (...args: never) => unknown, { ...options, checked: true }) as typeof g
        return every([
          () => agreeLeaves('the result', tolerance, first, expected),
          ...leavesOf(again).map((x, i) => () => identical(`tensor ${i}, the second time`)(x, leavesOf(first)[i] ?? x)),
          () => identicalLeaves('the result with each store checked', checked(...given), first),
          () => agreeLeaves('the function afterwards', tolerance, f(...given), expected)
        ])
      }
    })
  ]
}

/** Equal, both not a number, or close: at poles a program must have the same kind of number. */
const agreeAnywhere =
  (what: string, tolerance: Tolerance) =>
  (actual: Tensor, expected: Tensor): E.Either<Difference, void> => {
    const [a, b] = [toFlatArray(actual), toFlatArray(expected)]
    const close = closeNumbers(tolerance)
    const wrong = a.findIndex((value, i) => {
      const other = b[i] ?? NaN
      return !(value === other || (Number.isNaN(value) && Number.isNaN(other)) || close(value, other))
    })
    return wrong < 0
      ? agreed
      : E.left({ what: `${what}, element ${wrong}`, actual: String(a[wrong]), expected: String(b[wrong]) })
  }

/** As above, of every tensor in double precision: other numbers may make a rule divide 0 by 0. */
const agreeEverywhere = (what: string, actual: unknown, expected: unknown) => {
  const ys = leavesOf(expected)
  return every(leavesOf(actual).map((x, i) => () => agreeAnywhere(`${what}, tensor ${i}`, double)(x, ys[i] ?? x)))
}

/** At the ends of the range a sine depends on every digit of π, and a sum on the order of its terms. */
const isExact = (name: string): boolean => !['sin', 'cos', 'sum', 'matmul'].includes(name)

/** A primitive with the name and the rules of another, but a different `evaluate`. */
const namesake = <P>(p: AnyPrimitive<P>): AnyPrimitive<P> => {
  const otherwise = (values: Float64Array): Float64Array => Float64Array.from(values, (value) => value / 2 + 1)
  if (p.multipleResults === true) {
    // the first result alone: others may be indices, which rules of derivatives use
    const evaluate: typeof p.evaluate = (params, inputs, outputs) =>
      p.evaluate(params, inputs, outputs).map((values, i) => (i === 0 ? otherwise(values) : values))
    return { ...p, evaluate }
  }
  return { ...p, evaluate: (params, inputs, output) => otherwise(p.evaluate(params, inputs, output)) }
}

type Use = (inputs: readonly Tensor[]) => unknown

/** An operation by itself, twice in a row of scan's steps, for a batch of examples, and in a gradient. */
const waysToUse = (f: (...xs: readonly Tensor[]) => Tensor): readonly (readonly [string, Use])[] => {
  const total = (xs: readonly Tensor[]): Tensor => scalarOf([op.square(f(...xs))])
  const scanned = scan as unknown as (
    step: (carry: Tensor, x: Tensor) => readonly [Tensor, Tensor]
  ) => (init: Tensor, xs: Tensor) => readonly [Tensor, Tensor]
  const mapped = vmap as unknown as (g: (xs: readonly Tensor[]) => Tensor) => Use
  const differentiated = valueAndGrad as unknown as (g: typeof total) => Use
  return [
    ['by itself', (xs) => f(...xs)],
    [
      'in a scan',
      (xs) => scanned((carry, x) => [op.add(carry, x), op.add(total(xs), x)])(op.constant(0), op.range(2, 1))
    ],
    [
      'under vmap',
      (xs) =>
        mapped((each) => f(...each))(xs.map((x) => op.broadcastTo(op.reshape(x, [1, ...dimsOf(x)]), [2, ...dimsOf(x)])))
    ],
    ['in a gradient', (xs) => differentiated(total)(xs)]
  ]
}

const ofPrimitive = <P>(p: AnyPrimitive<P>): Suite => {
  const cases = casesFor(p)
  const holdsWith =
    (
      options: CompileOptions,
      agrees: (what: string, tolerance: Tolerance) => (x: Tensor, y: Tensor) => E.Either<Difference, void>
    ) =>
    ({ params, inputs }: Given<P>) => {
      const f = (...xs: readonly Tensor[]): readonly Tensor[] => applyAny(p, params, xs)
      const results = compile(f, options)(...inputs)
      return every(f(...inputs).map((x, i) => () => agrees(`result ${i}`, toleranceOf(options))(results[i] ?? x, x)))
    }
  const named = (what: string): string => `${p.name}: ${what}`
  const other = namesake(p)
  return [
    law<Given<P>>({
      name: named('a primitive of another making with this name runs as itself in a program'),
      given: drawGiven(p, cases),
      show: showGiven,
      holds: ({ params, inputs }) =>
        every(
          waysToUse((...xs) => joined(applyAny(other, params, xs))).map(
            ([way, f]) =>
              () =>
                agreeEverywhere(way, compile(f)(inputs), f(inputs))
          )
        )
    }),
    law<Given<P>>({
      name: named('compiled, it gives the same'),
      given: drawGiven(p, cases),
      show: showGiven,
      holds: holdsWith({}, agree)
    }),
    law<Given<P>>({
      name: named('compiled in single precision, it gives nearly the same'),
      given: drawGiven(p, cases),
      show: showGiven,
      holds: holdsWith({ precision: 'single' }, agree)
    }),
    ...(isExact(p.name)
      ? [
          law<Given<P>>({
            name: named('compiled, it gives the same at zeros, poles and infinities'),
            given: drawExtreme(cases),
            show: showGiven,
            holds: holdsWith({}, agreeAnywhere)
          })
        ]
      : [])
  ]
}

/** A weighted sum of a program's outputs, whose weights make the gradients of all elements distinct. */
const scalarOf = (outputs: readonly Tensor[]): Tensor =>
  outputs
    .map((x) =>
      op.sum(
        op.mul(x, op.constant(0.7)),
        dimsOf(x).map((_, axis) => axis),
        false
      )
    )
    .reduce((a, b) => op.add(a, b), op.constant(0))

const gradientOf = ({ f }: Program): ((...inputs: readonly Tensor[]) => unknown) => {
  const total = (xs: readonly Tensor[]) => scalarOf(f(...xs))
  const differentiate = valueAndGrad as unknown as (g: typeof total) => (xs: readonly Tensor[]) => unknown
  return (...inputs) => differentiate(total)(inputs)
}

const ofPrograms = (options: CompileOptions): Suite => {
  const tolerance = toleranceOf(options)
  const kind = options.precision ?? 'double'
  const compare = (what: string, f: (...inputs: readonly Tensor[]) => unknown, inputs: readonly Tensor[]) =>
    agreeLeaves(what, tolerance, compile(f, options)(...inputs), f(...inputs))
  return [
    law<Program>({
      name: `random programs in ${kind} precision give the same`,
      given: program(),
      show: showProgram,
      holds: ({ f, inputs }) => compare('the result', f, inputs)
    }),
    law<Program>({
      name: `gradients of random programs in ${kind} precision give the same`,
      given: program(),
      show: showProgram,
      holds: (sample) => compare('the value and the gradient', gradientOf(sample), sample.inputs)
    }),
    law<Program>({
      name: `gradients of random programs in ${kind} precision are stored where memory is planned for them`,
      given: program(),
      show: showProgram,
      holds: (sample) => {
        const f = gradientOf(sample)
        const [checked, plain] = [true, false].map((how) => compile(f, { ...options, checked: how })(...sample.inputs))
        return identicalLeaves('the value and the gradient', checked, plain)
      }
    })
  ]
}

const tapeAt = (f: (...inputs: readonly Tensor[]) => readonly Tensor[], inputs: readonly Tensor[]): Tape => {
  const act = token('laws')
  const leaves = inputs.map((x) => shapeLeaf(act, dimsOf(x)))
  return tapeOf(
    act,
    leaves,
    during(act, () => f(...leaves))
  )
}

/** The laws of a pass: it preserves every bit, is idempotent, and never adds arithmetic. */
const passLaws = (pass: Pass): Suite => {
  const about = (
    what: string,
    holds: (tape: Tape, after: Tape, inputs: readonly Tensor[]) => E.Either<Difference, void>
  ): Law =>
    law<Program>({
      name: `${pass.name}: ${what}`,
      given: program(),
      show: showProgram,
      holds: (sample) => {
        const g = gradientOf(sample)
        const tape = tapeAt((...xs) => leavesOf(g(...xs)), sample.inputs)
        return holds(tape, pass.run(tape), sample.inputs)
      }
    })
  return [
    about('the results have the same bits', (tape, after, inputs) => {
      const expected = runTape(tape, inputs)
      return every(runTape(after, inputs).map((x, i) => () => identical(`output ${i}`)(x, expected[i] ?? x)))
    }),
    about('a second run changes nothing', (_, after) =>
      agreeText('the tape')(showTape(pass.run(after)), showTape(after))
    ),
    about('there is never more arithmetic', (tape, after) =>
      cost(after).flops <= cost(tape).flops
        ? agreed
        : E.left({
            what: 'the floating-point operations',
            actual: String(cost(after).flops),
            expected: `at most ${cost(tape).flops}`
          })
    )
  ]
}

/**
 * That random programs and their gradients, compiled in either precision, give what their functions give, and store
 * nothing outside the places planned for it.
 */
export const programs = (): Suite => [...ofPrograms({}), ...ofPrograms({ precision: 'single' })]

/**
 * That the compiled engine agrees with the reference: on every primitive, at points of its domain and at zeros, poles
 * and infinities, in both precisions; on random programs and their gradients; and pass by pass.
 *
 * @example
 * import { ok } from 'assert'
 * import { table } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * ok(laws.engine().length > 2 * Object.keys(table).length)
 * @category engine
 * @since 0.1.0
 */
export const engine = (): Suite => [
  ...(Object.values(table) as unknown as readonly AnyPrimitive[]).flatMap((p) => ofPrimitive(p)),
  ...programs(),
  ...allPasses.flatMap(passLaws)
]
