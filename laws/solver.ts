import type * as fc from 'fast-check'
import * as fastCheck from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as kinds from '../src/kinds/index.ts'
import type * as params from '../src/params/index.ts'
import { flattenParams, rebuild } from '../src/params/tree.ts'
import { sizeOf } from '../src/tensor/dims.ts'
import { fail } from '../src/tensor/errors.ts'
import { type Tolerance, toFlatArray } from '../src/tensor/read.ts'
import { dimsOf, make, type Tensor } from '../src/tensor/tensor.ts'
import { jvp, vjp } from '../src/transform/grad.ts'
import { like } from './draw.ts'
import { compiled } from './engine.ts'
import { arbitraryOf } from './given.ts'
import { agreed, type Difference, type Law, law, type Suite } from './law.ts'
import { agreeMeasured, measure, signOf } from './resolution.ts'
import { showExact, showTree } from './show.ts'
import { agree, every, identical, indexOf, inner, nothing, numeric, scaled } from './tolerance.ts'

type Params = params.Params

/** A function that solves an equation, the equation, and what it is tried on. @category solver @since 0.1.0 */
export interface SolverLaws<P, S, T = never> {
  readonly name: string
  /** From the parameters of the equation, and where to start from, to its solution; each a tree of tensors. */
  readonly solve: (params: P, start: T) => S
  /**
   * A tree of tensors that is 0 at a solution, of at least as many numbers as the solution: `f(x, params) − x` for a
   * fixed point, the gradient for a least point.
   */
  readonly residual: (solution: S, params: NoInfer<P>) => unknown
  /** Parameters for which there is one solution, which moves smoothly with them. */
  readonly params: fc.Arbitrary<P>
  /** Starts that all lead to the same solution; none for a solver that takes no start. */
  readonly starts?: fc.Arbitrary<T>
  /** The modes in which it is differentiated by the parameters (both); a loop without a bound has forward mode alone. */
  readonly derivatives?: 'both' | 'forward' | 'none'
  /** How far a solution may be from the true one: `atol + rtol · |x|`; 1e-10 and 1e-9 when left out. */
  readonly tolerance?: Partial<Tolerance>
  /** Whether it can be compiled (yes); not one that reads numbers. */
  readonly compiled?: boolean
}

const toleranceFields = kinds.settings('laws.solver: tolerance', {
  atol: [kinds.notNegative, 1e-10],
  rtol: [kinds.notNegative, 1e-9]
})

const solverFields = kinds.settings('laws.solver', {
  name: kinds.name,
  solve: kinds.anyFunction,
  residual: kinds.anyFunction,
  params: arbitraryOf,
  starts: [arbitraryOf, undefined],
  derivatives: [kinds.oneOf('both', 'forward', 'none'), 'both'],
  tolerance: [kinds.anything as kinds.Kind<Partial<Tolerance>>, {}],
  compiled: [kinds.yesOrNo, true]
})

/** Parameters and a start, `[]` for a solver that takes none; and directions to differentiate along. */
interface Sample {
  readonly params: Params
  readonly start: Params
  readonly other: Params
  readonly tangent: Params
  readonly cotangent: Params
}

type Tensors = readonly Tensor[]

const leavesOf = (what: string, tree: unknown): Tensors => flattenParams('laws.solver', tree, what).leaves

const copied = (tree: Params): Params => {
  const { leaves, structure } = flattenParams('laws.solver', tree)
  return rebuild<Params>(
    structure,
    leaves.map((x) => make(dimsOf(x), Float64Array.from(toFlatArray(x))))
  )
}

const sizeOfAll = (xs: Tensors): number => xs.reduce((sum, x) => sum + sizeOf(dimsOf(x)), 0)

/** How many irregular choices of signs the solution is moved by, beside all up and all down. */
const ROUNDS = 8

/** Each number of a solution moved as far as it may be from the true one, up or down. */
const moved = ({ atol, rtol }: Tolerance, xs: Tensors, sign: (input: number, at: number) => 1 | -1): Tensors =>
  xs.map((x, i) =>
    make(
      dimsOf(x),
      Float64Array.from(toFlatArray(x), (value, k) => value + sign(i, k) * (atol + rtol * Math.abs(value)))
    )
  )

const choicesOfSigns: readonly ((input: number, at: number) => 1 | -1)[] = [
  () => 1,
  () => -1,
  ...Array.from({ length: ROUNDS }, (_, round) => (input: number, at: number) => signOf(round, input, at))
]

