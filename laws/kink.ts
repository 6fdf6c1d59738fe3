import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import type { Interval } from '../src/primitive/primitive.ts'
import { toFlatArray } from '../src/tensor/read.ts'
import { dimsOf, make, type Tensor } from '../src/tensor/tensor.ts'
import { jvp, vjp } from '../src/transform/grad.ts'
import { number } from './draw.ts'
import { agreed, type Difference, type Law, law } from './law.ts'
import { largest, scatterOf } from './resolution.ts'
import { showExact } from './show.ts'
import { direct, type Directed, showDirected, type Subject } from './subject.ts'
import { agree, along, every, indexOf, inner, stepFor } from './tolerance.ts'

/**
 * The laws of derivatives where a function may have none: points to avoid, and whole numbers, of which many are equal.
 * Where it is smooth after all, both laws hold too.
 */

const wholes = [0, 1, -1, 2, -2, 3, -3]

/** Numbers at which a function of an interval may have kinks: points to avoid, whole numbers, and some others. */
export const kinkIn = (interval: Interval, others: readonly number[] = []): fc.Arbitrary<number> => {
  const { min, max, avoid } = interval
  const inside = (xs: readonly number[]): readonly number[] => xs.filter((x) => x >= min && x <= max)
  const [special, few, many] = [inside([...avoid, ...others]), inside(wholes.slice(0, 3)), inside(wholes)]
  const pools = [special, few, many].filter((pool) => pool.length > 0).map((pool) => fc.constantFrom(...pool))
  return pools.length === 0 ? number(interval) : fc.oneof(...pools)
}

/** A slope from one side, and how far it is from having converged. */
interface OneSided {
  readonly slope: number
  readonly drift: number
}

const oneSided = ([wide = NaN, middle = NaN, narrow = NaN]: readonly number[]): OneSided => {
  const [first, second] = [2 * middle - wide, 2 * narrow - middle]
  const slope = (4 * second - first) / 3
  return { slope, drift: Math.abs(slope - second) }
}

/** A drift of more than this share of the slope: it is not bounded there, or has another kink within a step. */
const UNSETTLED = 1e-3
const RELATIVE = 1e-6
const ROUNDING = 2 ** -44

const allFinite = (xs: readonly number[]): boolean => xs.every(Number.isFinite)

/** Irregular numbers from −1 to 1, none near 0 or equal. */
const irregular = (round: number, input: number, at: number): number => {
  const mixed = Math.imul(Math.imul(round + 1, 0x9e3779b1) ^ Math.imul(input + 1, 0x85ebca6b) ^ (at + 1), 0xc2b2ae35)
  const value = ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  return value < 0.5 ? value - 1 : value
}

/** A point at some distance from another, in one of several irregular directions. */
const beside = (xs: readonly Tensor[], round: number, distance: number): readonly Tensor[] =>
  xs.map((x, k) =>
    make(
      dimsOf(x),
      Float64Array.from(toFlatArray(x), (value, i) => value + distance * irregular(round, k, i))
    )
  )

/** Whether each element of a tangent lies between the slopes from both sides, where these exist. */
const lies = (
  f: (xs: readonly Tensor[]) => Tensor,
  xs: readonly Tensor[],
  tangents: readonly Tensor[],
  tangent: Tensor
): E.Either<Difference, void> => {
  const step = stepFor(xs, tangents)
  const at = (t: number): readonly number[] => toFlatArray(f(along(xs, tangents, t)))
  const centre = at(0)
  const steps = [step, step / 2, step / 4]
  const [right, left] = [steps.map((h) => ({ h, y: at(h) })), steps.map((h) => ({ h: -h, y: at(-h) }))]
  const outsideBy = (more: number) =>
    toFlatArray(tangent).flatMap((actual, i) => {
      const own = centre[i] ?? NaN
      const [after, before] = [right, left].map((side) => oneSided(side.map(({ h, y }) => ((y[i] ?? NaN) - own) / h)))
      if (after === undefined || before === undefined) return []
      const ends = [after.slope, before.slope]
      const size = largest(ends)
      const noise = (ROUNDING * largest([own, ...[...right, ...left].map(({ y }) => y[i] ?? NaN)])) / step
      const drift = Math.max(after.drift, before.drift)
      if (!allFinite([own, ...ends, noise]) || drift > UNSETTLED * size + noise) return []
      const allowed = RELATIVE * size + 8 * drift + noise + more
      return actual >= Math.min(...ends) - allowed && actual <= Math.max(...ends) + allowed
        ? []
        : [
            {
              what: 'the tangent at a kink',
              index: indexOf(dimsOf(tangent), i),
              actual: showExact(actual),
              expected: `between the slopes from both sides, ${showExact(before.slope)} and ${showExact(after.slope)}`
            }
          ]
    })
  // where terms cancel, their rounding is more than that of the values and slopes
  const cancelled = (): number => {
    const moved = toFlatArray(f(beside(xs, 0, step))).map((y, i) => (y - (centre[i] ?? NaN)) / step)
    const terms = largest(moved) * largest(tangents.flatMap((t) => toFlatArray(t)))
    return Math.max(scatterOf(at, step), scatterOf(at, -step)) + ROUNDING * terms
  }
  const [first] = outsideBy(0).length > 0 ? outsideBy(cancelled()) : []
  return first === undefined ? agreed : E.left(first)
}

