import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { neg, square } from '../src/ops/pointwise.ts'
import * as params from '../src/params/index.ts'
import { tensors as op } from '../src/tape/algebra.ts'
import { type Dims, sizeOf } from '../src/tensor/dims.ts'
import { toNumber } from '../src/tensor/read.ts'
import type { Shape } from '../src/tensor/shape.ts'
import { dimsOf, type Tensor } from '../src/tensor/tensor.ts'
import { like, number, tree } from './draw.ts'
import { reals } from '../src/primitive/domain.ts'
import { showTree } from './show.ts'
import { agreed, type Difference, type Law, law, type Suite } from './law.ts'
import { agree, agreeText, every, identical } from './tolerance.ts'
import { arbitraryOf } from './given.ts'
import * as kinds from '../src/kinds/index.ts'

type Params = params.Params

/** Three trees of one structure, and two numbers. */
interface Trees<P> {
  readonly p: P
  readonly q: P
  readonly r: P
  readonly a: number
  readonly b: number
}

const show = <P extends Params>({ p, q, r, a, b }: Trees<P>): string =>
  [`p = ${showTree(p)}`, `q = ${showTree(q)}`, `r = ${showTree(r)}`, `a = ${a}, b = ${b}`].join('\n')

const first = <S extends Shape>(x: Tensor<S>, _: Tensor<S>): Tensor<S> => x
const second = <S extends Shape>(_: Tensor<S>, y: Tensor<S>): Tensor<S> => y
const product = <S extends Shape>(x: Tensor<S>, y: Tensor<S>): Tensor<S> => op.mul(x, y) as unknown as Tensor<S>

const add = <P>(p: P, q: P): P => params.add(q as never)(p as never)
const sub = <P>(p: P, q: P): P => params.sub(q as never)(p as never)
const scale = <P>(k: number, p: P): P => params.scale(k)(p as never)
const dot = <P>(p: P, q: P): number => toNumber(params.dot(q as never)(p as never))

/**
 * What makes trees of a structure a functor, their gradients a monoid, and the whole a vector space: the laws that
 * optimisers and training rest on. Tried on trees of any structure, or on those you give.
 */
const suite = <P extends Params = Params>(trees: fc.Arbitrary<P> = tree() as fc.Arbitrary<P>): Suite => {
  const given: fc.Arbitrary<Trees<P>> = kinds
    .mustBe(arbitraryOf, 'laws.params: trees', trees)
    .chain((p) => fc.record({ p: fc.constant(p), q: like(p), r: like(p), a: number(reals), b: number(reals) }))
  const says = (statement: string, holds: (trees: Trees<P>) => E.Either<Difference, void>): Law =>
    law({ name: `params: ${statement}`, given, show, holds })
  const map = (f: params.Leafwise, p: P): P => params.map(f)(p as never)
  const zipWith = (f: params.LeafwisePair, p: P, q: P): P => params.zipWith(f)(q as never)(p as never)

  return [
    says('map keeps what the identity gives', ({ p }) =>
      identical('map(identity)')(
        map((x) => x, p),
        p
      )
    ),
    says('map of a composition is the composition of maps', ({ p }) =>
      identical('map(square then negate)')(
        map((x) => neg(square(x)), p),
        map(neg, map(square, p))
      )
    ),
    says('zipWith takes its arguments in order and leaf by leaf', ({ p, q }) =>
      every([
        () => identical('zipWith(first)')(zipWith(first, p, q), p),
        () => identical('zipWith(second)')(zipWith(second, p, q), q),
        () =>
          identical('the negated product')(
            map(neg, zipWith(product, p, q)),
            zipWith((x, y) => neg(product(x, y)), p, q)
          )
      ])
    ),
    says('gradients are a commutative monoid under addition', ({ p, q, r }) => {
      const empty = params.zerosLike(p as never) as P
      const join = (x: P, y: P): P => params.add(y as never)(x as never)
      return every([
        () => agree('zeros + p', exact)(join(empty, p), p),
        () => agree('p + zeros', exact)(join(p, empty), p),
        () => agree('p + q, against q + p', exact)(join(p, q), join(q, p)),
        () => agree('(p + q) + r, against p + (q + r)')(join(join(p, q), r), join(p, join(q, r)))
      ])
    }),
    says('scaling distributes, and 1 changes nothing', ({ p, q, a, b }) =>
      every([
        () => agree('1 · p', exact)(scale(1, p), p),
        () => agree('a · (b · p), against (a · b) · p')(scale(a, scale(b, p)), scale(a * b, p)),
        () => agree('(a + b) · p')(scale(a + b, p), add(scale(a, p), scale(b, p))),
        () => agree('a · (p + q)')(scale(a, add(p, q)), add(scale(a, p), scale(a, q)))
      ])
    ),
    says('subtraction and addScaled are what addition and scaling give', ({ p, q, a }) =>
      every([
        () => agree('p − q', exact)(sub(p, q), add(p, scale(-1, q))),
        () => agree('p − p', exact)(sub(p, p), params.zerosLike(p as never)),
        () => agree('p + a · q', exact)(params.addScaled(a)(q as never)(p as never), add(p, scale(a, q)))
      ])
    ),
    says('dot is symmetric and linear, and norm is its root', ({ p, q, r, a, b }) =>
      every([
        () => agree('⟨p, q⟩, against ⟨q, p⟩')(dot(p, q), dot(q, p)),
        () => agree('⟨a · p + b · q, r⟩')(dot(add(scale(a, p), scale(b, q)), r), a * dot(p, r) + b * dot(q, r)),
        () => agree('|p|²')(toNumber(params.norm(p as never)) ** 2, dot(p, p))
      ])
    ),
    says('every tensor has its path and is counted', ({ p }) => {
      const tensors = params.tensors(p as never)
      const paths = params.paths(p as never)
      const seen = params.reduce<readonly string[]>([], (list, _, path) => [...list, path])(p as never)
      const sizes = tensors.map((x: Tensor): Dims => dimsOf(x)).map(sizeOf)
      return every([
        () => agree('the number of paths')(paths.length, tensors.length),
        () => agree('the number of different paths')(new Set(paths).size, paths.length),
        () => agreeText('the paths of reduce')(seen.join(), paths.join()),
        () =>
          agree('the count')(
            params.count(p as never),
            sizes.reduce((sum, size) => sum + size, 0)
          ),
        () =>
          params.getEq<Params>().equals(p, params.mapWithPath(() => (x) => x)(p as never))
            ? agreed
            : E.left({ what: 'the tree', actual: 'another', expected: 'the same' })
      ])
    })
  ]
}

/** Equal numbers; 0 and −0 are. */
const exact = { atol: 0, rtol: 0 }

export { suite as params }
