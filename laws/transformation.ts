import * as E from 'fp-ts/lib/Either.js'
import { compile as compileIt } from '../src/compile/compile.ts'
import * as kinds from '../src/kinds/index.ts'
import { tensors as op } from '../src/tape/algebra.ts'
import { sizeOf } from '../src/tensor/dims.ts'
import { toFlatArray } from '../src/tensor/read.ts'
import { dimsOf, make, type Tensor } from '../src/tensor/tensor.ts'
import { checkpoint as checkpointIt } from '../src/transform/custom.ts'
import { cond } from '../src/transform/cond.ts'
import { grad as gradOf, jvp as jvpOf } from '../src/transform/grad.ts'
import { vmap as vmapIt } from '../src/transform/vmap.ts'
import { agreed, type Difference, law, type Suite } from './law.ts'
import { missesNone } from './pattern.ts'
import { type Program, program, showProgram } from './program.ts'
import { agree, along, every, inner, nothing, numeric, probe, stepFor, trusted } from './tolerance.ts'

/** Random programs under every pair of five transformations, and rewritten without a change of meaning. */

type Many = readonly Tensor[]
type OfMany = (...inputs: Many) => Many

/** The transformations that are tried on random programs: the library's, or some of your own in their place. @category program @since 0.1.0 */
export interface TransformationLaws {
  /** `grad` of a function of a list of tensors. */
  readonly grad?: (f: (inputs: readonly Tensor[]) => never) => (inputs: readonly Tensor[]) => readonly Tensor[]
  /** `jvp` of a function of a list of tensors. */
  readonly jvp?: (
    f: (inputs: readonly Tensor[]) => readonly Tensor[]
  ) => (
    inputs: readonly Tensor[]
  ) => (tangents: readonly Tensor[]) => { readonly value: readonly Tensor[]; readonly tangent: readonly Tensor[] }
  /** The next three, of a function of several tensors. */
  readonly vmap?: (
    f: (...inputs: readonly Tensor[]) => readonly Tensor[]
  ) => (...inputs: readonly Tensor[]) => readonly Tensor[]
  readonly compile?: (
    f: (...inputs: readonly Tensor[]) => readonly Tensor[]
  ) => (...inputs: readonly Tensor[]) => readonly Tensor[]
  readonly checkpoint?: (
    f: (...inputs: readonly Tensor[]) => readonly Tensor[]
  ) => (...inputs: readonly Tensor[]) => readonly Tensor[]
}

const f = kinds.anyFunction

const transformationFields = kinds.settings('laws.transformations', {
  grad: [f, gradOf],
  jvp: [f, jvpOf],
  vmap: [f, vmapIt],
  compile: [f, compileIt],
  checkpoint: [f, checkpointIt]
})

/** A tensor of irregular numbers, of a shape. */
const weights = (x: Tensor, from: number): Tensor =>
  make(
    dimsOf(x),
    Float64Array.from({ length: sizeOf(dimsOf(x)) }, (_, i) => Math.cos(1.3 * i + from))
  )

const all = (x: Tensor): readonly number[] => dimsOf(x).map((_, axis) => axis)

/** One number of all results, of which every element counts differently. */
const totalOf = (outputs: Many): Tensor =>
  outputs.map((x, i) => op.sum(op.mul(x, weights(x, i)), all(x), false)).reduce((a, b) => op.add(a, b), op.constant(0))

/** How much smaller the second example of a batch is. */
const SMALLER = 0.8

const stacked = (a: Tensor, b: Tensor): Tensor =>
  op.concat(
    [a, b].map((x) => op.reshape(x, [1, ...dimsOf(x)])),
    0
  )

const smaller = (x: Tensor): Tensor => op.mul(x, op.constant(SMALLER))

const agreeAll =
  (what: string, tolerance = numeric) =>
  (actual: Many, expected: Many): E.Either<Difference, void> =>
    every([
      () => agree(`${what}: the number of results`)(actual.length, expected.length),
      ...actual.map((x, i) => () => agree(`${what}, result ${i}`, tolerance)(x, expected[i] ?? nothing))
    ])

/** The tolerance for programs, whose rounding errors accumulate. */
const rounding = { atol: 1e-9, rtol: 1e-8 }

/** Whether a function jumps beside a point, so that rounding may decide a choice in it otherwise. */
const jumpsAt = (g: OfMany, inputs: Many): boolean =>
  [1e-12, -1e-12].some((h) =>
    E.isLeft(agreeAll('the value', rounding)(g(...along(inputs, inputs.map(weights), h)), g(...inputs)))
  )

/** A way to transform a function, and what it must give at a point, by the function alone. */
interface Transformation {
  readonly name: string
  readonly of: (g: OfMany) => OfMany
  readonly holds: (actual: Many, g: OfMany, inputs: Many) => E.Either<Difference, void>
}

