/** Every public name, value or type, carries a doc comment. */
import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { compilerOptions } from './extract.ts'

const unalias = (checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol =>
  (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)

const startsWithDoc = (node: ts.Node): boolean =>
  (ts.getLeadingCommentRanges(node.getSourceFile().text, node.getFullStart()) ?? []).some(({ pos }) =>
    node.getSourceFile().text.startsWith('/**', pos)
  )

/** The statement of an `export * as x from './x.ts'` (or of an export list), whose comment serves when the target has none. */
const statementOf = (declaration: ts.Node): ts.Node =>
  ts.findAncestor(declaration, (node) => ts.isExportDeclaration(node) || ts.isSourceFile(node)) ?? declaration

const isDocumented = (checker: ts.TypeChecker, exported: ts.Symbol, target: ts.Symbol): boolean =>
  target.getDocumentationComment(checker).length > 0 ||
  (target.declarations ?? []).some((declaration) => ts.isSourceFile(declaration) && startsWithDoc(declaration)) ||
  (exported.declarations ?? []).map(statementOf).some((node) => !ts.isSourceFile(node) && startsWithDoc(node))

const undocumented = (
  checker: ts.TypeChecker,
  module: ts.Symbol,
  prefix: string,
  seen: ReadonlySet<ts.Symbol>
): ReadonlyArray<string> =>
  checker.getExportsOfModule(module).flatMap((exported) => {
    const target = unalias(checker, exported)
    const name = `${prefix}${exported.name}`
    const [declaration] = target.declarations ?? []
    const place = declaration === undefined ? '' : ` (${relative('.', declaration.getSourceFile().fileName)})`
    const inner =
      (target.flags & ts.SymbolFlags.ValueModule) !== 0 && !seen.has(target)
        ? undocumented(checker, target, `${name}.`, new Set([...seen, target]))
        : []
    return [...(isDocumented(checker, exported, target) ? [] : [`${name}${place}`]), ...inner]
  })

/** The names an entry exports, its namespaces' too, that have no doc comment. */
const undocumentedNames = (entry: string): ReadonlyArray<string> => {
  const program = ts.createProgram([entry], compilerOptions({}))
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(entry)
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source)
  return module === undefined ? [`${entry} is not a module`] : undocumented(checker, module, '', new Set([module]))
}

describe('every exported name has a doc comment', () => {
  it.each(
    ['src/index.ts', 'src/codec/index.ts', 'laws/index.ts', 'src/report/index.ts', 'src/terminal/index.ts'].filter(
      (entry) => existsSync(entry)
    )
  )('in %s', (entry) => {
    expect(undocumentedNames(entry)).toEqual([])
  })
})

describe('settings that are declared as data', () => {
  it('keep the comments of their fields in the types that users see', () => {
    const program = ts.createProgram(['src/report/index.ts'], compilerOptions({}))
    const checker = program.getTypeChecker()
    const module = checker.getSymbolAtLocation(program.getSourceFile('src/report/index.ts')!)!
    const settings = checker.getExportsOfModule(module).find(({ name }) => name === 'HistogramSettings')!
    const bins = checker.getDeclaredTypeOfSymbol(unalias(checker, settings)).getProperty('bins')!
    expect(ts.displayPartsToString(bins.getDocumentationComment(checker))).toMatch(/^About how many bars a plot has/)
  })
})