const DIRECTIONS = 16
const NEAR = 1e-6

/** Whether a function moves with its inputs: at a jump, a pole or a root it has neither slopes nor subgradients. */
const isLipschitz = (f: (xs: readonly Tensor[]) => Tensor, xs: readonly Tensor[]): boolean => {
  const own = toFlatArray(f(xs))
  const far = (round: number, distance: number): readonly number[] =>
    toFlatArray(f(beside(xs, round, distance))).map((y, i) => Math.abs(y - (own[i] ?? NaN)))
  return [0, 1, 2, 3].every((round) => {
    const [near, wide] = [far(round, NEAR), far(round, 1000 * NEAR)]
    return near.every(
      (moved, i) => Number.isFinite(own[i]) && moved <= 0.01 * (wide[i] ?? NaN) + 1e-12 * Math.abs(own[i] ?? NaN)
    )
  })
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0)
const norm = (a: readonly number[]): number => Math.sqrt(dot(a, a))

/** The point of least norm in the convex hull of some points, about: by Frank and Wolfe's method. */
const leastOf = (vertices: readonly (readonly number[])[]): readonly number[] =>
  Array.from({ length: 60 }).reduce<readonly number[]>((p) => {
    const toward = vertices.reduce((best, v) => (dot(p, v) < dot(p, best) ? v : best), p)
    const move = toward.map((x, i) => x - (p[i] ?? 0))
    const square = dot(move, move)
    const share = square === 0 ? 0 : Math.min(1, Math.max(0, -dot(p, move) / square))
    return p.map((x, i) => x + share * (move[i] ?? 0))
  }, vertices[0] ?? [])

/** The laws of derivatives at kinks. */
export const kinkLaws = <P>(subject: Subject<P>): readonly Law[] => {
  const { name, f, differentiable, kinks, least } = subject
  const moving = ({ inputs }: Directed<P>): readonly number[] =>
    inputs.flatMap((_, i) => (differentiable(i) ? [i] : []))
  const says = (statement: string, holds: (at: Directed<P>) => E.Either<Difference, void>): Law =>
    law({ name: `${name}: ${statement}`, given: direct(subject, kinks), show: showDirected, holds })
  const parts = (at: Directed<P>) => {
    const chosen = moving(at)
    const of = (xs: readonly Tensor[]): readonly Tensor[] => xs.filter((_, i) => chosen.includes(i))
    return {
      xs: of(at.inputs),
      tangents: of(at.tangents),
      g: (xs: readonly Tensor[]): Tensor => f(at.params)(at.inputs.map((x, i) => xs[chosen.indexOf(i)] ?? x))
    }
  }

  const between = says('at a kink the derivative lies between the slopes from both sides, in both modes', (at) => {
    const { xs, tangents, g } = parts(at)
    if (!isLipschitz(g, xs)) return agreed
    const { tangent } = jvp(g)(xs)(tangents)
    return every([
      () => lies(g, xs, tangents, tangent),
      () =>
        agree('⟨vjp cotangent, tangents⟩ at a kink, against ⟨cotangent, jvp tangents⟩')(
          inner(vjp(g)(xs).pullback(at.cotangent), tangents),
          inner([at.cotangent], [tangent])
        )
    ])
  })

  const isLeast = says('at a kink the derivative is the subgradient of least norm', (at) => {
    const { xs, g } = parts(at)
    const cotangents = toFlatArray(at.cotangent)
    const element = cotangents.reduce((best, ct, i) => (Math.abs(ct) > Math.abs(cotangents[best] ?? 0) ? i : best), 0)
    const hot = make(
      dimsOf(at.cotangent),
      Float64Array.from(cotangents, (_, i) => (i === element ? 1 : 0))
    )
    const gradient = (point: readonly Tensor[]): readonly number[] =>
      vjp(g)(point)
        .pullback(hot)
        .flatMap((x) => toFlatArray(x))
    const own = gradient(xs)
    const around = Array.from({ length: DIRECTIONS }, (_, round) => gradient(beside(xs, round, NEAR)))
    const top = largest(around.map(norm))
    if (!Number.isFinite(top) || !isLipschitz(g, xs)) return agreed
    const [found, expected] = [norm(own), norm(leastOf(around))]
    return found <= expected + 1e-3 * top
      ? agreed
      : E.left({
          what: `the norm of the gradient of element ${element} at a kink`,
          actual: showExact(found),
          expected: `the least one, ${showExact(expected)}`
        })
  })
  return least ? [between, isLeast] : [between]
}
