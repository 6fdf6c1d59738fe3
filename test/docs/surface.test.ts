/**
 * The public names with their types, an entry a file: a change of what users see is a change of these files. After a change
 * that is meant, `npx vitest run test/docs/surface.test.ts -u` writes them anew.
 */
import { basename, dirname } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { compilerOptions } from './extract.ts'

const entries = ['src/index.ts', 'laws/index.ts', 'src/codec/index.ts', 'src/report/index.ts', 'src/terminal/index.ts']
const program = ts.createProgram(entries, compilerOptions({}))
const checker = program.getTypeChecker()
const root = program.getCurrentDirectory()

const flags: ts.TypeFormatFlags =
  ts.TypeFormatFlags.NoTruncation |
  ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope |
  ts.TypeFormatFlags.WriteArrowStyleSignature

/** A type as text, without the folders of this machine. */
const textOf = (symbol: ts.Symbol, node: ts.Node): string =>
  checker
    .typeToString(checker.getTypeOfSymbolAtLocation(symbol, node), node, flags)
    .replaceAll(`${root}/`, '')
    .replace(/import\("[^"]*\/node_modules\/([^"]*)"\)/g, 'import("$1")')
    .replace(/\s+/g, ' ')

/** The keys of a record, so that one more setting is seen too. */
const keysOf = (symbol: ts.Symbol): string =>
  (symbol.flags & ts.SymbolFlags.Interface) === 0
    ? ''
    : ` { ${checker
        .getDeclaredTypeOfSymbol(symbol)
        .getProperties()
        // a key that is a symbol is written with a number of the compiler's, which any change anywhere changes
        .map(
          ({ name, flags: own }) => `${name.replace(/@\d+$/, '')}${(own & ts.SymbolFlags.Optional) === 0 ? '' : '?'}`
        )
        .sort()
        .join(', ')} }`

const linesOf = (module: ts.Symbol, prefix: string, seen: ReadonlySet<ts.Symbol>, node: ts.Node): readonly string[] =>
  checker.getExportsOfModule(module).flatMap((exported): readonly string[] => {
    const target = (exported.flags & ts.SymbolFlags.Alias) === 0 ? exported : checker.getAliasedSymbol(exported)
    const name = `${prefix}${exported.name}`
    if ((target.flags & ts.SymbolFlags.ValueModule) !== 0)
      return seen.has(target) ? [] : linesOf(target, `${name}.`, new Set([...seen, target]), node)
    const isType = (target.flags & ts.SymbolFlags.Type) !== 0
    const isValue = (target.flags & ts.SymbolFlags.Value) !== 0
    return [
      ...(isType ? [`type ${name}${keysOf(target)}`] : []),
      ...(isValue ? [`${name}: ${textOf(target, node)}`] : [])
    ]
  })

describe('the public names', () => {
  it.each(entries)('of %s are those of the reviewed file', async (entry) => {
    const source = program.getSourceFile(entry)!
    const module = checker.getSymbolAtLocation(source)!
    const lines = [...linesOf(module, '', new Set([module]), source)].sort()
    const values = lines.filter((line) => !line.startsWith('type ')).length
    const name = basename(dirname(entry)) === 'src' ? 'grad-ts' : basename(dirname(entry))
    await expect(`${values} values, ${lines.length - values} types\n\n${lines.join('\n')}\n`).toMatchFileSnapshot(
      `surface/${name}.txt`
    )
  })
})
