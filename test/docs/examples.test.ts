/** Every example in the documentation compiles and runs. Each is a module of its own in test/docs/.generated. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { allExamples, compilerOptions, examplesOfPage, examplesOfSource, type Example } from './extract.ts'

const folder = 'test/docs/.generated'

/** "The current file is a CommonJS module": how an example with a top-level await is checked, not how it is run. */
const topLevelAwait = 1309

interface Written extends Example {
  readonly path: string
  readonly at: string
}

const written: ReadonlyArray<Written> = allExamples().map((example) => ({
  ...example,
  at: `${example.file}:${example.line}`,
  path: resolve(folder, `${example.file.replace(/\W/g, '-')}-${example.line}.ts`)
}))

// a file that is right already is left alone, or watch mode would start over for ever
mkdirSync(folder, { recursive: true })
const current = new Set(written.map(({ path }) => path))
readdirSync(folder)
  .map((name) => resolve(folder, name))
  .filter((path) => !current.has(path))
  .forEach((path) => rmSync(path, { recursive: true }))
written
  .filter(({ path, code }) => !existsSync(path) || readFileSync(path, 'utf8') !== code)
  .forEach(({ path, code }) => writeFileSync(path, code))

const describeDiagnostic = ({ file, start, messageText }: ts.Diagnostic): string => {
  const message = ts.flattenDiagnosticMessageText(messageText, '\n')
  if (file === undefined || start === undefined) return message
  const line = file.getLineAndCharacterOfPosition(start).line
  const example = written.find(({ path }) => resolve(file.fileName) === path)
  return example === undefined
    ? `${file.fileName}:${line + 1} ${message}`
    : `${example.file}:${example.line + line} ${message}`
}

describe('the examples in the documentation', () => {
  it('compile', () => {
    const options = compilerOptions({
      // a module of its own, even one without imports
      moduleDetection: ts.ModuleDetectionKind.Force,
      // an example may name a value only to show its type
      noUnusedLocals: false,
      noUnusedParameters: false
    })
    const program = ts.createProgram(
      written.map(({ path }) => path),
      options
    )
    const diagnostics = ts.getPreEmitDiagnostics(program).filter(({ code }) => code !== topLevelAwait)
    expect(diagnostics.map(describeDiagnostic)).toEqual([])
  })

  it.each(written.map(({ at, path }) => [at, path] as const))('%s runs', async (_at, path) => {
    await import(/* @vite-ignore */ pathToFileURL(path).href)
  })
})

describe('the search for examples', () => {
  const source = [
    '/** Head. */',
    "export const glob = 'a/**/*.ts'",
    '/**',
    ' * Doc.',
    ' *',
    ' * @example',
    ' * const a = 1',
    ' *',
    ' *   a + 1',
    ' * @since 0.1.0',
    ' */',
    'export const b = 2',
    ''
  ].join('\n')

  it('takes the code of an @example up to the next tag, with its line', () => {
    expect(examplesOfSource('x.ts', source)).toEqual([{ file: 'x.ts', line: 7, code: 'const a = 1\n\n  a + 1\n' }])
  })

  it('finds examples on members, and takes only the fenced part where there is a fence', () => {
    const text = [
      'interface A {',
      '  /**',
      '   * @example',
      '   * Words.',
      '   * ```ts',
      '   * const a = 1',
      '   * ```',
      '   */',
      '  readonly a: 1',
      '}'
    ].join('\n')
    expect(examplesOfSource('x.ts', text)).toEqual([{ file: 'x.ts', line: 6, code: 'const a = 1\n' }])
  })

  it('takes the ts blocks of a page and no others', () => {
    const text = ['```sh', 'npm test', '```', '```ts', 'const a = 1', '```', '```json', '{}', '```'].join('\n')
    expect(examplesOfPage('x.md', text)).toEqual([{ file: 'x.md', line: 5, code: 'const a = 1\n' }])
  })
})
