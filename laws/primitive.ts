import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { flopsOf, shapesOf } from '../src/primitive/evaluate.ts'
import type { AnyPrimitive, Domain, Interval, MultiPrimitive } from '../src/primitive/primitive.ts'
import { table } from '../src/primitive/table.ts'
import { tensors as op } from '../src/tape/algebra.ts'
import { applyAny, applyMulti } from '../src/tape/apply.ts'
import { type Dims, showDims, sizeOf } from '../src/tensor/dims.ts'
import { fail } from '../src/tensor/errors.ts'
import { dimsOf, type Tensor } from '../src/tensor/tensor.ts'
import { number, tensorOf } from './draw.ts'
import { reals } from '../src/primitive/domain.ts'
import { cases } from './cases/index.ts'
import { costLaw, FACTOR } from './cost.ts'
import { constancyLaw, derivativeLaws } from './derivative.ts'
import { batchLaw, purityLaw } from './evaluation.ts'
import { kinkIn, kinkLaws } from './kink.ts'
import { agreed, law, type Suite } from './law.ts'
import { patternLaw } from './pattern.ts'
import { binaryCases, type Cases, type Setup, unaryCases } from './setup.ts'
import { type Examples, type Given, showGiven, type Subject } from './subject.ts'
import { agree, every } from './tolerance.ts'
import { arbitraryOf } from './given.ts'
import * as kinds from '../src/kinds/index.ts'

const f = kinds.anyFunction

const somePrimitive = kinds.record('a primitive such as table.exp', {
  name: kinds.text,
  arity: kinds.either(kinds.index, kinds.oneOf('any')),
  domain: kinds.listOf(kinds.record('an interval', {}), 'an array of intervals'),
  differentiable: f,
  shape: f,
  evaluate: f,
  vjp: f,
  jvp: f,
  batch: f,
  flops: f
})

const caseFields = kinds.settings(
  'laws.primitive: cases',
  {
    fits: arbitraryOf,
    misfits: [arbitraryOf, undefined],
    smooth: [f, undefined],
    kinks: [kinds.oneOf('least', 'between'), 'least'],
    cost: [kinds.positive, FACTOR]
  },
  'cases'
)

/** The test cases of a primitive. */
export const casesFor = <P>(p: AnyPrimitive<P>): Cases<P> => {
  const known = Object.hasOwn(cases, p.name)
    ? cases[p.name as keyof typeof cases]
    : p.arity === 1
      ? unaryCases
      : p.arity === 2
        ? binaryCases
        : fail('ValueError', `laws.primitive: ${p.name} has arity ${p.arity}; say what it is to be tried on`)
  return known as unknown as Cases<P>
}

const intervalOf = ({ domain }: { readonly domain: Domain }, index: number): Interval =>
  domain[index] ?? domain[domain.length - 1] ?? reals

const drawInputs = <P>(
  { shapes, elements, arranged }: Setup<P>,
  element: (index: number) => fc.Arbitrary<number>
): fc.Arbitrary<readonly Tensor[]> =>
  fc
    .tuple(...shapes.map((dims, i) => tensorOf(dims)(elements?.[i] ?? element(i))))
    .map((inputs) => arranged?.(inputs) ?? inputs)

/** Points in a primitive's domain. */
export const drawGiven = <P>(p: AnyPrimitive<P>, { fits }: Cases<P>): fc.Arbitrary<Given<P>> =>
  fits.chain((setup) =>
    drawInputs(setup, (i) => number(intervalOf(p, i))).map((inputs) => ({ params: setup.params, inputs }))
  )

/** Points with zeros, infinities, NaN and extreme numbers. */
const extremes = fc.constantFrom(0, 1, -1, -0, Infinity, -Infinity, NaN, 1e308, -1e308, 5e-324)

export const drawExtreme = <P>({ fits }: Cases<P>): fc.Arbitrary<Given<P>> =>
  fits.chain((setup) => drawInputs(setup, () => extremes).map((inputs) => ({ params: setup.params, inputs })))

