/** The main job, with fewer epochs and lower bars than `npm start` has. */
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describe, expect, it } from 'vitest'
import { missed, type Report, showReport } from '../../examples/main/lesson.ts'
import { run } from '../../examples/main/run.ts'
import { plan, type Plan } from '../../examples/main/settings.ts'
import { xor } from '../../examples/main/xor.ts'
import { random, train } from '../../src/index.ts'
import { type Heard, listen } from './world.ts'

const short: Plan = {
  ...plan,
  xor: { ...plan.xor, epochs: 150 },
  spiral: { epochs: 3, batchSize: 50, bar: 0 },
  digits: { epochs: 1, batchSize: 32, bar: 0.8 }
}

/** A plan that ends before it has begun: for what does not depend on the training. */
const none: Plan = {
  ...plan,
  xor: { epochs: 0, batchSize: 4, bar: 0 },
  spiral: { epochs: 0, batchSize: 50, bar: 0 },
  digits: { epochs: 0, batchSize: 32, bar: 0 }
}

const cells = ({ printed }: Heard) => printed[0]!.split('\n').map((row) => row.split(/ {2,}/))

describe('the main job', () => {
  it('learns, and tells what it does: the same numbers for a seed, others for another', async () => {
    const [first, again, other] = [listen(), listen(), listen()]
    const strict = { ...short, spiral: { ...short.spiral, bar: 0.999 } }
    expect(await run(first.world)(short)(['--seed', '5'])()).toBe(0)
    expect(await run(again.world)(short)(['--seed=5', '--quiet'])()).toBe(0)
    expect(await run(other.world)(strict)([])()).toBe(1)

    expect(first.said[0]).toContain('Seed 5')
    expect(first.said.filter((line) => /gradient check .* relative error \d\.\de-\d+$/.test(line))).toHaveLength(3)
    expect(first.ticks).toHaveLength(150 + 3 + 1 + 3)
    expect(first.ticks.slice(-2)).toEqual(['digits 64-64-10 1', 'digits 64-64-10 done'])
    expect(first.printed).toHaveLength(1)
    expect(cells(first).map((row) => row.slice(0, 3))).toEqual([
      ['problem', 'parameters', 'epochs'],
      ['XOR 2-8-1', '33', '150'],
      ['spiral 2-100-3', '603', '3'],
      ['digits 64-64-10', '4810', '1']
    ])

    // the table alone, and the same table: this clock goes by looks, so even the seconds are equal
    expect([again.said, again.ticks, again.warned]).toEqual([[], [], []])
    expect(again.printed).toEqual(first.printed)

    const losses = (heard: Heard) =>
      cells(heard)
        .slice(2)
        .map((row) => row[3])
    losses(first).forEach((loss, i) => expect(losses(other)[i]).not.toBe(loss))
    expect(other.warned).toEqual([
      expect.stringMatching(/^spiral 2-100-3: accuracy \d\d\.\d\d %, required: at least 99\.90 %$/)
    ])
  })

  it('learns XOR from any start', () => {
    const { problem, data, settings } = xor(plan.xor)
    const { epochs, batchSize } = settings
    const accuracies = Array.from({ length: 25 }, (_, seed) => {
      const trained = train.fit(problem, { epochs, batchSize })(data)(train.start(problem)(random.key(seed)))
      return E.isRight(trained) ? trained.right.history.at(-1)!.accuracy : NaN
    })
    expect(new Set(accuracies)).toEqual(new Set([1]))
  })
})

describe('the bars', () => {
  const report: Report = {
    seconds: 12.34,
    outcomes: [
      {
        name: 'one',
        gradientError: 2e-9,
        parameters: 17,
        epochs: 3,
        loss: 0.25,
        accuracy: 1,
        heldOut: { _tag: 'None' },
        seconds: 1.25,
        bar: 1
      },
      {
        name: 'another',
        gradientError: 0.5,
        parameters: 4810,
        epochs: 3,
        loss: 0.00025,
        accuracy: 1,
        heldOut: { _tag: 'Some', value: 0.96 },
        seconds: 10,
        bar: 0.97
      }
    ]
  }

  it('are the gradient error, the accuracy on what was held out, and the time', () => {
    expect(missed({ ...plan, seconds: 12 })(report)).toEqual([
      'another: the relative error of the gradient check is 0.5000, required: below 1e-7',
      'another: accuracy 96.00 %, required: at least 97.00 %',
      'the run took 12.3 s, required: at most 12 s'
    ])
  })

  it('are missed by what is not a number', () => {
    const [one] = report.outcomes
    const broken = { seconds: 1, outcomes: [{ ...one!, accuracy: NaN, gradientError: NaN }] }
    expect(missed(plan)(broken)).toHaveLength(2)
  })

  it('are not in the table, which has a line for each problem', () => {
    expect(showReport(report).split('\n')).toEqual([
      'problem  parameters  epochs    loss  accuracy  held out  seconds',
      'one              17       3  0.2500  100.00 %         -      1.3',
      'another        4810       3  2.5e-4  100.00 %   96.00 %     10.0'
    ])
  })
})

