// npm run prove: states the rules of the primitives as theorems on the reals, has Coq check them, sees mistakes refused, and
// writes laws/theorems.md. Installs Coq and Coquelicot, on Debian, where there is no coqc.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { format } from 'prettier'
import { showPage } from '../laws/theorems/page.ts'
import { planted, shifted } from '../laws/theorems/planted.ts'
import { attemptsFile, MARK, type Statement, theoremsFile } from '../laws/theorems/statement.ts'
import { statements } from '../laws/theorems/statements.ts'
import { wordsFile } from '../laws/theorems/words.ts'

const root = join(__dirname, '..')
const read = (name: string): string => readFileSync(join(root, 'laws', 'theorems', name), 'utf8')

const run = (command: string, args: readonly string[]): void => {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' })
  if (error !== undefined || status !== 0)
    throw new Error(`prove: ${[command, ...args].join(' ')} failed: ${error?.message ?? `exit ${status}`}`)
}

const install = (): void => {
  if (spawnSync('coqc', ['--version'], { stdio: 'ignore' }).status === 0) return
  console.log('installing coq and libcoq-coquelicot …')
  const asRoot = process.getuid?.() === 0
  const apt = (...args: readonly string[]): void => (asRoot ? run('apt-get', args) : run('sudo', ['apt-get', ...args]))
  apt('update', '-qq')
  apt('install', '-y', '-qq', '--no-install-recommends', 'coq', 'libcoq-coquelicot')
}

interface Output {
  readonly status: number | null
  readonly lines: readonly string[]
  readonly errors: string
}

/** Compiles a file of the folder; says on a terminal how many of the statements are done. */
const coqc = (folder: string, file: string, title: string, total: number): Promise<Output> =>
  new Promise((resolve, reject) => {
    // in the folder: nra keeps its certificates where it runs
    const coq = spawn('coqc', ['-q', '-w', 'none', '-R', folder, '', join(folder, file)], { cwd: folder })
    const lines: string[] = []
    const errors: string[] = []
    let done = 0
    createInterface({ input: coq.stdout }).on('line', (line) => {
      lines.push(line)
      if (!line.startsWith(MARK)) return
      done += 1
      if (process.stdout.isTTY) process.stdout.write(`\r${title}: ${done} of ${total}`)
    })
    coq.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()))
    coq.on('error', reject)
    coq.on('close', (status) => {
      console.log(`${process.stdout.isTTY ? '\r' : ''}${title}: ${done} of ${total}`)
      resolve({ status, lines, errors: errors.join('') })
    })
  })

/** What is answered to each attempt, by its name. */
const attempted = async (
  folder: string,
  file: string,
  title: string,
  tried: readonly Statement[]
): Promise<ReadonlyMap<string, string>> => {
  writeFileSync(join(folder, file), attemptsFile(tried))
  const { status, lines, errors } = await coqc(folder, file, title, tried.length)
  if (status !== 0) throw new Error(`prove: ${title}: Coq stopped\n${errors}`)
  return new Map(
    lines
      .filter((line) => line.startsWith(MARK))
      .map((line) => {
        const [, name = '', answer = ''] = line.split(' ')
        return [name, answer] as const
      })
  )
}

/** The axioms that Coq lists, each a name and its type. */
const axiomsIn = (lines: readonly string[]): readonly string[] => {
  const begin = lines.indexOf('Axioms:')
  if (begin < 0) throw new Error('prove: Coq lists no axioms, where those of the reals were expected')
  return lines
    .slice(begin + 1)
    .join('\n')
    .split(/\n(?=\S)/)
    .map((axiom) => axiom.replace(/\s+/g, ' ').trim())
    .filter((axiom) => axiom !== '')
}

const main = async (): Promise<void> => {
  install()
  const begin = Date.now()
  const folder = mkdtempSync(join(tmpdir(), 'grad-ts-prove-'))
  try {
    const all = statements()
    const written = { definitions: read('definitions.v'), tactics: read('tactics.v'), vectors: read('vectors.v') }
    const words = wordsFile(written)
    const theorems = theoremsFile(all)
    writeFileSync(join(folder, 'Words.v'), words)
    writeFileSync(join(folder, 'Rules.v'), theorems)
    const prepared = await coqc(folder, 'Words.v', 'definitions and tactics', 0)
    if (prepared.status !== 0) throw new Error(`prove: definitions and tactics are refused\n${prepared.errors}`)

    const proved = await coqc(folder, 'Rules.v', 'theorems', all.length)
    if (proved.status !== 0) {
      console.error(proved.errors)
      const answers = await attempted(folder, 'Attempts.v', 'every statement', all)
      const refused = all.filter(({ name }) => answers.get(name) !== 'proved')
      throw new Error(`prove: not proved: ${refused.map(({ name }) => name).join(', ')}`)
    }

    const mistakes = planted()
    const wrong = [...mistakes.flatMap((mistake) => mistake.statements), ...shifted(all)]
    const answers = await attempted(folder, 'Wrong.v', 'wrong statements', wrong)
    const isRefused = ({ name }: Statement): boolean => answers.get(name) === 'refused'
    const believed = [
      ...mistakes.filter((mistake) => !mistake.statements.some(isRefused)).map(({ what }) => what),
      ...shifted(all).flatMap((statement) => (isRefused(statement) ? [] : statement.name))
    ]
    if (believed.length > 0) throw new Error(`prove: Coq accepts what is wrong: ${believed.join(', ')}`)

    const page = showPage({
      statements: all,
      planted: mistakes,
      axioms: axiomsIn(proved.lines),
      version: spawnSync('coqc', ['--print-version'], { encoding: 'utf8' }).stdout.split(' ')[0] ?? '',
      digest: createHash('sha256').update(words).update(theorems).digest('hex'),
      written: written.definitions
    })
    const settings = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly prettier: object })
      .prettier
    writeFileSync(join(root, 'laws', 'theorems.md'), await format(page, { ...settings, parser: 'markdown' }))
    console.log(
      `${all.length} theorems proved, ${mistakes.length} planted mistakes and each theorem with 1 added refused, in ${((Date.now() - begin) / 1000).toFixed(1)} s; wrote laws/theorems.md`
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
