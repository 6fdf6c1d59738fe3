/** Mistakes in composites, rules of one's own and transformations. */
import fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import * as laws from '../../../laws/index.ts'
import * as g from '../../../src/index.ts'
import type { Mat, Tensor, Vec } from '../../../src/tensor/tensor.ts'
import type { Planted } from './planted.ts'

const { vocabulary: op } = g.primitive
const { tensor } = laws.arbitrary
const numbers = 'jvp agrees with numbers'
const single = 'in single precision, it gives the doubles rounded'
const between = 'at a kink the derivative lies between the slopes from both sides, in both modes'
const least = 'at a kink the derivative is the subgradient of least norm'
const costs = 'the gradient costs at most 5 times the function'
const pure = 'the same inputs give the same bits, and stay as they are'

const operation =
  (f: (x: Tensor) => Tensor, shape = [3]) =>
  () =>
    laws.operation({ name: 'wrong', f, shape: fc.constant(shape) })
const inSingle = (f: (x: Vec<3>) => Tensor, min: number, max: number) => () =>
  laws.precision({ name: 'wrong', f, args: fc.tuple(tensor([3], { min, max, avoid: [] })) })
const count = { calls: 0 }

/** |x|, whose derivative at 0 is another. */
const absWith = (atZero: number) =>
  g.customVjp((x: Vec<3>) => ({
    value: g.abs(x),
    pullback: (ct: Vec<3>) =>
      op.mul(ct, op.where(op.equal(x, op.constant(0)), op.constant(atZero), op.sign(x))) as Vec<3>
  }))
const offZero = (x: Tensor): boolean => g.toFlatArray(x).every((value) => Math.abs(value) > 0.05)
/** A right rule that computes its factor 64 times. */
const wasteful = g.customVjp((x: Vec<3>) => ({
  value: g.sin(x),
  pullback: (ct: Vec<3>) =>
    Array.from({ length: 64 }, () => g.mul(g.cos(x))(g.mul(1 / 64)(ct))).reduce((a, b) => g.add(b)(a))
}))

export const composites: readonly Planted[] = [
  [
    'a softmax without the maximum subtracted',
    single,
    inSingle((x) => pipe(g.exp(x), (e) => g.div(g.sum(e))(e)), 50, 200)
  ],
  ['log(1 + exp x) as it stands', single, inSingle((x) => g.log(g.add(1)(g.exp(x))), 90, 500)],
  [
    'a variance as a difference of squares',
    single,
    inSingle((x) => g.sub(g.square(g.mean(x)))(g.mean(g.square(x))), 900, 901)
  ],
  ['an epsilon that single precision does not have', single, inSingle((x) => g.div(g.add(1e-60)(g.abs(x)))(x), 0, 0)],
  [
    'a norm whose gradient at 0 is NaN',
    'vjp is linear in the cotangent, and has the shapes of the inputs',
    operation((x) => g.sqrt(g.sum(g.square(x))), [1])
  ],
  [
    'a normalisation through which the mean does not flow',
    numbers,
    operation((x) => g.mul(x)(g.sub(g.stopGradient(g.mean(x)))(x)))
  ],
  ['a gate that is not learned', numbers, operation((x) => g.mul(g.stopGradient(g.sigmoid(x)))(x))],
  [
    'a recurrence that is cut off',
    numbers,
    operation(
      (x) =>
        g.scan((c: Tensor<[]>, v: Tensor<[]>) => [g.tanh(g.add(v)(g.stopGradient(c))), c] as const)(
          g.scalar(0),
          x as Vec<3>
        )[0]
    )
  ],
  ['a random number of no key', pure, operation((x) => g.mul(Math.random())(x))],
  ['a counter outside', pure, operation((x) => g.mul(++count.calls)(x))],
  [
    'a branch on a number',
    'a batch agrees with its examples one by one, whichever inputs are mapped',
    operation((x) => (g.toNumber(g.get(0)(g.stopGradient(x))) > 0 ? g.square(x) : g.sin(x)))
  ],
  [
    'a bias that is not learned',
    numbers,
    () =>
      laws.function({
        name: 'wrong',
        f: ({ w, b }: { readonly w: Mat<3, 2>; readonly b: Vec<2> }, x: Mat<4, 3>) =>
          pipe(x, g.matmul(w), g.add(g.stopGradient(b))),
        args: fc.tuple(fc.record({ w: tensor([3, 2]), b: tensor([2]) }), tensor([4, 3]))
      })
  ],
  [
    'a derivative of 7 at the kink of |x|',
    between,
    () => laws.function({ name: 'wrong', f: absWith(7), args: fc.tuple(tensor([3])), smooth: offZero })
  ],
  [
    'a derivative of 1 at the kink of |x|, where the least is asked for',
    least,
    () => laws.function({ name: 'wrong', f: absWith(1), args: fc.tuple(tensor([3])), smooth: offZero, kinks: 'least' })
  ],
  [
    'a gradient that costs 64 times its function',
    costs,
    () => laws.function({ name: 'wrong', f: wasteful, args: fc.tuple(tensor([3])) })
  ]
]

