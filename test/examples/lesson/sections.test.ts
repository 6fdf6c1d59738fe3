/** Every section of the lesson, with fewer epochs and lower bars than the command has. */
import { readdirSync, readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { toSvg } from 'grad-ts/report'
import { activations } from '../../../examples/lesson/activations.ts'
import { batchSize } from '../../../examples/lesson/batch-size.ts'
import { compose } from '../../../examples/lesson/compose.ts'
import { debugging } from '../../../examples/lesson/debugging.ts'
import { decisionBoundary } from '../../../examples/lesson/decision-boundary.ts'
import { denseLayer } from '../../../examples/lesson/dense-layer.ts'
import { digits } from '../../../examples/lesson/digits.ts'
import { dropout } from '../../../examples/lesson/dropout.ts'
import { earlyStopping } from '../../../examples/lesson/early-stopping.ts'
import { labOf } from '../../../examples/lesson/frame/run.ts'
import { type Findings, type Ready, ready, type Section } from '../../../examples/lesson/frame/section.ts'
import { sections } from '../../../examples/lesson/frame/sections.ts'
import { gradientCheck } from '../../../examples/lesson/gradient-check.ts'
import { initialization } from '../../../examples/lesson/initialization.ts'
import { l2 } from '../../../examples/lesson/l2.ts'
import { losses } from '../../../examples/lesson/losses.ts'
import { mnist } from '../../../examples/lesson/mnist.ts'
import { momentumAdam } from '../../../examples/lesson/momentum-adam.ts'
import { regression } from '../../../examples/lesson/regression.ts'
import { schedules } from '../../../examples/lesson/schedules.ts'
import { spirals } from '../../../examples/lesson/spirals.ts'
import { swish } from '../../../examples/lesson/swish.ts'
import { xor } from '../../../examples/lesson/xor.ts'
import { listen } from '../world.ts'
import { idxFiles, withFiles } from './idx.ts'

/** A section with settings of the test's own. */
const small = <S>(section: Section<S>, settings: S): Ready => ready({ ...section, settings })

const short: readonly Ready[] = [
  small(activations, { samples: 21 }),
  small(initialization, { examples: 100 }),
  small(denseLayer, {}),
  small(losses, {}),
  small(xor, { epochs: 300, starts: 3, bar: 0.4 }),
  small(spirals, { epochs: 20, bar: 0.8 }),
  small(digits, { epochs: 2, bar: 0.8 }),
  small(mnist, { most: 150, epochs: 3, bar: 0.9 }),
  small(batchSize, { epochs: 25, last: 10 }),
  small(decisionBoundary, { epochs: [2, 100], bar: 0.9 }),
  small(swish, { epochs: 30, numRuns: 5, bar: 0.7 }),
  small(dropout, { epochs: 100 }),
  small(l2, { epochs: 150 }),
  small(momentumAdam, { steps: 60, epochs: 60, bar: 0.05 }),
  small(schedules, { steps: 40 }),
  small(earlyStopping, { epochs: 120, patience: 20 }),
  small(debugging, { epochs: 30, bar: 0.2 }),
  small(gradientCheck, {}),
  small(regression, { epochs: 60, bar: 0.1 }),
  small(compose, { steps: 20 })
]

const { world } = listen()
const withMnist = { ...world, ...withFiles(idxFiles(200), world) }

const run = async (section: Ready, seed = 0): Promise<Findings> => {
  const found = await section.run(labOf(withMnist, { seed, data: O.none }))()
  if (E.isLeft(found)) throw new Error(found.left)
  return found.right
}

describe.each(short.map((section) => [section.name, section] as const))('the section %s', (_, section) => {
  it('shows what it claims, and its pictures can be drawn', async () => {
    const { checks, pictures = [], tables = [] } = await run(section)
    expect(checks.filter(({ holds }) => !holds).map(({ claim }) => claim)).toEqual([])
    expect(pictures.length).toBeGreaterThan(0)
    for (const { chart, plot } of pictures) {
      const svg = await toSvg(chart)()
      if (E.isLeft(svg)) throw new Error(JSON.stringify(svg.left))
      expect(svg.right).not.toMatch(/NaN|undefined/)
      // narrow enough for a phone
      expect(Number(/ width="([\d.]+)"/.exec(svg.right)![1])).toBeLessThan(420)
      if (plot !== undefined) {
        const lines = plot({ color: false }).split('\n')
        expect(lines.length).toBeGreaterThan(8)
        lines.forEach((line) => expect(line.length).toBeLessThan(100))
      }
    }
    tables.forEach(({ columns, rows }) => rows.forEach((row) => expect(row).toHaveLength(columns.length)))
    tables.flatMap(({ rows }) => rows.flat()).forEach((cell) => expect(cell).not.toBeNaN())
  })
})

describe('the sections of the lesson', () => {
  const files = readdirSync('examples/lesson').filter((name) => name.endsWith('.ts'))
  const names = sections.map(({ name }) => name)

  it('each have a file of their own, of less than 80 lines', () => {
    expect(files.map((file) => file.replace('.ts', '')).toSorted()).toEqual(names.toSorted())
    const lengths = files.map((file) => [file, readFileSync(`examples/lesson/${file}`, 'utf8').split('\n').length - 1])
    expect(lengths.filter(([, length]) => Number(length) >= 80)).toEqual([])
  })

  it('are all tested here, in the order in which they are listed', () => {
    expect(short.map(({ name }) => name)).toEqual(names)
  })

  it('have a title and an introduction, and are listed in the README', () => {
    const readme = readFileSync('README.md', 'utf8')
    sections.forEach(({ name, title, teaches }) => {
      expect(readme).toContain(`\`${name}\``)
      expect(title.length).toBeLessThan(80)
      expect(teaches.split(/\. /).length).toBeGreaterThan(1)
    })
  })

  it('give the same numbers for a seed, and others for another', async () => {
    const section = small(xor, { epochs: 30, starts: 1, bar: 1 })
    const [first, again, other] = [await run(section, 7), await run(section, 7), await run(section, 8)]
    expect(again.tables).toEqual(first.tables)
    expect(other.tables).not.toEqual(first.tables)
  })

  it.each([
    ['a loss above its bar', small(xor, { epochs: 1, starts: 1, bar: 0.01 }), ['points', 'loss', 'starts']],
    ['an accuracy below its bar', small(spirals, { epochs: 1, bar: 0.99 }), ['accuracy']],
    ['digits not learned', small(digits, { epochs: 1, bar: 0.999 }), ['held-out digits']],
    ['digits of MNIST not learned', small(mnist, { most: 100, epochs: 1, bar: 1.01 }), ['held-out digits']],
    ['a loss that falls to the end', small(earlyStopping, { epochs: 10, patience: 10 }), ['before the end']],
    ['networks that are not cured', small(debugging, { epochs: 1, bar: 1e-3 }), ['after the fixes', 'overfitting ten']],
    ['a walk of two steps', small(momentumAdam, { steps: 2, epochs: 1, bar: 0.05 }), ['valley']],
    ['a curve that fits better than the noise allows', small(regression, { epochs: 1, bar: 1e-4 }), ['new points']]
  ])('can fall short: %s', async (_, section, words) => {
    const failed = (await run(section)).checks.filter(({ holds }) => !holds).map(({ claim }) => claim)
    words.forEach((word) => expect(failed.join('\n')).toContain(word))
  })
})
