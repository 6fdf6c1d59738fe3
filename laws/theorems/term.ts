import * as E from 'fp-ts/lib/Either.js'
import type { Algebra, Word } from '../../src/primitive/algebra.ts'
import { wordsOf } from '../../src/primitive/carrier.ts'
import type { Primitive } from '../../src/primitive/primitive.ts'
import type { Dims } from '../../src/tensor/dims.ts'
import { fail } from '../../src/tensor/errors.ts'

/** Expressions as a carrier of the vocabulary: a rule applied to variables gives its own formula. */

export type Term = { readonly dims: Dims } & (
  | { readonly _tag: 'variable'; readonly name: string }
  | { readonly _tag: 'constant'; readonly value: number }
  | { readonly _tag: 'applied'; readonly word: Word; readonly params: unknown; readonly inputs: readonly Term[] }
)

export const variable = (name: string, dims: Dims = []): Term => ({ _tag: 'variable', name, dims })

/** A primitive applied to expressions, as an expression. */
export const applied = <P>(primitive: Primitive<P>, params: P, inputs: readonly Term[]): Term => {
  const dims = primitive.shape(
    params,
    inputs.map((x) => x.dims)
  )
  return E.isLeft(dims)
    ? fail('ShapeError', `${primitive.name}: ${dims.left}`)
    : { _tag: 'applied', word: primitive.name as Word, params, inputs, dims: dims.right }
}

export const terms: Algebra<Term> = {
  ...wordsOf<Term>(applied),
  dims: (x) => x.dims,
  constant: (value) => ({ _tag: 'constant', value, dims: [] }),
  range: () => fail('ValueError', 'range: has no formula over the reals')
}

/** An expression and its tangent; `null` where it does not depend on what is varied. */
interface Dual {
  readonly primal: Term
  readonly tangent: Term | null
}

const appliedToDual = <P>(primitive: Primitive<P>, params: P, inputs: readonly Dual[]): Dual => {
  const primals = inputs.map(({ primal }) => primal)
  const primal = applied(primitive, params, primals)
  const tangents = inputs.flatMap(({ tangent }, i) =>
    tangent === null || !primitive.differentiable(i)
      ? []
      : [primitive.jvp(terms, params, primals, primal, tangent, i, null)]
  )
  return { primal, tangent: tangents.length === 0 ? null : tangents.reduce((a, b) => terms.add(a, b)) }
}

const fixed = (primal: Term): Dual => ({ primal, tangent: null })

const duals: Algebra<Dual> = {
  ...wordsOf<Dual>(appliedToDual),
  dims: (x) => x.primal.dims,
  constant: (value) => fixed(terms.constant(value)),
  range: (count, step) => fixed(terms.range(count, step))
}

/**
 * The tangent of a formula in the words of the vocabulary, by the rules of the table: how a sweep in forward mode
 * differentiates the output of a rule.
 */
export const tangentOf = (
  formula: <A>(op: Algebra<A>, inputs: readonly A[]) => A,
  inputs: readonly Term[],
  tangents: readonly (Term | null)[]
): Term =>
  formula(
    duals,
    inputs.map((primal, i) => ({ primal, tangent: tangents[i] ?? null }))
  ).tangent ?? terms.constant(0)
