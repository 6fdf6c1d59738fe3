import type * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { tensors as op } from '../src/tape/algebra.ts'
import { sameDims, showDims, sizeOf } from '../src/tensor/dims.ts'
import { dimsOf, make, type Tensor } from '../src/tensor/tensor.ts'
import { jvp, vjp } from '../src/transform/grad.ts'
import { agreed, type Difference, type Law, law, type Suite } from './law.ts'
import { direct, type Directed, type Given, showDirected, type Subject } from './subject.ts'
import { higherBackwards, higherForwards } from './order.ts'
import { causeOf } from './cause.ts'
import { agreeMeasured, measure, type Measured, unmeasured } from './resolution.ts'
import { agree, every, identical, inner, nothing } from './tolerance.ts'

/** The laws of derivatives, shared by primitives and composite functions. */

const zerosLike = (x: Tensor): Tensor => make(dimsOf(x), new Float64Array(sizeOf(dimsOf(x))))

const combine = ([a, b]: readonly [number, number], x: Tensor, y: Tensor): Tensor =>
  op.add(op.mul(x, op.constant(a)), op.mul(y, op.constant(b)))

/** Exactly 0 everywhere, of either sign. */
const allZero =
  (what: string) =>
  (x: Tensor): E.Either<Difference, void> =>
    identical(what)(op.add(x, op.constant(0)), zerosLike(x))

const pick = <A>(xs: readonly A[], indices: readonly number[]): readonly A[] => xs.filter((_, i) => indices.includes(i))