describe('the command line of the main job', () => {
  it.each([
    ['--quite', "Unknown option '--quite'"],
    ['-q', "Unknown option '-q'"],
    ['--help=no', "Option '--help' does not take an argument"],
    ['now', '"now" is not a flag'],
    ['--seed', "Option '--seed <value>' argument missing"],
    ['--seed --quiet', "Option '--seed' argument is ambiguous"],
    ['--seed=', '--seed needs a value, got nothing'],
    ['--seed many', '--seed needs a whole number within ±(2^53 − 1), got "many"'],
    ['--seed 1.5', '--seed needs a whole number within ±(2^53 − 1), got "1.5"'],
    ['--seed 1e99', '--seed needs a whole number within ±(2^53 − 1), got "1e99"'],
    ['--seed 1 --seed 2', '--seed is given more than once'],
    ['--quiet --quiet', '--quiet is given more than once']
  ])('refuses %s in a sentence, explains itself, and ends with 2', async (words, fault) => {
    const { world, printed, warned } = listen()
    expect(await run(world)(none)(words.split(' '))()).toBe(2)
    expect(printed).toEqual([])
    expect(warned).toHaveLength(1)
    expect(warned[0]).toMatch(/--seed[^]*--quiet[^]*--help/)
    expect(warned[0]!.split('\n\n')[0]).toBe(fault)
  })

  it('explains itself', async () => {
    const { world, printed } = listen()
    expect(await run(world)(none)(['--help', '--seed', '3'])()).toBe(0)
    expect(printed[0]).toMatch(/--seed[^]*--quiet[^]*--help/)
  })

  const start = (...words: readonly string[]) =>
    new Promise<{ readonly code: unknown; readonly out: string; readonly err: string }>((done) => {
      const script = [resolve('node_modules/ts-node/dist/bin.js'), '-T', 'examples/main.ts', ...words]
      execFile(process.execPath, script, (error, out, err) => {
        done({ code: error === null ? 0 : error.code, out, err })
      })
    })

  it('is read by the process that npm start runs, which answers with its exit code', async () => {
    expect(await start('--epochs', '3')).toEqual({ code: 2, out: '', err: expect.stringContaining('--epochs') })
  })
})

describe('the digits', () => {
  const lines = (rows: readonly string[]) => listen({ read: () => TE.right(gzipSync(rows.join('\n'))) })
  const blank = Array.from({ length: 64 }, () => 0).join()

  it('that cannot be read end the run with 1, and a word on the file', async () => {
    const { world, warned } = listen()
    expect(await run(world)({ ...none, digitsFile: 'nowhere.csv.gz' })([])()).toBe(1)
    expect(warned).toEqual([expect.stringContaining('nowhere.csv.gz')])
  })

  it('that are not compressed, or no table, end it likewise', async () => {
    const plain = listen({ read: () => TE.right(Buffer.from('1,2,3')) })
    expect(await run(plain.world)(none)([])()).toBe(1)
    expect(plain.warned[0]).toContain('cannot decompress')
    const ragged = lines(['1,2', '1,2,3'])
    expect(await run(ragged.world)(none)([])()).toBe(1)
    expect(ragged.warned[0]).toContain('is not a table')
  })

  it('that are out of range are told by row and column, all at once', async () => {
    const { world, warned } = lines([`${blank},7`, `17${blank.slice(1)},0`, `${blank},ten`])
    expect(await run(world)(none)([])()).toBe(1)
    expect(warned[0]!.split('\n').slice(1)).toEqual([
      'row 2, column 1: needs a number from 0 to 16, got "17"',
      'row 3, column 65: needs a label, a whole number from 0 to 9, got "ten"'
    ])
  })
})
