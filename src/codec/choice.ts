import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { type Owns, typesOf } from './own.ts'
import { type Given, nameOr, oneOf, type Tagged, tagged, without } from './struct.ts'

/** Things that a name alone stands for, or a record with a name and settings. */

type Variants = Readonly<Record<string, readonly [required: t.Props, optional: t.Props]>>

/** What a choice is among: things by name, and functions from settings to them. */
interface Choices<W extends string, V extends Variants, A> {
  readonly name: string
  /** A record, for the message. */
  readonly example: string
  readonly words: Readonly<Record<W, A>>
  readonly variants: V
  readonly makers: { readonly [K in keyof V]: (settings: never) => A }
}

/** The type of a choice, and what makes the thing that is chosen. */
export interface Choice<S, A> {
  readonly type: t.Type<S, string | Given>
  readonly make: (settings: S) => A
}

export const choice = <W extends string, V extends Variants, A>(
  { name, example, words, variants, makers }: Choices<W, V, A>,
  owns: Owns<A>
): Choice<W | Tagged<'name', V>, A> => {
  const types = typesOf(owns)
  // what needs no settings is told by its name alone
  const bare = Object.keys(owns).filter((own) => E.isRight(types[own]!.validate({}, [])))
  const names = [...Object.keys(words), ...bare] as unknown as readonly W[]
  const make = (settings: Given): A => {
    const { name: chosen } = settings as { readonly name: string }
    const maker = owns[chosen]?.make ?? makers[chosen as keyof V]
    return maker(without('name', settings as { readonly name: string }) as never)
  }
  return {
    type: nameOr(
      oneOf(name, names),
      tagged(name, 'name', variants, types),
      `one of ${names.join(', ')}, or a record such as ${example}`
    ),
    make: (settings) =>
      typeof settings !== 'string'
        ? make(settings)
        : Object.hasOwn(words, settings)
          ? words[settings]
          : make({ name: settings })
  }
}
