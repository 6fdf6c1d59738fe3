import * as kinds from '../kinds/index.ts'
import { type Key, normal, split, uniform } from '../random/index.ts'
import { asKey } from '../random/key.ts'
import { checkDims } from '../tensor/dims.ts'
import { make, type Tensor, valuesOf } from '../tensor/tensor.ts'
import { labelled } from './classes.ts'
import type { Labelled } from './dataset.ts'

/** Points of several classes, made up: what a classifier is tried on first. The points of a class stand together. */

/** How many spiral arms, how many points on each, and how far they scatter. @category settings @since 0.1.0 */
export interface SpiralsSettings<A extends number = number> {
  /** 3 when left out. */
  readonly arms?: A
  /** 100 when left out. */
  readonly perArm?: number
  /** The standard deviation of the angle, in radians; 0.2 when left out. */
  readonly noise?: number
}

/** How many points each of two classes has, and how far they scatter. @category settings @since 0.1.0 */
export interface MoonsSettings {
  /** 100 when left out. */
  readonly perClass?: number
  /** The standard deviation of both coordinates; 0.1 when left out. */
  readonly noise?: number
}

/** Two circles, one inside the other. @category settings @since 0.1.0 */
export interface CirclesSettings extends MoonsSettings {
  /** The radius of the inner circle, above 0 and below 1; 0.5 when left out. That of the outer is 1. */
  readonly factor?: number
}

/** Clouds of points around centres. @category settings @since 0.1.0 */
export interface BlobsSettings<C extends number = number, F extends number = number> {
  /** How many clouds, each a class; 3 when left out. */
  readonly classes?: C
  /** 100 when left out. */
  readonly perClass?: number
  /** How many coordinates a point has; 2 when left out. */
  readonly features?: F
  /** Of each coordinate around its centre; 1 when left out. */
  readonly standardDeviation?: number
}

const twoClasses = { perClass: [kinds.size, 100], noise: [kinds.notNegative, 0.1] } as const
const spiralsSettings = kinds.settings('spirals', {
  arms: [kinds.size, 3],
  perArm: [kinds.size, 100],
  noise: [kinds.notNegative, 0.2]
})
const moonsSettings = kinds.settings('moons', twoClasses)
const circlesSettings = kinds.settings('circles', { ...twoClasses, factor: [kinds.share, 0.5] })
const blobsSettings = kinds.settings('blobs', {
  classes: [kinds.size, 3],
  perClass: [kinds.size, 100],
  features: [kinds.size, 2],
  standardDeviation: [kinds.notNegative, 1]
})

/** `count` evenly spaced numbers from 0 to 1, number `i` of them. */
const evenly = (i: number, count: number): number => (count === 1 ? 0 : i / (count - 1))

const labelsOf = (classes: number, perClass: number): Float64Array =>
  Float64Array.from({ length: classes * perClass }, (_, row) => Math.floor(row / perClass))

/** `classes · perClass` points of the plane, of which `at` gives each by its class and its number within it. */
const points = <C extends number>(
  classes: C,
  perClass: number,
  at: (kind: number, i: number) => readonly [number, number]
): Labelled<[2], [C]> => {
  const rows = Array.from({ length: classes * perClass }, (_, row) => at(Math.floor(row / perClass), row % perClass))
  return labelled(
    make<[number, 2]>([rows.length, 2], Float64Array.from(rows.flat())),
    classes,
    labelsOf(classes, perClass)
  )
}

const draws = (count: number, standardDeviation: number, key: Key): Float64Array =>
  valuesOf('data', normal([count], { standardDeviation })(key))

/**
 * Interleaved spirals, a class each. Point `i` of `n` on arm `j` has the radius `r = i / (n − 1)` and the angle
 * `t = 4 (j + r)` plus noise, and lies at `(r sin t, r cos t)`: every arm starts at the origin and ends on the unit circle.
 *
 * @shape inputs [arms · perArm, 2], targets [arms · perArm, arms], labels [arms · perArm]
 * @throws ValueError when `arms` or `perArm` is not an integer of at least 1, or the noise is negative or not finite
 * @see Karpathy, CS231n: Putting it together: Minimal Neural Network Case Study
 * @example
 * import { deepStrictEqual, ok } from 'assert'
 * import { data, random, toArray } from 'grad-ts'
 *
 * const { inputs, targets, labels } = data.spirals({ perArm: 50 })(random.key(0))
 * deepStrictEqual([inputs.shape, targets.shape, labels.shape], [[150, 2], [150, 3], [150]])
 * const [x, y] = toArray(inputs)[49]!
 * ok(Math.abs(Math.hypot(x!, y!) - 1) < 1e-12)
 * @category examples
 * @since 0.1.0
 */
export const spirals = <const A extends number = 3>(
  settings: SpiralsSettings<A> = {}
): ((key: Key) => Labelled<[2], [A]>) => {
  const { arms, perArm, noise } = spiralsSettings.read(settings)
  checkDims('spirals', [arms, perArm, arms])
  return (given) => {
    const key = asKey('spirals', given)
    const angles = draws(arms * perArm, noise, key)
    return points(arms, perArm, (arm, i) => {
      const r = evenly(i, perArm)
      const t = 4 * (arm + r) + angles[arm * perArm + i]!
      return [r * Math.sin(t), r * Math.cos(t)]
    })
  }
}