/** The residual is no larger than what moving the solution within its tolerance makes of it, element by element. */
const vanishes = (
  residual: (xs: Tensors) => Tensors,
  xs: Tensors,
  tolerance: Tolerance
): E.Either<Difference, void> => {
  const own = residual(xs)
  if (sizeOfAll(own) < sizeOfAll(xs))
    fail(
      'ValueError',
      `laws.solver: a residual of ${sizeOfAll(own)} elements cannot determine a solution of ${sizeOfAll(xs)}; give one for each element`
    )
  const others = choicesOfSigns.map((sign) => residual(moved(tolerance, xs, sign)).map(toFlatArray))
  const allowed = own.map((x, i) =>
    toFlatArray(x).map((value, k) =>
      others.reduce((most, other) => {
        const change = Math.abs((other[i]?.[k] ?? NaN) - value)
        return Number.isFinite(change) ? Math.max(most, change) : most
      }, 0)
    )
  )
  const isVacuous = sizeOfAll(xs) > 0 && allowed.flat().every((change) => change === 0)
  return every([
    () =>
      isVacuous
        ? E.left({ what: 'the residual near the solution', actual: 'the same everywhere', expected: 'another' })
        : agreed,
    ...own.map((x, i) => () => {
      const [values, most] = [toFlatArray(x), allowed[i] ?? []]
      // NaN is in no range
      const wrong = values.findIndex((value, k) => !(Math.abs(value) <= (most[k] ?? NaN)))
      return wrong < 0
        ? agreed
        : E.left({
            what: own.length === 1 ? 'the residual' : `the residual, tensor ${i},`,
            index: indexOf(dimsOf(x), wrong),
            actual: showExact(values[wrong] ?? NaN),
            expected: `0, or at most ${showExact(most[wrong] ?? NaN)} by the tolerance of the solution`
          })
    })
  ])
}

const agreeAll = (what: string, tolerance: Tolerance, actual: Tensors, expected: Tensors) =>
  every(
    actual.map(
      (x, i) => () => agree(actual.length === 1 ? what : `${what}, tensor ${i},`, tolerance)(x, expected[i] ?? nothing)
    )
  )

/**
 * What must hold of a function that solves an equation, such as a root, a fixed point or a least point: the residual of
 * the equation is 0 at the solution, as far as the tolerance of the solution resolves its terms; the derivative by the
 * parameters is that of the solution, by finite differences of the function, and satisfies the equation differentiated
 * (the implicit function theorem), in both modes; another start leads to the same solution; a program gives the same;
 * the same arguments give the same bits. For higher orders and `vmap` see `laws.function`.
 *
 * @shape solve: any tree of tensors, and a start, to a tree of tensors; residual: of at least as many numbers
 * @throws ValueError when it is given something else
 * @example
 * import { throws } from 'assert'
 * import { add, div, repeat, type Scalar, square, stopGradient, sub } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * // Newton's square root
 * const newton = (steps: number) => (a: Scalar, start: Scalar) =>
 *   repeat(steps)((x: Scalar) => div(2)(add(div(x)(a))(x)))(start)
 * const interval = { min: 0.5, max: 4, avoid: [] }
 * const root = {
 *   name: 'square root',
 *   solve: newton(6),
 *   residual: (x: Scalar, a: Scalar) => sub(a)(square(x)),
 *   params: laws.arbitrary.tensor([], interval),
 *   starts: laws.arbitrary.tensor([], interval)
 * }
 * laws.assert(laws.solver(root), { numRuns: 5 })
 *
 * // stops early, and a derivative that takes the solution for a constant
 * const some = { numRuns: 5 }
 * throws(() => laws.assert(laws.solver({ ...root, solve: newton(3) }), some), /the residual is 0 at the solution/)
 * const constant = (a: Scalar, start: Scalar) => stopGradient(root.solve(a, start))
 * throws(() => laws.assert(laws.solver({ ...root, solve: constant }), some), /by the parameters agrees with numbers/)
 * @see Krantz and Parks, The Implicit Function Theorem (2013)
 * @category solver
 * @since 0.1.0
 */