const transformationsOf = (given: TransformationLaws): readonly Transformation[] => {
  const { grad, jvp, vmap, compile, checkpoint } = transformationFields.read(given) as unknown as {
    readonly grad: (f: (xs: Many) => Tensor) => (xs: Many) => Many
    readonly jvp: (
      f: (xs: Many) => Many
    ) => (xs: Many) => (ts: Many) => { readonly value: Many; readonly tangent: Many }
    readonly vmap: (f: OfMany) => OfMany
    readonly compile: (f: OfMany) => OfMany
    readonly checkpoint: (f: OfMany) => OfMany
  }
  const same: Transformation['holds'] = (actual, g, inputs) => {
    const compared = agreeAll('the value', rounding)(actual, g(...inputs))
    return E.isRight(compared) || jumpsAt(g, inputs) ? agreed : compared
  }
  const directions = (xs: Many): Many => xs.map(weights)
  /** What a function does along the directions, where it is smooth. */
  const byNumbers = (
    inputs: Many,
    along1: (t: number) => Tensor,
    compare: (slope: Tensor) => E.Either<Difference, void>
  ): E.Either<Difference, void> => {
    const step = stepFor(inputs, directions(inputs))
    const tried = (h: number): E.Either<Difference, void> => {
      const { slope, roughness } = probe(along1, h)
      const size = toFlatArray(slope).reduce((most, value) => Math.max(most, Math.abs(value)), 1)
      return roughness > trusted * size || Number.isNaN(roughness) ? agreed : compare(slope)
    }
    // a kink at the edge of a step may escape the probe: a wrong derivative disagrees with a narrower one too
    return E.isRight(tried(step)) ? agreed : tried(step / 8)
  }
  return [
    {
      name: 'grad',
      of:
        (g) =>
        (...xs) =>
          grad((ys) => totalOf(g(...ys)))(xs),
      holds: (actual, g, inputs) =>
        byNumbers(
          inputs,
          (t) => totalOf(g(...along(inputs, directions(inputs), t))),
          (slope) =>
            agree('⟨the gradient, a direction⟩, against numbers', numeric)(
              inner(actual, directions(inputs)),
              toFlatArray(slope)[0] ?? NaN
            )
        )
    },
    {
      name: 'jvp',
      of:
        (g) =>
        (...xs) => {
          const { value, tangent } = jvp((ys) => g(...ys))(xs)(directions(xs))
          return [...value, ...tangent]
        },
      holds: (actual, g, inputs) => {
        const count = g(...inputs).length
        return every([
          () => same(actual.slice(0, count), g, inputs),
          () => agree('the number of tangents')(actual.length - count, count),
          ...actual.slice(count).map(
            (tangent, i) => () =>
              byNumbers(
                inputs,
                (t) => g(...along(inputs, directions(inputs), t))[i] ?? nothing,
                (slope) => agree(`the tangent of result ${i}, against numbers`, numeric)(tangent, slope)
              )
          )
        ])
      }
    },
    {
      name: 'vmap',
      of:
        (g) =>
        (...xs) =>
          vmap(g)(...xs.map((x) => stacked(x, smaller(x)))),
      holds: (actual, g, inputs) => {
        const [one, two] = [g(...inputs), g(...inputs.map(smaller))]
        return agreeAll('the batch, against its examples', rounding)(
          actual,
          one.map((x, i) => stacked(x, two[i] ?? nothing))
        )
      }
    },
    { name: 'compile', of: (g) => compile(g), holds: same },
    { name: 'checkpoint', of: (g) => checkpoint(g), holds: same }
  ]
}

type Rewrite = (x: Tensor) => Tensor

/** Ways to write a tensor again. */
const rewrites: Readonly<Record<string, Rewrite>> = {
  'where(c, x, x)': (x) => op.where(op.greater(x, op.constant(0.3)), x, x),
  'neg twice': (x) => op.neg(op.neg(x)),
  'reshape and back': (x) => op.reshape(op.reshape(x, [sizeOf(dimsOf(x)), 1]), dimsOf(x)),
  'permute and back': (x) => op.permute(op.permute(x, [...all(x)].reverse()), [...all(x)].reverse()),
  'split and concat': (x) => {
    const dims = dimsOf(x)
    const [n = 0] = dims
    if (n < 2) return x
    const zeros = dims.map(() => 0)
    return op.concat([op.slice(x, zeros, [1, ...dims.slice(1)]), op.slice(x, [1, ...zeros.slice(1)], dims)], 0)
  },
  'pad and slice': (x) => {
    const ones = dimsOf(x).map(() => 1)
    const wide = op.pad(
      x,
      ones,
      dimsOf(x).map((n) => n + 2)
    )
    return op.slice(
      wide,
      ones,
      dimsOf(x).map((n) => n + 1)
    )
  },
  'half of itself twice': (x) => op.add(op.mul(x, op.constant(0.5)), op.mul(x, op.constant(0.5))),
  'broadcast and pick': (x) =>
    op.reshape(
      op.slice(op.broadcastTo(x, [2, ...dimsOf(x)]), [1, ...all(x).map(() => 0)], [2, ...dimsOf(x)]),
      dimsOf(x)
    )
}