const x3 = fc.tuple(tensor([3]))
const softplus = (x: Vec<3>) => g.softplus(x)
const pullback =
  (back: (x: Vec<3>, ct: Vec<3>) => Tensor, value: (x: Vec<3>) => Vec<3> = softplus) =>
  () =>
    laws.customRule({
      name: 'wrong',
      f: softplus,
      rule: g.customVjp((x: Vec<3>) => ({ value: value(x), pullback: (ct: Vec<3>) => back(x, ct) as Vec<3> })),
      args: x3
    })
const pushforward = (forth: (x: Vec<3>, t: Vec<3>) => Tensor) => () =>
  laws.customRule({
    name: 'wrong',
    f: softplus,
    rule: g.customJvp((x: Vec<3>) => ({ value: softplus(x), pushforward: (t: Vec<3>) => forth(x, t) as Vec<3> })),
    args: x3
  })
const first = 'has the derivatives of the function, in both modes'

export const ownRules: readonly Planted[] = [
  ['a pullback with a wrong sign', first, pullback((x, ct) => g.neg(g.mul(g.sigmoid(x))(ct)))],
  ['a pullback without its factor', first, pullback((_, ct) => ct)],
  ['a pushforward of the wrong function', first, pushforward((x, t) => g.mul(g.tanh(x))(t))],
  [
    'a pullback with a stale residual',
    'has the second derivatives of the function, in both modes',
    pullback((x, ct) => g.mul(g.stopGradient(g.sigmoid(x)))(ct))
  ],
  [
    'a pullback that squares its cotangent',
    'vjp is linear in the cotangent, and has the shapes of the inputs',
    pullback((x, ct) => g.mul(g.sigmoid(x))(g.square(ct)))
  ],
  [
    'a pullback summed over the elements',
    first,
    pullback((x, ct) => g.broadcastTo([3])(g.sum(g.mul(g.sigmoid(x))(ct))))
  ],
  [
    'another value than the function',
    'gives what the function gives',
    pullback(
      (x, ct) => g.mul(g.sigmoid(x))(ct),
      (x) => g.relu(x)
    )
  ],
  [
    'a pullback of 7 at a kink of rule and function',
    between,
    () =>
      laws.customRule({ name: 'wrong', f: absWith(7), rule: absWith(7), args: fc.tuple(tensor([3])), smooth: offZero })
  ],
  [
    'a pullback that costs 64 times its function',
    costs,
    () => laws.customRule({ name: 'wrong', f: (x: Vec<3>) => g.sin(x), rule: wasteful, args: x3 })
  ]
]

type Many = readonly Tensor[]
type OfMany = (...xs: Many) => Many
const transformations = (wrong: object) => () => laws.transformations(wrong)
const grad = g.grad as unknown as (f: (xs: Many) => Tensor) => (xs: Many) => Many
const jvp = g.jvp as unknown as (
  f: (xs: Many) => Many
) => (xs: Many) => (ts: Many) => { readonly value: Many; readonly tangent: Many }
const vmap = g.vmap as unknown as (f: OfMany) => OfMany
const flip = (x: Tensor): Tensor => g.concat(0)([g.slice(0, 1, 2)(x as never), g.slice(0, 0, 1)(x as never)])