export const solver = <P, S, T = never>(of: SolverLaws<P, S, T>): Suite => {
  const { name, derivatives, starts, ...fields } = solverFields.read(of)
  const tolerance = toleranceFields.read(fields.tolerance)
  // both solutions may be off, in opposite directions
  const twice: Tolerance = { atol: 2 * tolerance.atol, rtol: 2 * tolerance.rtol }
  const solve = fields.solve as unknown as (params: Params, start: Params) => Params
  const residual = fields.residual as unknown as (solution: Params, params: Params) => unknown
  const anyStart = (starts ?? fastCheck.constant([])) as fc.Arbitrary<Params>
  const points = fastCheck.record({ params: fields.params as fc.Arbitrary<Params>, start: anyStart, other: anyStart })
  const show = ({ params: p, start }: Pick<Sample, 'params' | 'start'>): string =>
    [`params = ${showTree(p)}`, ...(starts === undefined ? [] : [`start = ${showTree(start)}`])].join('\n')

  /** The solution as a function of the tensors of the parameters. */
  const solutionOf = ({ params: p, start }: Pick<Sample, 'params' | 'start'>) => {
    const { leaves, structure } = flattenParams('laws.solver', p)
    return {
      leaves,
      f: (xs: Tensors): Tensors => leavesOf('solution', solve(rebuild<Params>(structure, xs), start))
    }
  }
  /** The residual as a function of the tensors of the solution and of the parameters. */
  const residualOf = ({ params: p, start }: Sample) => {
    const [from, of] = [flattenParams('laws.solver', p), flattenParams('laws.solver', solve(p, start), 'solution')]
    return {
      solution: of.leaves,
      r: (xs: Tensors, ps: Tensors): Tensors =>
        leavesOf('residual', residual(rebuild<Params>(of.structure, xs), rebuild<Params>(from.structure, ps)))
    }
  }

  const undirected = points.map((point): Sample => ({ ...point, tangent: [], cotangent: [] }))
  const directed = points.chain((point) =>
    fastCheck
      .record({ tangent: like(point.params), cotangent: like(solve(point.params, point.start)) })
      .map((directions): Sample => ({ ...point, ...directions }))
  )
  const says = (
    statement: string,
    given: fc.Arbitrary<Sample>,
    holds: (at: Sample) => E.Either<Difference, void>
  ): Law => law<Sample>({ name: `${name}: ${statement}`, given, show, holds })

  const ofDerivatives: Suite = [
    says('the derivative by the parameters agrees with numbers', directed, (at) => {
      const { f, leaves } = solutionOf(at)
      const tangents = leavesOf('tangent', at.tangent)
      const exact = jvp(f)(leaves)(tangents).tangent
      const byNumbers = measure(f, leaves, tangents)
      return every(
        exact.map((x, i) => () => agreeMeasured(`the tangent of tensor ${i} of the solution`)(x, byNumbers[i]))
      )
    }),
    says('the derivative by the parameters satisfies the equation differentiated', directed, (at) => {
      const { f, leaves } = solutionOf(at)
      const { r, solution } = residualOf(at)
      const tangents = leavesOf('tangent', at.tangent)
      const along = jvp(f)(leaves)(tangents).tangent
      return agreeAll(
        'how the residual changes with the solution, against minus how with the parameters',
        numeric,
        jvp((xs: Tensors) => r(xs, leaves))(solution)(along).tangent,
        jvp((ps: Tensors) => r(solution, ps))(leaves)(tangents).tangent.map((x) => scaled(x, -1))
      )
    })
  ]
  const ofReverse = says('the derivative by the parameters is the same in reverse mode', directed, (at) => {
    const { f, leaves } = solutionOf(at)
    const [tangents, cotangents] = [leavesOf('tangent', at.tangent), leavesOf('cotangent', at.cotangent)]
    return agree('⟨vjp cotangent, tangents⟩, against ⟨cotangent, jvp tangents⟩', numeric)(
      inner(vjp(f)(leaves).pullback(cotangents), tangents),
      inner(cotangents, jvp(f)(leaves)(tangents).tangent)
    )
  })
  const program = (p: Params, start: Params, tangent: Params): unknown =>
    derivatives === 'none' ? solve(p, start) : jvp((q: Params) => solve(q, start))(p)(tangent)

  return [
    says('the residual is 0 at the solution', undirected, (at) => {
      const { r, solution } = residualOf(at)
      const ps = leavesOf('params', at.params)
      return vanishes((xs) => r(xs, ps), solution, tolerance)
    }),
    ...(starts === undefined
      ? []
      : [
          says('another start leads to the same solution', undirected, (at) =>
            agree('the solution from another start', twice)(solve(at.params, at.other), solve(at.params, at.start))
          )
        ]),
    says('the same arguments give the same bits, and stay as they are', undirected, ({ params: p, start }) => {
      const [before, from] = [copied(p), copied(start)]
      const first = solve(p, start)
      return every([
        () => identical('the second solution')(solve(p, start), first),
        () => identical('the parameters afterwards')(p, before),
        () => identical('the start afterwards')(start, from),
        () => identical('the solution from copies')(solve(before, from), first)
      ])
    }),
    ...(derivatives === 'none' ? [] : ofDerivatives),
    ...(derivatives === 'both' ? [ofReverse] : []),
    ...(fields.compiled
      ? compiled({
          name,
          f: program,
          args: directed.map(({ params: p, start, tangent }) => [p, start, tangent] as [Params, Params, Params]),
          tolerance: twice,
          show: ([p, start]) => show({ params: p, start })
        })
      : [])
  ]
}