const onTensors =
  (rewrite: Rewrite) =>
  (g: OfMany): OfMany =>
  (...xs) =>
    g(...xs.map(rewrite)).map(rewrite)

const branch = cond as unknown as (a: OfMany, b: OfMany) => (predicate: Tensor, ...xs: Many) => Many

/** Ways to write a function again. */
const programRewrites: Readonly<Record<string, (g: OfMany) => OfMany>> = {
  ...Object.fromEntries(Object.entries(rewrites).map(([name, rewrite]) => [name, onTensors(rewrite)])),
  'a part computed twice':
    (g) =>
    (...xs) => {
      const [one, two] = [g(...xs), g(...xs)]
      return one.map((x, i) => op.add(op.mul(x, op.constant(0.25)), op.mul(two[i] ?? nothing, op.constant(0.75))))
    },
  'two equal branches':
    (g) =>
    (...xs) =>
      branch(g, g)(op.constant(1), ...xs),
  'a batch in another order':
    (g) =>
    (...xs) => {
      // the batch [x / 2, x], whose last example is picked
      const batch = vmapIt(g as never) as unknown as OfMany
      return batch(...xs.map((x) => stacked(op.mul(x, op.constant(0.5)), x))).map((y) => {
        const dims = dimsOf(y)
        return op.reshape(
          op.slice(
            y,
            dims.map((_, i) => (i === 0 ? 1 : 0)),
            dims
          ),
          dims.slice(1)
        )
      })
    }
}

/**
 * That `grad`, `jvp`, `vmap`, `compile` and `checkpoint` are right on random programs, with branches, loops, scans and
 * shared parts: each, and each of each, in both orders, against numbers where they differentiate and against the
 * function itself where they do not; and that rewriting a program without changing its meaning changes neither its value nor its gradient, in a program
 * neither; and that the sparsity patterns of the program and of its gradient have an entry for each derivative that is
 * not 0. Give a transformation of your own, to have it tried in the place of the library's.
 *
 * @throws ValueError when it is given something else
 * @example
 * import { throws } from 'assert'
 * import { checkpoint, params, stopGradient, type Tensor } from 'grad-ts'
 * import * as laws from 'grad-ts/laws'
 *
 * laws.assert(laws.transformations(), { numRuns: 2 })
 *
 * // a checkpoint through which nothing flows back
 * const closed = (f: (...xs: readonly Tensor[]) => readonly Tensor[]) => (...xs: readonly Tensor[]) =>
 *   checkpoint(f)(...xs).map((x) => stopGradient(x))
 * throws(() => laws.assert(laws.transformations({ checkpoint: closed }), { numRuns: 30 }), /grad of checkpoint/)
 * @category program
 * @since 0.1.0
 */
export const transformations = (settings: TransformationLaws = {}): Suite => {
  const known = transformationsOf(settings)
  // off the round numbers, at which |x²| and the like have a kink that only an operation sees, not the function
  const given = program().map((p): Program => ({
    ...p,
    inputs: p.inputs.map((x, i) => op.add(x, op.mul(weights(x, i + 0.5), op.constant(0.01))))
  }))
  const says = (statement: string, holds: (sample: Program) => E.Either<Difference, void>) =>
    law<Program>({ name: `random programs: ${statement}`, given, show: showProgram, holds })
  const [gradient, , , compiled] = known as readonly [Transformation, Transformation, Transformation, Transformation]
  const plain = (p: Program): OfMany => p.f
  return [
    ...known.map((outer) =>
      says(`${outer.name} is right`, (p) => outer.holds(outer.of(plain(p))(...p.inputs), plain(p), p.inputs))
    ),
    ...known.flatMap((outer) =>
      known.map((within) =>
        says(`${outer.name} of ${within.name} is right`, (p) => {
          const g = within.of(plain(p))
          return outer.holds(outer.of(g)(...p.inputs), g, p.inputs)
        })
      )
    ),
    says('the sparsity pattern misses no derivative', (p) =>
      every([
        () => missesNone((xs) => p.f(...xs), p.inputs),
        () => missesNone((xs) => gradOf((ys: Many) => totalOf(p.f(...ys)) as never)(xs), p.inputs)
      ])
    ),
    ...Object.entries(programRewrites).map(([name, rewrite]) =>
      says(`${name} changes nothing`, (p) => {
        const [before, after] = [plain(p), rewrite(plain(p))]
        return every([
          () => agreeAll('the value', rounding)(after(...p.inputs), before(...p.inputs)),
          () => agreeAll('the gradient', rounding)(gradient.of(after)(...p.inputs), gradient.of(before)(...p.inputs)),
          () => agreeAll('the value in a program', rounding)(compiled.of(after)(...p.inputs), before(...p.inputs))
        ])
      })
    )
  ]
}
