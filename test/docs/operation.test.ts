/** The steps of CONTRIBUTING for one more operation, taken in a copy of the sources: it compiles, and all laws hold. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { afterAll, describe, expect, it } from 'vitest'
import type * as lawsOf from '../../laws/index.ts'
import type * as library from '../../src/index.ts'
import { compilerOptions } from './extract.ts'

const copy = 'test/docs/.generated.operation'

interface Edit {
  readonly file: string
  /** The declaration that the lines stand in; at the end of the file when left out. */
  readonly within: string | undefined
  readonly code: string
}

/** The blocks of the page that say in their first line which file they are for. */
const editsOf = (page: string): readonly Edit[] =>
  [...page.matchAll(/^ *```typescript\n *\/\/ (src\/\S+\.ts)(?:, in (\w+))?\n([^]*?)^ *```$/gm)].map(
    ([, file = '', within, code = '']) => ({ file, within, code })
  )

/** The source with the lines of an edit at the beginning of the declaration it is for. */
const edited = (source: string, { within, code }: Edit): string =>
  within === undefined
    ? `${source}\n${code}`
    : source.replace(
        new RegExp(`^(export )?(interface|const) ${within}\\b[^\\n]* (=|) ?\\{$`, 'm'),
        (line) => `${line}\n${code}`
      )

const edits = editsOf(readFileSync('CONTRIBUTING.md', 'utf8'))

const faultsOf = (files: readonly string[]): readonly string[] => {
  const program = ts.createProgram(files, compilerOptions({ noUnusedLocals: false }))
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`)
}

describe('one more operation, as CONTRIBUTING has it,', () => {
  rmSync(copy, { recursive: true, force: true })
  mkdirSync(copy, { recursive: true })
  ;['src', 'laws'].forEach((folder) => {
    cpSync(folder, join(copy, folder), { recursive: true })
  })
  edits.forEach((edit) => {
    const path = join(copy, edit.file)
    const before = readFileSync(path, 'utf8')
    const after = edited(before, edit)
    expect(after).not.toBe(before)
    writeFileSync(path, after)
  })
  afterAll(() => {
    rmSync(copy, { recursive: true, force: true })
  })
  const at = (file: string): string => pathToFileURL(resolve(copy, file)).href

  it('is a name, a row and a public word, and a line on how it is compiled', () => {
    expect(edits.map(({ file }) => file)).toEqual([
      'src/primitive/algebra.ts',
      'src/primitive/unary.ts',
      'src/ops/pointwise.ts',
      'src/compile/lowering.ts'
    ])
  })

  it('compiles, the laws too', () => {
    expect(faultsOf([join(copy, 'src/index.ts'), join(copy, 'laws/index.ts')])).toEqual([])
  })

  it('has laws without a line of test, both modes, batches and programs', async () => {
    const g = (await import(/* @vite-ignore */ at('src/index.ts'))) as typeof library
    const laws = (await import(/* @vite-ignore */ at('laws/index.ts'))) as typeof lawsOf
    const suite = laws.vocabulary().filter(({ name }) => name.startsWith('gudermannian: '))
    expect(suite.length).toBeGreaterThan(8)
    laws.assert(suite, { numRuns: 20 })
    const compiled = laws.engine().filter(({ name }) => name.includes('gudermannian'))
    expect(compiled.length).toBeGreaterThan(0)
    laws.assert(compiled, { numRuns: 20 })
    const latitude = (g as unknown as Readonly<Record<string, typeof g.tanh>>)['gudermannian']!
    const x = g.tensor([-1, 0, 2])
    const slopes = [-1, 0, 2].map((t) => Number((1 / Math.cosh(t)).toFixed(12)))
    expect(g.toArray(g.vmap(g.grad(latitude<[]>))(x)).map((slope) => Number(slope.toFixed(12)))).toEqual(slopes)
    expect(g.toArray(g.compile(latitude<[3]>)(x))).toEqual([-1, 0, 2].map((t) => Math.atan(Math.sinh(t))))
  })
})
