/** Finds the code examples of the documentation, each with the place where it is written. */
import { readFileSync, readdirSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

export interface Example {
  /** the file it is written in, relative to the root of the repository, with forward slashes */
  readonly file: string
  /** the line, counted from 1, of its first line of code */
  readonly line: number
  /** as many lines as in the source, so that line n of the code is line `line + n` of the file */
  readonly code: string
}

interface Line {
  readonly text: string
  readonly number: number
}

const toExample =
  (file: string) =>
  (lines: ReadonlyArray<Line>): ReadonlyArray<Example> => {
    const first = lines.findIndex(({ text }) => text.trim() !== '')
    return first === -1
      ? []
      : [
          {
            file,
            line: lines[first]!.number,
            code: `${lines
              .slice(first)
              .map(({ text }) => text)
              .join('\n')
              .trimEnd()}\n`
          }
        ]
  }

/** The insides of the blocks fenced by ```ts, an indented fence included. */
const fenced = (lines: ReadonlyArray<Line>): ReadonlyArray<ReadonlyArray<Line>> => {
  const blocks: Line[][] = []
  let language: string | undefined
  for (const line of lines) {
    const fence = /^\s*```\s*(\S*)/.exec(line.text)
    if (fence === null) {
      if (language === 'ts') blocks.at(-1)!.push(line)
    } else if (language === undefined) {
      language = fence[1]!
      if (language === 'ts') blocks.push([])
    } else {
      language = undefined
    }
  }
  return blocks
}

/** The `@example` blocks of one doc comment: plain code, or the ```ts blocks where there is a fence. */
const ofComment = (lines: ReadonlyArray<Line>): ReadonlyArray<ReadonlyArray<Line>> => {
  const blocks: Line[][] = []
  let inside = false
  for (const line of lines) {
    const tag = /^@(\w+)\s*(.*)$/.exec(line.text)
    if (tag !== null) {
      inside = tag[1] === 'example'
      if (inside) blocks.push([])
    } else if (inside) {
      blocks.at(-1)!.push(line)
    }
  }
  return blocks.flatMap((block) =>
    block.some(({ text }) => text.trimStart().startsWith('```')) ? fenced(block) : [block]
  )
}

/** The text of every doc comment, without its stars. */
const docComments = (source: ts.SourceFile): ReadonlyArray<ReadonlyArray<Line>> => {
  const ranges = new Map<number, ts.CommentRange>()
  const visit = (node: ts.Node): void => {
    for (const range of ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? []) ranges.set(range.pos, range)
    node.getChildren(source).forEach(visit)
  }
  visit(source)
  return [...ranges.values()]
    .sort((a, b) => a.pos - b.pos)
    .filter(({ pos }) => source.text.startsWith('/**', pos))
    .map(({ pos, end }) => {
      const start = source.getLineAndCharacterOfPosition(pos).line + 1
      return source.text
        .slice(pos + 3, end - 2)
        .split(/\r?\n/)
        .map((text, i) => ({ text: text.replace(/^\s*\*? ?/, ''), number: start + i }))
    })
}

export const examplesOfSource = (file: string, text: string): ReadonlyArray<Example> =>
  docComments(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true))
    .flatMap(ofComment)
    .flatMap(toExample(file))

export const examplesOfPage = (file: string, text: string): ReadonlyArray<Example> =>
  fenced(text.split(/\r?\n/).map((line, i) => ({ text: line, number: i + 1 }))).flatMap(toExample(file))

const filesOf = (folder: string, ending: string): ReadonlyArray<string> =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith(ending))
        .map((name) => join(folder, name).replaceAll('\\', '/'))
        .sort()
    : []

/** Every example of the doc comments in src and laws, of the two pages and the guides, read from the working directory. */
export const allExamples = (): ReadonlyArray<Example> => [
  ...[...filesOf('src', '.ts'), ...filesOf('laws', '.ts')].flatMap((file) =>
    examplesOfSource(file, readFileSync(file, 'utf8'))
  ),
  ...['README.md', 'CONTRIBUTING.md', ...filesOf('examples/guides', '.md')]
    .filter((file) => existsSync(file))
    .flatMap((file) => examplesOfPage(file, readFileSync(file, 'utf8')))
]

/** The compiler options of tsconfig.json, with `changes`. */
export const compilerOptions = (changes: ts.CompilerOptions): ts.CompilerOptions => {
  const read = ts.readConfigFile('tsconfig.json', (path) => readFileSync(path, 'utf8'))
  if (read.error !== undefined) throw new Error(ts.flattenDiagnosticMessageText(read.error.messageText, '\n'))
  return { ...ts.parseJsonConfigFileContent(read.config, ts.sys, process.cwd()).options, ...changes }
}