/** Numbers among the parameters, such as bounds, where there may be kinks. */
const numbersOf = (params: unknown): readonly number[] =>
  Object.values(params as object).filter((value): value is number => typeof value === 'number')

/** Points at which there may be kinks. */
const drawKinks = <P>(p: AnyPrimitive<P>, { fits }: Cases<P>): fc.Arbitrary<Given<P>> =>
  fits.chain((setup) =>
    drawInputs(setup, (i) => kinkIn(intervalOf(p, i), numbersOf(setup.params))).map((inputs) => ({
      params: setup.params,
      inputs
    }))
  )

const outputDims = <P>(p: AnyPrimitive<P>, { params, inputs }: Given<P>): readonly Dims[] => {
  const dims = shapesOf(p, params, inputs.map(dimsOf))
  return E.isRight(dims) ? dims.right : fail('ShapeError', `${p.name}: ${dims.left}`)
}

/** A single result as it is; several concatenated to one vector, to test the derivatives of all. */
export const joined = (results: readonly Tensor[]): Tensor => {
  const [only] = results
  return only === undefined
    ? op.range(0, 1)
    : results.length === 1
      ? only
      : op.concat(
          results.map((x) => op.reshape(x, [sizeOf(dimsOf(x))])),
          0
        )
}

const joinedDims = (shapes: readonly Dims[]): Dims => {
  const [only] = shapes
  return shapes.length === 1 && only !== undefined ? only : [shapes.reduce((size, dims) => size + sizeOf(dims), 0)]
}

const drawExamples = <P>(p: AnyPrimitive<P>, { fits }: Cases<P>): fc.Arbitrary<Examples<P>> =>
  fits.chain((setup) =>
    fc
      .array(
        drawInputs(setup, (i) => number(intervalOf(p, i))),
        { minLength: 1, maxLength: 3 }
      )
      .map((examples) => ({ params: setup.params, examples }))
  )

/** The results of `evaluate`, unchecked. */
const valuesOf = <P>(
  p: AnyPrimitive<P>,
  { params, inputs }: Given<P>,
  shapes: readonly Dims[]
): readonly Float64Array[] =>
  p.multipleResults === true
    ? p.evaluate(params, inputs, shapes)
    : shapes.map((dims) => p.evaluate(params, inputs, dims))

/** The derivatives of every other result alone, without cotangents for the rest. */
const partialLaws = <P>(p: MultiPrimitive<P>, subject: Subject<P>): Suite =>
  [0, 1].flatMap((parity) => {
    const chosen = <A>(list: readonly A[]): readonly A[] => list.filter((_, i) => i % 2 === parity)
    return derivativeLaws({
      ...subject,
      name: `${p.name}, results ${parity}, ${parity + 2} and so on`,
      f: (params) => (inputs) => joined(chosen(applyMulti(p, params, inputs))),
      output: (at) => joinedDims(chosen(outputDims(p, at)))
    })
  })

/** The shape rule agrees with the computed shapes, and refuses shapes that do not fit. */
const shapeLaws = <P>(p: AnyPrimitive<P>, { points }: Subject<P>, { misfits }: Cases<P>): Suite => [
  law<Given<P>>({
    name: `${p.name}: the shape rule claims what is computed`,
    given: points,
    show: showGiven,
    holds: (at) => {
      const shapes = outputDims(p, at)
      const computed = valuesOf(p, at, shapes)
      const flops = flopsOf(p, at.params, at.inputs.map(dimsOf), shapes)
      return every([
        () => agree('the number of results')(computed.length, shapes.length),
        ...shapes.map(
          (dims, i) => () =>
            agree(`the number of elements of shape ${showDims(dims)}`)(computed[i]?.length ?? 0, sizeOf(dims))
        ),
        () =>
          Number.isFinite(flops) && flops >= 0
            ? agreed
            : E.left({ what: 'the count of operations', actual: String(flops), expected: '0 or more' })
      ])
    }
  }),
  ...(misfits === undefined
    ? []
    : [
        law<Setup<P>>({
          name: `${p.name}: the shape rule refuses what does not fit`,
          given: misfits,
          show: ({ params, shapes }) =>
            `params = ${JSON.stringify(params)}\nshapes = ${shapes.map(showDims).join(', ')}`,
          holds: ({ params, shapes }) => {
            const dims = shapesOf(p, params, shapes)
            return E.isLeft(dims) && dims.left.length > 0
              ? agreed
              : E.left({
                  what: 'the answer to shapes that do not fit',
                  actual: E.isLeft(dims) ? 'a refusal without a reason' : dims.right.map(showDims).join(', '),
                  expected: 'a refusal'
                })
          }
        })
      ])
]

