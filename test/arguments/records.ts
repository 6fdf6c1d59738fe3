/** Every record that an exported function takes, by its type: the function, the place, and the keys it may have. */
import ts from 'typescript'
import { compilerOptions } from '../docs/extract.ts'

/** A parameter of an exported function, as its type says. */
export interface Parameter {
  readonly name: string
  readonly type: ts.Type
  readonly isOptional: boolean
}

/** A record that is handed to an exported function, or stands within one that is. */
export interface RecordPlace {
  /** What is called, as in `nn.dense` or `laws.run`. */
  readonly path: string
  /** The parameters of the function, of the function that it gives, and so on up to the call that takes the record. */
  readonly calls: readonly (readonly Parameter[])[]
  /** The parameters of what that call gives, and so on. */
  readonly later: readonly (readonly Parameter[])[]
  /** Which parameter of the last call. */
  readonly index: number
  /** Where in that argument: nothing when it is the argument itself, `0` for the elements of a list. */
  readonly within: readonly (string | number)[]
  readonly type: ts.Type
  /** The name of the type, or its text. */
  readonly typeName: string
  readonly keys: readonly string[]
}

export const nameOf = (checker: ts.TypeChecker, type: ts.Type): string =>
  type.aliasSymbol?.name ??
  (type.symbol?.name === '__type' || type.symbol === undefined ? checker.typeToString(type) : type.symbol.name)

/** The members of a union, or the type itself, without those that are left out. */
export const membersOf = (checker: ts.TypeChecker, type: ts.Type): readonly ts.Type[] => {
  const isBound = (one: ts.Type): boolean => (one.flags & ts.TypeFlags.TypeParameter) !== 0
  // what is as general as the caller likes is data
  const isData = (one: ts.Type): boolean => one.isIntersection() && one.types.some(isBound)
  if (isData(type)) return []
  const bound = isBound(type) ? checker.getBaseConstraintOfType(type) : type
  const given = bound === undefined ? undefined : checker.getNonNullableType(bound)
  const members = given === undefined ? [] : given.isUnion() ? given.types : [given]
  return members.filter((one) => !isData(one))
}

/** A record of named fields: not a function, a list, a tensor, a tagged value, or a dictionary whose keys are the caller's. */
export const isRecord = (checker: ts.TypeChecker, type: ts.Type): boolean =>
  (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0 &&
  type.getCallSignatures().length === 0 &&
  checker.getIndexInfosOfType(type).length === 0 &&
  type.getProperties().length > 0 &&
  !type.getProperties().some(({ name }) => name.startsWith('__@') || name === '_tag')

/** The field that tells the members of a union apart: records of one of several kinds. */
const tagOf = (checker: ts.TypeChecker, records: readonly ts.Type[]): boolean =>
  records.length > 1 &&
  ['name', 'type'].some((tag) =>
    records.every((record) => {
      const field = record.getProperty(tag)
      return field !== undefined && checker.getTypeOfSymbol(field).isStringLiteral()
    })
  )

interface Found {
  readonly within: readonly (string | number)[]
  readonly type: ts.Type
  readonly typeName: string
  readonly keys: readonly string[]
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)]

/** The records at a place, and those in their fields, in lists and in dictionaries; `isValue` says where to stop. */
const recordsIn = (
  checker: ts.TypeChecker,
  type: ts.Type,
  within: readonly (string | number)[],
  isValue: (typeName: string) => boolean
): readonly Found[] => {
  const members = membersOf(checker, type).filter((member) => !isValue(nameOf(checker, member)))
  const records = members.filter((member) => isRecord(checker, member))
  const own: readonly Found[] =
    records.length === 0
      ? []
      : (tagOf(checker, records) ? records.map((record) => [record]) : [records]).map((alike) => ({
          within,
          type: alike[0]!,
          typeName: nameOf(checker, alike[0]!),
          keys: unique(alike.flatMap((record) => record.getProperties().map(({ name }) => name)))
        }))
  if (within.length > 4) return own
  const fields = records.flatMap((record) =>
    record
      .getProperties()
      .flatMap((field) => recordsIn(checker, checker.getTypeOfSymbol(field), [...within, field.name], isValue))
  )
  const elements = members
    .filter((member) => !records.includes(member) && member.getCallSignatures().length === 0)
    .flatMap((member) => {
      const list = checker.isArrayType(member) ? checker.getIndexTypeOfType(member, ts.IndexKind.Number) : undefined
      const dictionary = member.isClass() ? undefined : checker.getIndexTypeOfType(member, ts.IndexKind.String)
      return [
        ...(list === undefined ? [] : recordsIn(checker, list, [...within, 0], isValue)),
        ...(dictionary === undefined ? [] : recordsIn(checker, dictionary, [...within, 'a'], isValue))
      ]
    })
  return [...own, ...fields, ...elements]
}

