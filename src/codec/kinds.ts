import * as t from 'io-ts'
import type { Fields, Kind } from '../kinds/index.ts'
import { refuse } from './fault.ts'

/** Codecs made of the kinds that settings are declared by. */

/** A value of a kind, written as it is. */
export const fromKind = <T>({ needs, holds }: Kind<T>, name = needs): t.Type<T, T> =>
  new t.Type<T, T>(
    name,
    holds,
    (value, context) => (holds(value) ? t.success(value) : refuse(needs, value, context)),
    t.identity
  )

type Required<F> = { readonly [K in keyof F as F[K] extends readonly unknown[] ? never : K]: Field<F[K]> }
type Optional<F> = { readonly [K in keyof F as F[K] extends readonly unknown[] ? K : never]: Field<F[K]> }
type Field<K> = K extends readonly [Kind<infer T>, unknown]
  ? t.Type<T, T>
  : K extends Kind<infer T>
    ? t.Type<T, T>
    : never

/** Required and optional fields, as a tagged record wants them. */
export type Variant<F> = readonly [required: Required<F>, optional: Optional<F>]

interface Reader<F extends Fields> {
  readonly fields: F
}

const variantOf = <F extends Fields>({ fields }: Reader<F>): Variant<F> => {
  const entries = Object.entries(fields)
  const required = entries.flatMap(([name, field]) => ('holds' in field ? [[name, fromKind(field)] as const] : []))
  const optional = entries.flatMap(([name, field]) => ('holds' in field ? [] : [[name, fromKind(field[0])] as const]))
  return [Object.fromEntries(required), Object.fromEntries(optional)] as unknown as Variant<F>
}

/** A variant for each of some readers of settings, under its name. */
export const fromSettings = <R extends Readonly<Record<string, Reader<Fields>>>>(
  readers: R
): { readonly [K in keyof R]: Variant<R[K]['fields']> } =>
  Object.fromEntries(Object.entries(readers).map(([name, reader]) => [name, variantOf(reader)])) as never