/**
 * Everything that must hold of one primitive: its shape rule, purity and batching, derivatives to the fourth order in
 * both modes, against each other and against numbers, derivatives at kinks, the cost of its gradient, and that a sparsity
 * pattern misses none of its derivatives. For one of the library's own table the parameters and shapes to try are known; another of one or two inputs without parameters is taken to work element by element; for any other, say
 * what to try. The derivatives of a primitive with several results are tried of all of them, and of some without the
 * others.
 *
 * @throws ValueError when it is not known what to try the primitive on
 * @example
 * import { ok } from 'assert'
 * import { isLeft } from 'fp-ts/Either'
 * import { type Algebra, table } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * laws.assert(laws.primitive(table.sin), { numRuns: 5 })
 *
 * // a wrong derivative, and the law that finds it
 * const wrong = {
 *   ...table.sin,
 *   vjp: <A>(op: Algebra<A>, _: unknown, [x]: readonly A[], __: A, ct: A) => op.mul(ct, op.sin(x as A)),
 *   jvp: <A>(op: Algebra<A>, _: unknown, [x]: readonly A[], __: A, t: A) => op.mul(t, op.sin(x as A))
 * }
 * const red = laws.run(laws.primitive(wrong)).filter(({ outcome }) => isLeft(outcome))
 * ok(red.some(({ law }) => law === 'sin: jvp agrees with numbers'))
 * @category primitive
 * @since 0.1.0
 */
export const primitive = <P>(of: AnyPrimitive<P>, cases?: Cases<P>): Suite => {
  const p: AnyPrimitive<P> = kinds.mustBe<unknown, AnyPrimitive<P>>(somePrimitive, 'laws.primitive: primitive', of)
  const given = cases === undefined ? casesFor(p) : (caseFields.read(cases) as Cases<P>)
  const points = drawGiven(p, given)
  const subject: Subject<P> = {
    name: p.name,
    f: (params) => (inputs) => joined(applyAny(p, params, inputs)),
    output: (at) => joinedDims(outputDims(p, at)),
    differentiable: (index) => p.differentiable(index),
    points,
    examples: drawExamples(p, given),
    smooth: points.filter(({ params, inputs }) => given.smooth?.(params, inputs) ?? true),
    kinks: drawKinks(p, given),
    least: given.kinks !== 'between',
    cost: given.cost ?? FACTOR,
    extremes: drawExtreme(given)
  }
  const indices = Array.from({ length: p.arity === 'any' ? 1 : p.arity }, (_, i) => i)
  return [
    ...shapeLaws(p, subject, given),
    purityLaw(subject),
    batchLaw(subject),
    ...(indices.some((i) => p.differentiable(i))
      ? [
          ...derivativeLaws(subject),
          ...kinkLaws(subject),
          costLaw(subject),
          patternLaw(subject),
          ...(p.multipleResults === true ? partialLaws(p, subject) : [])
        ]
      : []),
    ...(indices.every((i) => p.differentiable(i)) ? [] : [constancyLaw(subject)])
  ]
}

/**
 * The laws of every primitive of the library.
 *
 * @example
 * import { ok } from 'assert'
 * import { table } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * ok(laws.vocabulary().length > 4 * Object.keys(table).length)
 * @category primitive
 * @since 0.1.0
 */
export const vocabulary = (): Suite =>
  (Object.values(table) as unknown as readonly AnyPrimitive[]).flatMap((p) => primitive(p))
