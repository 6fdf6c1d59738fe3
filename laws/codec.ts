import * as kinds from '../src/kinds/index.ts'
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import type { Eq } from 'fp-ts/lib/Eq.js'
import { agreed, law, type Suite } from './law.ts'
import { arbitraryOf, equality } from './given.ts'

/** An encoder and its decoder, such as an io-ts codec. @category codec @since 0.1.0 */
export interface Codec<A, O> {
  readonly name: string
  readonly encode: (value: A) => O
  readonly decode: (written: unknown) => E.Either<unknown, A>
}

/** Sample values of a codec, and their equality. @category codec @since 0.1.0 */
export interface Values<A> {
  readonly values: fc.Arbitrary<A>
  readonly Eq: Eq<A>
  readonly show?: (value: A) => string
  /** Whether what is written must survive JSON. */
  readonly json?: boolean
}

const someCodec = kinds.record('a codec { name, encode, decode }', {
  name: kinds.name,
  encode: kinds.anyFunction,
  decode: kinds.anyFunction
})

const codecValues = kinds.settings('laws.codec', {
  values: arbitraryOf,
  Eq: equality,
  show: [kinds.anyFunction, undefined],
  json: [kinds.yesOrNo, false]
})

/**
 * What is written is read back the same, through JSON too where that is promised.
 *
 * @throws ValueError when it is given something else
 * @example
 * import fc from 'fast-check'
 * import { left, right } from 'fp-ts/Either'
 * import * as laws from 'grad-ts/laws'
 *
 * const codec = {
 *   name: 'flag',
 *   encode: (flag: boolean) => (flag ? 'yes' : 'no'),
 *   decode: (text: unknown) => (text === 'yes' ? right(true) : text === 'no' ? right(false) : left('neither'))
 * }
 * laws.assert(laws.codec(codec, { values: fc.boolean(), Eq: { equals: (a, b) => a === b }, json: true }))
 * @category codec
 * @since 0.1.0
 */
export const codec = <A, O>(given: Codec<A, O>, settings: Values<A>): Suite => {
  const { name, encode, decode } = kinds.mustBe(someCodec, 'laws.codec: codec', given)
  const { values, Eq, show, json } = codecValues.read(settings)
  const { equals } = Eq
  const describe = show ?? ((value: A) => fc.stringify(value))
  const roundTrip = (statement: string, travel: (written: O) => unknown) =>
    law({
      name: `${name}: ${statement}`,
      given: values,
      show: describe,
      holds: (value) => {
        const back = decode(travel(encode(value)))
        return E.isRight(back) && equals(back.right, value)
          ? agreed
          : E.left({
              what: 'what is read back',
              actual: E.isRight(back) ? describe(back.right) : `a refusal: ${fc.stringify(back.left)}`,
              expected: describe(value)
            })
      }
    })
  return [
    roundTrip('what is written is read back the same', (written) => written),
    ...(json
      ? [roundTrip('what is written survives JSON', (written): unknown => JSON.parse(JSON.stringify(written)))]
      : [])
  ]
}
