import * as fc from 'fast-check'
import type * as E from 'fp-ts/lib/Either.js'
import * as kinds from '../src/kinds/index.ts'
import type * as params from '../src/params/index.ts'
import { flattenParams, rebuild } from '../src/params/tree.ts'
import { compile } from '../src/compile/compile.ts'
import { checkpoint } from '../src/transform/custom.ts'
import { jvp, vjp } from '../src/transform/grad.ts'
import { FACTOR } from './cost.ts'
import { like } from './draw.ts'
import { functionLaws, showArguments } from './function.ts'
import { arbitraryOf } from './given.ts'
import { type Difference, law, type Suite } from './law.ts'
import { agree, every } from './tolerance.ts'

type Params = params.Params

/** A function with a derivative of its own, the function that it stands for, and what both are tried on. @category customRule @since 0.1.0 */
export interface CustomRule<A extends readonly unknown[]> {
  readonly name: string
  /** The function by the operations of the library, with the derivative that these have. */
  readonly f: (...args: A) => unknown
  /** The same with its own rule, as `customVjp` or `customJvp` gives it. */
  readonly rule: (...args: A) => unknown
  /** What it is differentiated by, then data. */
  readonly args: fc.Arbitrary<A>
  /** Whether it is smooth near these arguments, where what is drawn does not say. */
  readonly smooth?: (...args: A) => boolean
  /**
   * What the derivative at a kink is: any between the slopes from both sides, or the subgradient of least norm. The first
   * when left out.
   */
  readonly kinks?: 'least' | 'between'
  /** How many times the cost of the function its gradient may have, as `cost` counts them; 5 when left out. */
  readonly cost?: number
}

const ruleFields = kinds.settings('laws.customRule', {
  name: kinds.name,
  f: kinds.anyFunction,
  rule: kinds.anyFunction,
  args: arbitraryOf,
  smooth: [kinds.callable<(...args: never) => boolean>(), undefined],
  kinks: [kinds.oneOf('least', 'between'), 'between'],
  cost: [kinds.positive, FACTOR]
})

interface Directed<A> {
  readonly args: A
  readonly tangent: Params
  readonly cotangent: Params
}

type OfPoint = (p: Params) => Params

const forth = (f: OfPoint, p: Params, tangent: Params): Params => jvp(f)(p)(tangent).tangent
const back = (f: OfPoint, p: Params, cotangent: Params): Params => vjp(f)(p).pullback(cotangent)

/**
 * That a rule of one's own is right: it gives what the function gives, and has its derivatives in both modes, of first
 * and second order, in a program too; and all that holds of a differentiable function (`laws.function`), the rule against
 * numbers, linear in what it maps, batched, in both precisions. Only the first argument is differentiated by.
 *
 * @shape f and rule: any tree of tensors, and data, to a tree of tensors
 * @throws ValueError when it is given something else
 * @example
 * import fc from 'fast-check'
 * import { throws } from 'assert'
 * import { customVjp, mul, neg, sigmoid, softplus, type Vec } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * const args = fc.tuple(laws.arbitrary.tensor([3]))
 * const f = (x: Vec<3>) => softplus(x)
 * const rule = customVjp((x: Vec<3>) => ({ value: softplus(x), pullback: (ct: Vec<3>) => mul(sigmoid(x))(ct) }))
 * laws.assert(laws.customRule({ name: 'softplus', f, rule, args }), { numRuns: 5 })
 *
 * const wrong = customVjp((x: Vec<3>) => ({ value: softplus(x), pullback: (ct: Vec<3>) => neg(mul(sigmoid(x))(ct)) }))
 * throws(() => laws.assert(laws.customRule({ name: 'wrong', f, rule: wrong, args })), /has the derivatives of the function/)
 * @category customRule
 * @since 0.1.0
 */
export const customRule = <A extends readonly unknown[]>(of: CustomRule<A>): Suite => {
  const { name, f, rule, args, smooth, kinks, cost } = ruleFields.read(of) as unknown as CustomRule<A> &
    Required<Pick<CustomRule<A>, 'kinks' | 'cost'>>
  const at =
    (g: (...args: A) => unknown, [, ...data]: A): OfPoint =>
    (p) =>
      g(...([p, ...data] as unknown as A)) as Params
  const given: fc.Arbitrary<Directed<A>> = args.chain((sample) =>
    fc
      .record({ tangent: like(sample[0] as Params), cotangent: like(f(...sample) as Params) })
      .map((directions) => ({ args: sample, ...directions }))
  )
  const says = (statement: string, holds: (sample: Directed<A>) => E.Either<Difference, void>) =>
    law<Directed<A>>({
      name: `${name}: ${statement}`,
      given,
      show: (sample) => showArguments(sample.args),
      holds
    })
  /** Both functions of the first argument, and that argument. */
  const pair = (sample: Directed<A>) => ({
    plain: at(f, sample.args),
    own: at(rule, sample.args),
    p: sample.args[0] as Params
  })
  return [
    says('gives what the function gives', (sample) => {
      const { plain, own, p } = pair(sample)
      return agree('the value')(own(p), plain(p))
    }),
    says('has the derivatives of the function, in both modes', (sample) => {
      const { plain, own, p } = pair(sample)
      const { tangent, cotangent } = sample
      return every([
        () => agree('the pullback')(back(own, p, cotangent), back(plain, p, cotangent)),
        () => agree('the tangent')(forth(own, p, tangent), forth(plain, p, tangent))
      ])
    }),
    says('has the second derivatives of the function, in both modes', (sample) => {
      const { plain, own, p } = pair(sample)
      const { tangent, cotangent } = sample
      const [pullbackOf, tangentOf] = [
        (g: OfPoint): OfPoint =>
          (x) =>
            back(g, x, cotangent),
        (g: OfPoint): OfPoint =>
          (x) =>
            forth(g, x, tangent)
      ]
      return every([
        () => agree('forward over reverse')(forth(pullbackOf(own), p, tangent), forth(pullbackOf(plain), p, tangent)),
        () => agree('reverse over reverse')(back(pullbackOf(own), p, tangent), back(pullbackOf(plain), p, tangent)),
        () => agree('forward over forward')(forth(tangentOf(own), p, tangent), forth(tangentOf(plain), p, tangent)),
        () => agree('reverse over forward')(back(tangentOf(own), p, cotangent), back(tangentOf(plain), p, cotangent))
      ])
    }),
    says('has the same derivative in a loop, which takes its data too', (sample) => {
      const { plain, p } = pair(sample)
      // recomputed by a loop of one step
      const own = at(checkpoint(rule as (...args: A) => never), sample.args)
      return agree('the pullback')(back(own, p, sample.cotangent), back(plain, p, sample.cotangent))
    }),
    says('has the same derivative in a program', (sample) => {
      const { plain, own, p } = pair(sample)
      const { leaves, structure } = flattenParams('laws.customRule', sample.cotangent)
      const pulled = (...inputs: readonly unknown[]): Params =>
        back(own, inputs[0] as Params, rebuild<Params>(structure, leaves))
      return agree('the pullback, compiled', { atol: 1e-9, rtol: 1e-8 })(
        compile(pulled)(p),
        back(plain, p, sample.cotangent)
      )
    }),
    ...functionLaws({
      name,
      f: rule,
      args,
      differentiable: (path) => path === 'args[0]' || /^args\[0\][.[]/.test(path),
      kinks,
      cost,
      ...(smooth === undefined ? {} : { smooth })
    })
  ]
}
