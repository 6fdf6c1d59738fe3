/** The two ways into the REPL: plain `ts-node` in the root of the repository, and `npm run repl`. */
import { spawn, spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'

const tsNode = resolve('node_modules/ts-node/dist/bin.js')
const env = {
  ...process.env,
  NO_COLOR: '1',
  TERM: 'xterm',
  // keeps what is typed here out of the user's own history
  TS_NODE_HISTORY: join(tmpdir(), 'grad-ts-repl-test-history')
}

/** Runs a command with everything it is to read on its standard input at once; answers all it printed. */
const piped = (args: ReadonlyArray<string>, input: string): Promise<string> =>
  new Promise((done, failed) => {
    const child = spawn(process.execPath, args, { env })
    let output = ''
    const collect = (chunk: Buffer): void => {
      output += chunk.toString()
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', failed)
    child.on('close', () => {
      done(stripVTControlCharacters(output))
    })
    child.stdin.end(input)
  })

/** Types one line at each prompt in a pseudo-terminal, then leaves; answers what the screen was sent after the first prompt. */
const typed = (args: ReadonlyArray<string>, lines: ReadonlyArray<string>): Promise<string> =>
  new Promise((done, failed) => {
    const command = [process.execPath, ...args].map((arg) => `'${arg}'`).join(' ')
    const child = spawn('script', ['-qec', command, '/dev/null'], { env })
    const waiting = [...lines, '.exit']
    let output = ''
    let unread = ''
    const collect = (chunk: Buffer): void => {
      output += chunk.toString()
      unread += chunk.toString()
      if (!stripVTControlCharacters(unread).endsWith('> ')) return
      const line = waiting.shift()
      if (line === undefined) return
      unread = ''
      child.stdin.write(`${line}\r`)
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', failed)
    child.on('close', () => {
      done(stripVTControlCharacters(output))
    })
  })

/** Sends keys to a pseudo-terminal, each chunk when what is to come after the one before is on the screen: a key in a longer chunk is text that was pasted. */
const keyed = (
  args: ReadonlyArray<string>,
  chunks: ReadonlyArray<readonly [keys: string, until: string]>
): Promise<string> =>
  new Promise((done, failed) => {
    const command = [process.execPath, ...args].map((arg) => `'${arg}'`).join(' ')
    const child = spawn('script', ['-qec', command, '/dev/null'], { env })
    let [output, unread, at] = ['', '', 0]
    const collect = (chunk: Buffer): void => {
      output += chunk.toString()
      unread += chunk.toString()
      while (at + 1 < chunks.length && stripVTControlCharacters(unread).includes(chunks[at]![1])) {
        at++
        unread = ''
        child.stdin.write(chunks[at]![0])
      }
    }
    child.stdout.on('data', collect)
    child.on('error', failed)
    child.on('close', () => {
      done(stripVTControlCharacters(output))
    })
  })

/** util-linux's `script` gives a real terminal; without it, `ts-node -i` on a pipe has to do. */
const hasTerminal = spawnSync('script', ['-qec', 'true', '/dev/null'], { stdio: 'ignore' }).status === 0

const imports = "import { pipe } from 'fp-ts/function'\nimport { add, matmul, show, tensor, zeros } from './src'\n"
const sum = 'pipe(tensor([[1, 2], [3, 4]]), add(tensor([[10, 20], [30, 40]])))'
// rows that are nowhere in what is typed
const rows = [/\[\s*11,?\s+22\s*\]/, /\[\s*33,?\s+44\s*\]/]

const expectRows = (output: string): void => {
  rows.forEach((row) => {
    expect(output).toMatch(row)
  })
  expect(output).not.toMatch(/TS\d{4}|Error/)
}

/** A session that several tests read: starting one checks the types of the whole library. */
const shared = (start: () => Promise<string>): (() => Promise<string>) => {
  const started: Promise<string>[] = []
  return () => (started[0] ??= start())
}

/** ts-node at its prompt: a right line, a wrong one, and more. */
const prompt = shared(() =>
  piped(
    [tsNode, '-i'],
    [
      `${imports}const x = ${sum}`,
      "require('node:util').inspect(x) === show(x) ? 'the' + 'Same' : 'different'",
      'matmul(zeros([5, 6]))(zeros([2, 3]))',
      'x',
      ''
    ].join('\n')
  )
)

/** `npm run repl` with all that is typed at it here. */
const library = shared(() =>
  piped(
    ['scripts/repl.cjs'],
    [
      sum,
      'const q = matmul(zeros([3, 4]))(zeros([2, 3]))',
      '.type q',
      'await Promise.resolve(show(tensor([5, 6])))',
      'const v: Vec<3> = ones([3])',
      'laws.run(laws.primitive(table.exp), { numRuns: 1 }).length > 5 ? "laws" + "Run" : ""',
      'typeof terminal.plotLines + "Line"',
      'E.isRight(E.right(1)) ? "is" + "Right" : ""',
      'right(E.right("the" + "Value"))',
      'right(codec.parse(codec.JsonNumber)("true"))',
      'params.summary({ weight: ones([2, 3]), bias: ones([3]) })',
      'showTape(trace(square)(scalar(3)))',
      'matmul(zeros([3, 4]) as any)(zeros([2, 2]) as any)',
      ''
    ].join('\n')
  )
)

const expectNumbers = (output: string): void => {
  rows.forEach((row) => {
    expect(output).toMatch(row)
  })
}

describe('the REPL', () => {
  it('runs a script piped into ts-node', async () => {
    expectRows(await piped([tsNode], `${imports}console.log(${sum})\n`))
  })

  it('runs without type checking', async () => {
    expectRows(await piped([tsNode, '-T'], `${imports}console.log(${sum})\n`))
  })

  it('prints a tensor as show does, at the prompt of ts-node', async () => {
    expect(await prompt()).toContain('theSame')
  })

  it('reports shapes that do not meet as a type error, and goes on', async () => {
    const [, ...after] = (await prompt()).split(/error TS\d{4}/)
    expect(after).toHaveLength(1)
    expectNumbers(after[0] ?? '')
  })

  it('has every name of the library loaded in npm run repl', async () => {
    const output = await library()
    expectNumbers(output)
    expect(output).toMatch(/Tensor<.*2, 4\]/)
    expect(output).toMatch(/5,?\s+6/)
  })

  it('skips type checking in npm run repl -- --fast', async () => {
    expectRows(await piped(['scripts/repl.cjs', '--fast'], `${sum}\n`))
  })

  it('lists its names in groups, and has the laws, the report, Either and the types loaded', async () => {
    const output = await library()
    for (const group of ['tensors: ', 'operations: abs acos ', 'derivatives: grad ', 'programs: compile ', 'rooms '])
      expect(output).toContain(`\n${group}`.slice(output.startsWith(group) ? 1 : 0))
    for (const found of ['lawsRun', 'functionLine', 'isRight', 'theValue', 'needs a number'])
      expect(output).toContain(found)
    expect(output).not.toMatch(/TS\d{4}/)
  })

  it('prints a table and a tape as they are, and an error without the lines of the library', async () => {
    const output = await library()
    expect(output).toMatch(/params\.weight {2}\[2, 3\] {2}6\n/)
    expect(output).toContain('in  %0 : []\n    %1 = square(%0) : []\nout %1')
    expect(output).toMatch(/Uncaught:?\s+(Error \[ShapeError\]|ShapeError): matmul: inner sizes differ/)
    expect(output).not.toMatch(/errors\.ts|const error|at fail|\\n/)
  })

  it.runIf(hasTerminal)('works in a terminal, with ts-node', async () => {
    expectRows(await typed([tsNode], [...imports.trim().split('\n'), sum]))
  })

  it.runIf(hasTerminal)('works in a terminal, with npm run repl, and completes the names that it lists', async () => {
    const output = await keyed(
      ['scripts/repl.cjs'],
      [
        ['', '> '],
        ['gra', 'gra'],
        ['\t', 'd'],
        ['(square)(scalar(3))\r', 'Tensor[] 6'],
        ['nn.batchN', 'nn.batchN'],
        ['\t', 'orm'],
        ['.name\r', 'batchNorm'],
        [`${sum}\r`, '44'],
        ['.exit\r', '']
      ]
    )
    expectRows(output)
  })
})