const parametersOf = (checker: ts.TypeChecker, signature: ts.Signature): readonly Parameter[] =>
  signature.getParameters().map((symbol) => ({
    name: symbol.name,
    type: checker.getTypeOfSymbol(symbol),
    isOptional: symbol.declarations?.some((at) => ts.isParameter(at) && checker.isOptionalParameter(at)) === true
  }))

/** The parameters of a function, of what it gives, and so on. */
const laterOf = (checker: ts.TypeChecker, type: ts.Type, most: number): readonly (readonly Parameter[])[] => {
  const [signature] = most === 0 ? [] : type.getCallSignatures()
  return signature === undefined
    ? []
    : [parametersOf(checker, signature), ...laterOf(checker, signature.getReturnType(), most - 1)]
}

const placesOf = (
  checker: ts.TypeChecker,
  path: string,
  type: ts.Type,
  before: readonly (readonly Parameter[])[],
  isValue: (typeName: string) => boolean
): readonly RecordPlace[] =>
  type.getCallSignatures().flatMap((signature) => {
    const parameters = parametersOf(checker, signature)
    const calls = [...before, parameters]
    const later = laterOf(checker, signature.getReturnType(), 3)
    const own = parameters.flatMap((parameter, index) =>
      recordsIn(checker, parameter.type, [], isValue).map((found) => ({ path, calls, later, index, ...found }))
    )
    return before.length > 3 ? own : [...own, ...placesOf(checker, path, signature.getReturnType(), calls, isValue)]
  })

const unalias = (checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol =>
  (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)

const placesOfModule = (
  checker: ts.TypeChecker,
  module: ts.Symbol,
  prefix: string,
  seen: ReadonlySet<ts.Symbol>,
  isValue: (typeName: string) => boolean
): readonly RecordPlace[] =>
  checker.getExportsOfModule(module).flatMap((exported) => {
    const target = unalias(checker, exported)
    const path = `${prefix}${exported.name}`
    if ((target.flags & ts.SymbolFlags.ValueModule) !== 0)
      return seen.has(target) ? [] : placesOfModule(checker, target, `${path}.`, new Set([...seen, target]), isValue)
    return (target.flags & ts.SymbolFlags.Value) === 0
      ? []
      : placesOf(checker, path, checker.getTypeOfSymbol(target), [], isValue)
  })

/**
 * The records that the functions of these entries take, each entry with what its names begin with. Types that `isValue`
 * names, such as tensors and layers, are values with functions and data in them, not settings.
 */
export const recordPlaces = (
  entries: Readonly<Record<string, string>>,
  isValue: (typeName: string) => boolean
): { readonly checker: ts.TypeChecker; readonly places: readonly RecordPlace[] } => {
  const program = ts.createProgram(Object.keys(entries), compilerOptions({}))
  const checker = program.getTypeChecker()
  const places = Object.entries(entries).flatMap(([entry, prefix]) => {
    const source = program.getSourceFile(entry)
    const module = source === undefined ? undefined : checker.getSymbolAtLocation(source)
    if (module === undefined) throw new Error(`${entry} is not a module`)
    return placesOfModule(checker, module, prefix, new Set([module]), isValue)
  })
  return { checker, places }
}
