import { type Kind, kind, oneOf } from './kind.ts'
import { type Fields, type Given, isOptional } from './settings.ts'

/** Kinds of records that hold values of other kinds. */

type AnyRecord = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is AnyRecord => typeof value === 'object' && value !== null

/** An object of which some fields have to hold, and to be there unless a field is a pair, as in settings; it may have others. */
export const record = <const F extends Fields>(needs: string, fields: F): Kind<Given<F>> => {
  const parts = Object.entries(fields).map(([name, field]) => ({
    name,
    wanted: isOptional(field) ? field[0] : field,
    isOptional: isOptional(field)
  }))
  const wrongIn = (value: AnyRecord) =>
    parts.find((part) => !(part.isOptional && value[part.name] === undefined) && !part.wanted.holds(value[part.name]))
  return {
    ...kind(needs, (value) => isObject(value) && wrongIn(value) === undefined),
    wrongPart: (value) => {
      const part = isObject(value) ? wrongIn(value) : undefined
      return part && { at: `.${part.name}`, kind: part.wanted, value: (value as AnyRecord)[part.name] }
    }
  }
}

/** An object of values of one kind, by names that a caller chooses. */
export const recordOf = <T>(item: Kind<T>, needs: string): Kind<Readonly<Record<string, T>>> => {
  const wrongIn = (value: unknown) =>
    isObject(value) ? Object.entries(value).find(([, each]) => !item.holds(each)) : undefined
  return {
    ...kind(needs, (value) => isObject(value) && wrongIn(value) === undefined),
    wrongPart: (value) => {
      const [name, each] = wrongIn(value) ?? []
      return name === undefined ? undefined : { at: `.${name}`, kind: item, value: each }
    }
  }
}

/** An object whose `_tag` says which fields it has to have. */
export const tagged = <Tag extends string>(
  needs: string,
  variants: Readonly<Record<Tag, Fields>>
): Kind<{ readonly _tag: Tag }> => {
  const withTag = record(needs, { _tag: oneOf(...(Object.keys(variants) as Tag[])) })
  const variantKinds = Object.fromEntries(
    Object.entries<Fields>(variants).map(([tag, fields]) => [tag, record(needs, fields)])
  ) as unknown as Readonly<Record<Tag, Kind<unknown>>>
  const kindOf = (value: unknown): Kind<unknown> => (withTag.holds(value) ? variantKinds[value._tag] : withTag)
  return {
    ...kind(needs, (value) => withTag.holds(value) && kindOf(value).holds(value)),
    wrongPart: (value) => kindOf(value).wrongPart?.(value)
  }
}
