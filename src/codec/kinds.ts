import * as t from 'io-ts'
import * as kinds from '../kinds/index.ts'
import { refuse } from './fault.ts'

/** Codecs made of the kinds that settings are declared by. */

/** A value of a kind, written as it is. */
export const fromKind = <T>({ needs, holds }: kinds.Kind<T>, name = needs): t.Type<T, T> =>
  new t.Type<T, T>(
    name,
    holds,
    (value, context) => (holds(value) ? t.success(value) : refuse(needs, value, context)),
    t.identity
  )

/** One value and no other. */
export const exactly = <A extends string | number>(wanted: A): t.Type<A, A> =>
  fromKind(kinds.kind<A>(JSON.stringify(wanted), (value) => value === wanted))

/** Declared settings. */
export interface Declared {
  readonly fields: kinds.Fields
}

/** The types of required and of optional settings. */
export type Props = readonly [required: t.Props, optional: t.Props]

export const propsOf = ({ fields }: Declared): Props => {
  const entries = Object.entries(fields)
  return [
    Object.fromEntries(entries.flatMap(([name, field]) => ('holds' in field ? [[name, fromKind(field)]] : []))),
    Object.fromEntries(entries.flatMap(([name, field]) => ('holds' in field ? [] : [[name, fromKind(field[0])]])))
  ]
}

/** The settings that a function takes. */
export type SettingsOf<F extends (settings: never) => unknown> = NonNullable<Parameters<F>[0]>

/** Records told apart by the word under one key. */
export type Tagged<K extends string, V> = {
  readonly [W in keyof V]: Readonly<Record<K, W>> & V[W]
}[keyof V]