/** Points of the plane moved by normal noise. */
const scattered = <C extends number>(
  what: string,
  classes: C,
  perClass: number,
  noise: number,
  at: (kind: number, i: number) => readonly [number, number]
) => {
  checkDims(what, [classes, perClass, classes])
  return (key: Key): Labelled<[2], [C]> => {
    const moves = draws(2 * classes * perClass, noise, asKey(what, key))
    return points(classes, perClass, (kind, i) => {
      const [x, y] = at(kind, i)
      const row = kind * perClass + i
      return [x + moves[2 * row]!, y + moves[2 * row + 1]!]
    })
  }
}

/**
 * Two interleaved half circles of radius 1: the first from `(1, 0)` over `(0, 1)` to `(−1, 0)`, the second from `(0, 0.5)`
 * under `(1, −0.5)` to `(2, 0.5)`, with normal noise on both coordinates.
 *
 * @shape inputs [2 · perClass, 2], targets [2 · perClass, 2], labels [2 · perClass]
 * @throws ValueError when `perClass` is not an integer of at least 1, or the noise is negative or not finite
 * @see scikit-learn, sklearn.datasets.make_moons
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { data, random, reshape } from 'grad-ts'
 *
 * const moons = data.moons({ perClass: 20 })(random.key(0))
 * deepStrictEqual(moons.inputs.shape, [40, 2])
 *
 * // for a network with a single output
 * const binary = { inputs: moons.inputs, targets: reshape([40, 1])(moons.labels) }
 * deepStrictEqual(binary.targets.shape, [40, 1])
 * @category examples
 * @since 0.1.0
 */
export const moons = (settings: MoonsSettings = {}): ((key: Key) => Labelled<[2], [2]>) => {
  const { perClass, noise } = moonsSettings.read(settings)
  return scattered('moons', 2, perClass, noise, (kind, i) => {
    const angle = Math.PI * evenly(i, perClass)
    return kind === 0 ? [Math.cos(angle), Math.sin(angle)] : [1 - Math.cos(angle), 0.5 - Math.sin(angle)]
  })
}

/**
 * Two circles around the origin, of radius 1 (the first class) and `factor` (the second), their points evenly spaced, with
 * normal noise on both coordinates.
 *
 * @shape inputs [2 · perClass, 2], targets [2 · perClass, 2], labels [2 · perClass]
 * @throws ValueError when `perClass` is not an integer of at least 1, the noise is negative or not finite, or the
 * factor is not between 0 and 1
 * @see scikit-learn, sklearn.datasets.make_circles
 * @example
 * import { ok } from 'assert'
 * import { data, random, toArray } from 'grad-ts'
 *
 * const { inputs } = data.circles({ perClass: 10, noise: 0, factor: 0.25 })(random.key(0))
 * ok(toArray(inputs).every(([x, y], i) => Math.abs(Math.hypot(x!, y!) - (i < 10 ? 1 : 0.25)) < 1e-12))
 * @category examples
 * @since 0.1.0
 */
export const circles = (settings: CirclesSettings = {}): ((key: Key) => Labelled<[2], [2]>) => {
  const { perClass, noise, factor } = circlesSettings.read(settings)
  return scattered('circles', 2, perClass, noise, (kind, i) => {
    const radius = kind === 0 ? 1 : factor
    const angle = (2 * Math.PI * i) / perClass
    return [radius * Math.cos(angle), radius * Math.sin(angle)]
  })
}

/** The centres of blobs lie in a box that reaches so far from the origin. */
const reach = 10

/**
 * Clouds of normal points, a class each, around centres drawn uniformly from −10 to 10 in each coordinate.
 *
 * @shape inputs [classes · perClass, features], targets [classes · perClass, classes], labels [classes · perClass]
 * @throws ValueError when a count is not an integer of at least 1, or the standard deviation is negative or not finite
 * @see scikit-learn, sklearn.datasets.make_blobs
 * @example
 * import { deepStrictEqual } from 'assert'
 * import { data, random } from 'grad-ts'
 *
 * const { inputs, targets } = data.blobs({ classes: 4, perClass: 10, features: 3 })(random.key(0))
 * deepStrictEqual([inputs.shape, targets.shape], [[40, 3], [40, 4]])
 * @category examples
 * @since 0.1.0
 */
export const blobs = <const C extends number = 3, const F extends number = 2>(
  settings: BlobsSettings<C, F> = {}
): ((key: Key) => Labelled<[F], [C]>) => {
  const { classes, perClass, features, standardDeviation } = blobsSettings.read(settings)
  checkDims('blobs', [classes, perClass, Math.max(classes, features)])
  return (key) => {
    const [centreKey, pointKey] = split(2)(asKey('blobs', key))
    const centres = valuesOf('blobs', uniform([classes, features], { min: -reach, max: reach })(centreKey))
    const moves = draws(classes * perClass * features, standardDeviation, pointKey)
    const inputs: Tensor<[number, F]> = make(
      [classes * perClass, features],
      moves.map((move, at) => move + centres[Math.floor(at / (perClass * features)) * features + (at % features)]!)
    )
    return labelled(inputs, classes, labelsOf(classes, perClass))
  }
}
