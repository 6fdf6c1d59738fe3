import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { uniform } from '../src/random/continuous.ts'
import { foldIn, isKey, type Key, key as keyOf, split } from '../src/random/key.ts'
import type { TensorJson } from '../src/tensor/json.ts'
import { Eq, toFlatArray } from '../src/tensor/read.ts'
import { makeFrom } from '../src/tensor/tensor.ts'
import { key as anyKey } from './draw.ts'
import { agreed, type Difference, law, type Suite } from './law.ts'
import { showKey } from './show.ts'
import { agreeText, every } from './tolerance.ts'
import { arbitraryOf } from './given.ts'
import * as kinds from '../src/kinds/index.ts'

const text = (keys: readonly Key[]): string => keys.map(showKey).join(', ')

const allDiffer = (what: string, keys: readonly Key[]): E.Either<Difference, void> =>
  new Set(keys.map(showKey)).size === keys.length
    ? agreed
    : E.left({ what, actual: text(keys), expected: 'keys that differ' })

interface Keyed {
  readonly key: Key
  readonly n: number
  readonly m: number
}

/**
 * What a splittable key must do: the same key gives the same children, children differ from each other and from their
 * parent, more children begin with the fewer, and the first answers are those that every release gives.
 */
export const key = (keys: fc.Arbitrary<Key> = anyKey): Suite => {
  const given: fc.Arbitrary<Keyed> = fc.record({
    key: kinds.mustBe(arbitraryOf, 'laws.key: keys', keys),
    n: fc.nat({ max: 20 }),
    m: fc.nat({ max: 20 })
  })
  const says = (statement: string, holds: (keyed: Keyed) => E.Either<Difference, void>) =>
    law<Keyed>({
      name: `key: ${statement}`,
      given,
      show: ({ key: own, n, m }) => `key = ${showKey(own)}, n = ${n}, m = ${m}`,
      holds
    })
  return [
    says('splitting repeats', ({ key: own, n }) => agreeText('split(n)')(text(split(n)(own)), text(split(n)(own)))),
    says('children differ from each other and from their parent', ({ key: own, n }) =>
      allDiffer('split(n) and the key', [own, ...split(n)(own)])
    ),
    says('more children begin with the fewer', ({ key: own, n, m }) => {
      const [fewer, more] = [Math.min(n, m), Math.max(n, m)]
      return agreeText('the first keys')(text(split(more)(own).slice(0, fewer)), text(split(fewer)(own)))
    }),
    says('folding in repeats, and gives another key for another number', ({ key: own, n, m }) =>
      every([
        () => agreeText('foldIn(n)')(showKey(foldIn(n)(own)), showKey(foldIn(n)(own))),
        () =>
          allDiffer(
            'foldIn',
            [own, ...new Set([n, m])].map((k) => (typeof k === 'number' ? foldIn(k)(own) : k))
          ),
        () => allDiffer('foldIn and split', [foldIn(n)(own), ...split(m)(own)])
      ])
    ),
    says('grandchildren differ', ({ key: own }) =>
      allDiffer(
        'the keys of two splits',
        split(4)(own).flatMap((child) => [child, ...split(4)(child)])
      )
    ),
    says('what is drawn repeats, and differs for a child', ({ key: own }) => {
      const draw = (k: Key): string => toFlatArray(uniform([4])(k)).join()
      const [child] = split(1)(own)
      return every([
        () => agreeText('uniform')(draw(own), draw(own)),
        () => (draw(child) === draw(own) ? E.left({ what: 'a child', actual: 'the same', expected: 'others' }) : agreed)
      ])
    }),
    says('the JSON of a key holds its words', ({ key: own }) => {
      const { shape, data } = JSON.parse(JSON.stringify(own)) as TensorJson
      const back = makeFrom(shape, data as readonly number[])
      return isKey(back) && Eq.equals(own, back)
        ? agreed
        : E.left({ what: 'the key after JSON', actual: JSON.stringify(own), expected: showKey(own) })
    }),
    law({
      name: 'key: the first answers are the known ones',
      given: fc.constant(keyOf(0)),
      show: (own) => `key = ${showKey(own)}`,
      runs: 1,
      holds: (own) =>
        every([
          () =>
            agreeText('split(2)')(
              text(split(2)(own)),
              'random.fromWords(tensor([2080697342, 3992443307])), random.fromWords(tensor([3745838484, 1034803501]))'
            ),
          () => agreeText('foldIn(7)')(showKey(foldIn(7)(own)), 'random.fromWords(tensor([2355227746, 1441385865]))')
        ])
    })
  ]
}