export const transforms: readonly Planted[] = [
  [
    'grad with a wrong sign',
    'grad is right',
    transformations({ grad: (f: (xs: Many) => Tensor) => (xs: Many) => grad(f)(xs).map(op.neg) })
  ],
  [
    'grad without the last input',
    'grad is right',
    transformations({
      grad: (f: (xs: Many) => Tensor) => (xs: Many) =>
        grad(f)(xs).map((x, i) => (i === xs.length - 1 ? op.mul(x, op.constant(0)) : x))
    })
  ],
  [
    'grad that cannot be differentiated again',
    'jvp of grad is right',
    transformations({ grad: (f: (xs: Many) => Tensor) => (xs: Many) => grad(f)(xs.map(op.stopGradient)) })
  ],
  [
    'jvp that gives the value',
    'jvp is right',
    transformations({
      jvp: (f: (xs: Many) => Many) => (xs: Many) => (ts: Many) => {
        const { value } = jvp(f)(xs)(ts)
        return { value, tangent: value }
      }
    })
  ],
  [
    'jvp with another value beside the right tangent',
    'jvp is right',
    transformations({
      jvp: (f: (xs: Many) => Many) => (xs: Many) => (ts: Many) => {
        const { value, tangent } = jvp(f)(xs)(ts)
        return { value: value.map((x) => op.add(x, op.constant(1))), tangent }
      }
    })
  ],
  [
    'jvp whose value nothing flows through',
    'grad of jvp is right',
    transformations({
      jvp: (f: (xs: Many) => Many) => (xs: Many) => (ts: Many) => {
        const { value, tangent } = jvp(f)(xs)(ts)
        return { value: value.map(op.stopGradient), tangent }
      }
    })
  ],
  [
    'jvp by the first input alone',
    'jvp is right',
    transformations({
      jvp: (f: (xs: Many) => Many) => (xs: Many) => (ts: Many) =>
        jvp(f)(xs)(ts.map((t, i) => (i > 0 ? op.mul(t, op.constant(0)) : t)))
    })
  ],
  [
    'vmap of the first example for all',
    'vmap is right',
    transformations({
      vmap:
        (f: OfMany) =>
        (...xs: Many) =>
          vmap(f)(...xs.map((x) => op.broadcastTo(g.slice(0, 0, 1)(x as never), [...x.shape])))
    })
  ],
  [
    'vmap with its examples reversed',
    'vmap is right',
    transformations({
      vmap:
        (f: OfMany) =>
        (...xs: Many) =>
          vmap(f)(...xs).map(flip)
    })
  ],
  [
    'vmap through which no gradient flows',
    'grad of vmap is right',
    transformations({
      vmap:
        (f: OfMany) =>
        (...xs: Many) =>
          vmap(f)(...xs).map(op.stopGradient)
    })
  ],
  [
    'compile in single precision, unasked',
    'compile is right',
    transformations({ compile: (f: OfMany) => g.compile(f, { precision: 'single' }) })
  ],
  [
    'compile that keeps its first result',
    'jvp of compile is right',
    transformations({
      compile: (f: OfMany) => {
        const kept: { is?: Many } = {}
        return (...xs: Many) => (kept.is ??= f(...xs))
      }
    })
  ],
  [
    'checkpoint through which no gradient flows',
    'grad of checkpoint is right',
    transformations({
      checkpoint:
        (f: OfMany) =>
        (...xs: Many) =>
          g
            .checkpoint(f)(...xs)
            .map(op.stopGradient)
    })
  ],
  [
    'checkpoint that counts twice what it computes twice',
    'grad of checkpoint is right',
    transformations({
      checkpoint:
        (f: OfMany) =>
        (...xs: Many) =>
          f(...xs).map((y) => op.sub(op.mul(y, op.constant(2)), op.stopGradient(y)))
    })
  ]
]