/** Forward and reverse mode to second order, against each other and against finite differences. */
export const derivativeLaws = <P>(subject: Subject<P>): Suite => {
  const { name, f, differentiable } = subject
  const point = direct(subject, subject.points)
  const smooth = direct(subject, subject.smooth)
  const back = ({ params, inputs }: Given<P>, cotangent: Tensor): readonly Tensor[] =>
    vjp(f(params))(inputs).pullback(cotangent)
  const forth = ({ params, inputs }: Given<P>, tangents: readonly Tensor[]): Tensor =>
    jvp(f(params))(inputs)(tangents).tangent
  const smoothInputs = ({ inputs }: Given<P>): readonly number[] =>
    inputs.flatMap((_, i) => (differentiable(i) ? [i] : []))

  /** The function of the differentiable inputs alone. */
  const valueOf =
    (at: Directed<P>) =>
    (moving: readonly Tensor[]): Tensor => {
      const chosen = smoothInputs(at)
      return f(at.params)(at.inputs.map((x, i) => moving[chosen.indexOf(i)] ?? x))
    }

  /** The cotangents of the differentiable inputs, as a function of those inputs. */
  const pulled =
    (at: Directed<P>) =>
    (moving: readonly Tensor[]): readonly Tensor[] => {
      const chosen = smoothInputs(at)
      const inputs = at.inputs.map((x, i) => moving[chosen.indexOf(i)] ?? x)
      return pick(back({ params: at.params, inputs }, at.cotangent), chosen)
    }

  /** Tangents of which all but one are 0. */
  const alone = ({ inputs }: Directed<P>, index: number, tangent: Tensor): readonly Tensor[] =>
    inputs.map((x, k) => (k === index ? tangent : zerosLike(x)))

  /** The derivative along a tangent of one input, by numbers. */
  const numbersBy = ({ params, inputs }: Directed<P>, index: number, tangent: Tensor): Measured => {
    const moving = ([moved]: readonly Tensor[]) => [f(params)(inputs.map((x, k) => (k === index ? (moved ?? x) : x)))]
    return measure(moving, pick(inputs, [index]), [tangent])[0] ?? unmeasured
  }

  const says = (
    statement: string,
    given: fc.Arbitrary<Directed<P>>,
    holds: (at: Directed<P>) => E.Either<Difference, void>
  ): Law => law({ name: `${name}: ${statement}`, given, show: showDirected, holds })

  /** A branch that is not taken contributes 0 to all derivatives, whatever the function does there. */
  const untaken = (at: Directed<P>): E.Either<Difference, void> => {
    const chosen = smoothInputs(at)
    const [xs, ts] = [pick(at.inputs, chosen), pick(at.tangents, chosen)]
    const branch = (moving: readonly Tensor[]): Tensor => {
      const inputs = at.inputs.map((x, i) => moving[chosen.indexOf(i)] ?? x)
      return op.where(op.constant(0), f(at.params)(inputs), zerosLike(at.cotangent))
    }
    const pulledBack = (moving: readonly Tensor[]): readonly Tensor[] => vjp(branch)(moving).pullback(at.cotangent)
    return every([
      ...pulledBack(xs).map((ct, k) => () => allZero(`the cotangent of input ${chosen[k] ?? k}`)(ct)),
      () => allZero('the tangent')(jvp(branch)(xs)(ts).tangent),
      ...jvp(pulledBack)(xs)(ts).tangent.map(
        (ct, k) => () => allZero(`how the cotangent of input ${chosen[k] ?? k} changes with the inputs`)(ct)
      ),
      ...vjp(pulledBack)(xs)
        .pullback(ts)
        .map((ct, k) => () => allZero(`the second cotangent of input ${chosen[k] ?? k}`)(ct))
    ])
  }

  const vanishes = (at: Directed<P>): E.Either<Difference, void> => {
    const zero = zerosLike(at.cotangent)
    return every([
      ...back(at, zero).map((ct, i) => () => allZero(`the cotangent of input ${i}, from a zero one`)(ct)),
      () => allZero('the tangent, from zero ones')(forth(at, at.inputs.map(zerosLike)))
    ])
  }

  return [
    says('vjp is linear in the cotangent, and has the shapes of the inputs', point, (at) => {
      const [one, two] = [back(at, at.cotangent), back(at, at.other)]
      return every([
        ...one.map((ct, i) => () => sameShape(`the cotangent of input ${i}`, ct, at.inputs[i] ?? nothing)),
        ...back(at, combine(at.scales, at.cotangent, at.other)).map(
          (ct, i) => () =>
            agree(`the cotangent of input ${i}`)(ct, combine(at.scales, one[i] ?? nothing, two[i] ?? nothing))
        )
      ])
    }),
    says('jvp is linear in the tangent, and has the shape of the output', point, (at) => {
      const [one, two] = [forth(at, at.tangents), forth(at, at.others)]
      const tangents = at.tangents.map((x, i) => combine(at.scales, x, at.others[i] ?? nothing))
      return every([
        () => sameShape('the tangent', one, at.cotangent),
        () => agree('the tangent')(forth(at, tangents), combine(at.scales, one, two))
      ])
    }),
    says('a zero cotangent gives exactly zero', point, vanishes),
    says('a branch not taken gives exactly zero', point, untaken),
    ...(subject.extremes === undefined
      ? []
      : [
          says(
            'a branch not taken gives exactly zero at poles and infinities too',
            direct(subject, subject.extremes),
            untaken
          )
        ]),
    says('vjp is the transpose of jvp', point, (at) =>
      agree('⟨vjp cotangent, tangents⟩, against ⟨cotangent, jvp tangents⟩')(
        inner(back(at, at.cotangent), at.tangents),
        inner([at.cotangent], [forth(at, at.tangents)])
      )
    ),
    says('jvp agrees with numbers', smooth, (at) =>
      every(
        smoothInputs(at).map((i) => () => {
          const [own = nothing, tangent = nothing] = [at.inputs[i], at.tangents[i]]
          const actual = forth(at, alone(at, i, tangent))
          const byNumbers = numbersBy(at, i, tangent)
          return E.mapLeft((difference: Difference) => {
            const others = smoothInputs(at).filter(
              (k) => k !== i && sameDims(dimsOf(at.inputs[k] ?? nothing), dimsOf(own))
            )
            const mistakes = [
              {
                name: 'the value of the function: the value in place of the derivative?',
                value: f(at.params)(at.inputs)
              },
              { name: 'the tangent of the input: a missing factor of the chain rule?', value: tangent },
              ...others.map((k) => ({
                name: `the tangent by input ${k}: the derivative of another operand?`,
                value: numbersBy(at, k, tangent).slope
              }))
            ]
            const cause = causeOf(actual, byNumbers.slope, mistakes, [sizeOf(dimsOf(own)), ...dimsOf(own)])
            return cause === undefined ? difference : { ...difference, cause }
          })(agreeMeasured(`the tangent by input ${i}`)(actual, byNumbers))
        })
      )
    ),
    says('the derivative of vjp agrees with numbers', smooth, (at) => {
      const chosen = smoothInputs(at)
      const [xs, ts] = [pick(at.inputs, chosen), pick(at.tangents, chosen)]
      const exact = jvp(pulled(at))(xs)(ts).tangent
      const byNumbers = measure(pulled(at), xs, ts)
      return every(
        chosen.map((i, k) => () => agreeMeasured(`how the cotangent of input ${i} changes`)(exact[k], byNumbers[k]))
      )
    }),
    says('the third and fourth derivatives agree with numbers, forwards', smooth, (at) => {
      const chosen = smoothInputs(at)
      return higherForwards(valueOf(at), pick(at.inputs, chosen), pick(at.tangents, chosen))
    }),
    says('the third and fourth derivatives agree with numbers, as nested gradients', smooth, (at) => {
      const chosen = smoothInputs(at)
      return higherBackwards(pulled(at), pick(at.inputs, chosen), pick(at.tangents, chosen))
    }),
    says('the derivative of vjp is the same forwards and backwards', smooth, (at) => {
      const chosen = smoothInputs(at)
      const [xs, ts, us] = [pick(at.inputs, chosen), pick(at.tangents, chosen), pick(at.others, chosen)]
      return agree('⟨reverse over reverse, tangents⟩, against ⟨others, forward over reverse⟩')(
        inner(vjp(pulled(at))(xs).pullback(us), ts),
        inner(us, jvp(pulled(at))(xs)(ts).tangent)
      )
    })
  ]
}

const sameShape = (what: string, actual: Tensor, expected: Tensor): E.Either<Difference, void> =>
  sameDims(dimsOf(actual), dimsOf(expected))
    ? agreed
    : E.left({
        what: `the shape of ${what}`,
        actual: showDims(dimsOf(actual)),
        expected: showDims(dimsOf(expected))
      })

/** Where a function does not depend smoothly on an input, its gradient by that input is exactly 0. */
export const constancyLaw = <P>(subject: Subject<P>): Law =>
  law<Directed<P>>({
    name: `${subject.name}: the cotangent of an input it is not differentiable by is exactly zero`,
    given: direct(subject, subject.points),
    show: showDirected,
    holds: ({ params, inputs, cotangent }) => {
      const cts = vjp(subject.f(params))(inputs).pullback(cotangent)
      return every(
        cts.flatMap((ct, i) => (subject.differentiable(i) ? [] : [() => allZero(`the cotangent of input ${i}`)(ct)]))
      )
    }
  })
