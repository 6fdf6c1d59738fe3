import fc from 'fast-check'
import { join } from 'node:path'
import ts from 'typescript'
import { loweringOf } from '../../src/compile/lowering.ts'
import type { AnyPrimitive } from '../../src/primitive/primitive.ts'
import { type Tape, trace } from '../../src/index.ts'
import { compilerOptions } from '../../test/docs/extract.ts'
import { exported } from '../../test/laws/exported.ts'
import type { Row } from '../../test/laws/row.ts'
import { commentOf, sentenceOf } from './comments.ts'

/** The public operations, a row each: what the doc comment says, and what a tape of it shows. */

export interface OperationRow {
  readonly name: string
  readonly category: string
  readonly what: string
  readonly shape: string
  readonly madeOf: string
  readonly compiled: string
}

/** The rooms whose functions are operations, and how they are reached from `grad-ts`. */
const rooms: Readonly<Record<string, string>> = { ops: '', linalg: 'linalg.', fft: 'fft.', random: 'random.' }

const root = join(__dirname, '../..')

/** The doc comment and the type of everything exported, by its name. */
const declarations = () => {
  const entry = join(root, 'src/index.ts')
  const program = ts.createProgram([entry], compilerOptions({}))
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(entry)
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source)
  if (module === undefined) throw new Error(`docs: ${entry} is no module`)
  const of = (module: ts.Symbol, prefix: string): readonly (readonly [string, ts.Declaration, string])[] =>
    checker.getExportsOfModule(module).flatMap((symbol) => {
      const target = (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)
      if ((target.flags & ts.SymbolFlags.ValueModule) !== 0)
        return prefix === '' && `${symbol.name}.` in prefixes ? of(target, `${symbol.name}.`) : []
      const declaration = target.valueDeclaration
      return declaration === undefined
        ? []
        : [[`${prefix}${symbol.name}`, declaration, checker.typeToString(checker.getTypeOfSymbol(target))] as const]
    })
  const prefixes = Object.fromEntries(Object.values(rooms).map((prefix) => [prefix, true]))
  return new Map(of(module, '').map(([name, node, type]) => [name, { node, type }]))
}

/** The tape of a row on one of its samples. */
const tapeOf = ({ f, args }: Row): Tape => {
  const [given] = fc.sample(args, { seed: 1, numRuns: 1 })
  return trace((xs: never) => (f as (...all: readonly unknown[]) => unknown)(...(xs as readonly unknown[])))(
    given as never
  )
}

/** The primitives on tapes, and on those of the steps of their loops. */
const primitivesOf = (tapes: readonly Tape[]): readonly AnyPrimitive[] => {
  const within = ({ entries }: Tape): readonly AnyPrimitive[] =>
    entries.flatMap(({ primitive, params }) => {
      const { step } = params as { readonly step?: Tape }
      return [primitive, ...(step === undefined ? [] : within(step))]
    })
  return [...new Set(tapes.flatMap(within))].sort((a, b) => a.name.localeCompare(b.name))
}

const howCompiled = (primitives: readonly AnyPrimitive[]): string => {
  const hosted = primitives.filter((p) => loweringOf(p)._tag === 'Host').map(({ name }) => name)
  if (hosted.length > 0) return `${hosted.join(', ')} by a loop of the host`
  const isFree = (p: AnyPrimitive): boolean => loweringOf(p)._tag === 'View'
  if (primitives.every(isFree)) return 'a view, no copy'
  return primitives.every((p) => isFree(p) || loweringOf(p)._tag === 'Pointwise') ? 'fused' : 'in the program'
}

/** The title of a category, which rooms of their own share words with. */
const titleOf = (room: string, category: string): string =>
  room === 'random' ? `random numbers, ${category}` : room === 'fft' ? 'Fourier transforms' : category

/** The shapes that a type of function stands for. */
const shapesOf: Readonly<Record<string, string>> = {
  Pointwise: 'of x',
  Binary: 'broadcast',
  Reduction: 'S → [], or S without the axes, or with 1 for each',
  Argmax: 'S → [], or S without the axis, or with 1 for it'
}

const shapeOf = (tag: string | undefined, type: string): string =>
  tag ?? shapesOf[type.split(' => ').at(-1)?.replace(/<.*/, '') ?? ''] ?? ''

/** All rows, by category. */
export const operationRows = (): readonly OperationRow[] => {
  const known = declarations()
  return exported
    .flatMap(([room, , table]) => {
      const prefix = rooms[room]
      return prefix === undefined
        ? []
        : Object.entries(table).map(([own, rows]): OperationRow => {
            const name = `${prefix}${own}`
            const found = known.get(name)
            if (found === undefined) throw new Error(`docs: ${name} has rows in the laws and is not exported`)
            const { text, tags } = commentOf(found.node)
            const primitives = primitivesOf(rows.map(tapeOf))
            const working = primitives.filter((p) => loweringOf(p)._tag !== 'View')
            return {
              name,
              category: titleOf(room, tags.get('category') ?? ''),
              what: sentenceOf(text),
              shape: shapeOf(tags.get('shape'), found.type),
              madeOf: (working.length > 0 ? working : primitives).map((p) => p.name).join(', '),
              compiled: howCompiled(primitives)
            }
          })
    })
    .sort((a, b) => a.category.localeCompare(b.category) || a.name.localeCompare(b.name))
}
