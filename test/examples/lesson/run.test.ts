/** The command of the lesson, on sections made up for it. */
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describe, expect, it } from 'vitest'
import { bars } from 'grad-ts/report'
import { random, show } from '../../../src/index.ts'
import { check } from '../../../examples/lesson/frame/check.ts'
import { only } from '../../../examples/lesson/frame/picture.ts'
import { run } from '../../../examples/lesson/frame/run.ts'
import type { Ready } from '../../../examples/lesson/frame/section.ts'
import type { World } from '../../../examples/world/world.ts'
import { listen } from '../world.ts'

const made = (name: string, section: Ready['run']): Ready => ({
  name,
  title: `the title of ${name}`,
  teaches: `What ${name} teaches. It is \`short\`.`,
  run: section
})

const sound = made('sound', ({ key }) =>
  TE.of({
    text: ['A paragraph.'],
    tables: [{ caption: 'Numbers', columns: ['name', 'value'], rows: [['seed', 1.5e-9]] }],
    pictures: [
      { chart: bars({ title: 'Bars' })({ a: 1 }), plot: ({ color }) => `plot ${color}` },
      only(bars({ title: 'More bars' })({ b: 2 }))
    ],
    code: 'const x = 1',
    checks: [check(`the key is ${show(key)}`)(true)]
  })
)
const short = made('short', () => TE.of({ checks: [check('1 is 2')(false), check('1 is 1')(true)] }))
const broken = made('broken', () => TE.left('no data'))
const reading = made('reading', ({ read }) =>
  pipe(
    read('some.csv'),
    TE.map((bytes) => ({ checks: [check(`it says ${String(bytes)}`)(true)] }))
  )
)
const all = [sound, short, broken, reading]
const needing: Ready = { ...reading, name: 'needing', needs: 'some.csv' }

/** Files by path, and nothing else. */
const disk = (files: Readonly<Record<string, string>>): Partial<World> => ({
  read: (path) => (path in files ? TE.right(Buffer.from(files[path]!)) : TE.left(`no ${path}`))
})

describe('the command of the lesson', () => {
  it('lists the sections, a line each, when it is given no name', async () => {
    const { world, printed } = listen()
    expect(await run(world)(all)([])()).toBe(0)
    expect(printed).toEqual([
      'sound    the title of sound\nshort    the title of short\nbroken   the title of broken\nreading  the title of reading'
    ])
  })

  it('runs a section: what it teaches, what it found, whether it holds', async () => {
    const { world, said, printed, warned, files } = listen()
    expect(await run(world)(all)(['sound'])()).toBe(0)
    const text = said.join('\n')
    expect(text).toMatch(/^── sound: the title of sound ─+\nWhat sound teaches\./)
    expect(text).toContain('A paragraph.\n\nNumbers:\nname   value\nseed  1.5e-9\n\nplot false\n\nconst x = 1')
    expect(printed).toEqual([`✓ sound: the key is ${show(random.key(0))}`])
    expect(warned).toEqual([])
    expect(files.size).toBe(0)
  })

  it('prints what is claimed alone with --quiet, from the seed that is given', async () => {
    const { world, said, printed } = listen()
    expect(await run(world)(all)(['sound', '--quiet', '--seed', '12'])()).toBe(0)
    expect([said, printed]).toEqual([[], [`✓ sound: the key is ${show(random.key(12))}`]])
  })

  it('colours its plots where the world has colours', async () => {
    const { world, said } = listen({ color: true })
    await run(world)(all)(['sound'])()
    expect(said.join('\n')).toContain('plot true')
  })

  it('ends with 1 when a claim does not hold, and says which', async () => {
    const { world, printed, warned } = listen()
    expect(await run(world)(all)(['short'])()).toBe(1)
    expect(printed).toEqual(['✗ short: 1 is 2\n✓ short: 1 is 1'])
    expect(warned).toEqual(['Some checks failed:\nshort: 1 is 2'])
  })

  it('ends with 1 when a section comes to nothing, and says why', async () => {
    const { world, warned } = listen()
    expect(await run(world)(all)(['broken'])()).toBe(1)
    expect(warned[0]).toContain('broken: no data')
  })

  it('runs all, goes on after what fails, and writes one report of them', async () => {
    const { world, printed, warned, files } = listen(disk({ 'examples/data/some.csv': 'ours' }))
    expect(await run(world)(all)(['all'])()).toBe(1)
    expect(printed).toHaveLength(3)
    expect(printed.at(-1)).toBe('✓ reading: it says ours')
    expect(warned[0]!.split('\n').slice(1)).toEqual(['short: 1 is 2', 'broken: no data'])

    expect([...files.keys()]).toEqual(['lesson.html'])
    const html = files.get('lesson.html')!
    all.forEach(({ name }) => expect(html).toContain(`The title of ${name}</h2>`))
    expect(html).toContain('It is <code>short</code>.')
    expect(html.match(/<svg /g)).toHaveLength(2)
    expect(html).toContain('<caption>Numbers</caption>')
    expect(html).toContain('<td>✗</td><td>1 is 2</td>')
    expect(html).toContain('Failed: no data')
    expect(html.replace(/xmlns(?::xlink)?="[^"]*"/g, '')).not.toMatch(/https?:|<script/)
  })

  it('writes the report of one section where --out says', async () => {
    const { world, said, files } = listen()
    expect(await run(world)(all)(['sound', '--out=reports/sound.html'])()).toBe(0)
    expect([...files.keys()]).toEqual(['reports/sound.html'])
    expect(said).toContain('The report is in reports/sound.html.')
  })

  it('ends with 1 when the report cannot be written', async () => {
    const { world, warned } = listen({ write: (path) => () => TE.left(`${path} was not written: full`) })
    expect(await run(world)(all)(['sound', '--out', 'x.html'])()).toBe(1)
    expect(warned[0]).toContain('x.html was not written: full')
  })

  it('looks for data in the folder of --data first, then among its own', async () => {
    const both = disk({ 'mine/some.csv': 'mine', 'examples/data/some.csv': 'ours' })
    const own = disk({ 'examples/data/some.csv': 'ours' })
    const [first, second, third] = [listen(both), listen(own), listen(disk({}))]
    expect(await run(first.world)(all)(['reading', '--data', 'mine'])()).toBe(0)
    expect(first.printed).toEqual(['✓ reading: it says mine'])
    expect(await run(second.world)(all)(['reading', '--data=mine'])()).toBe(0)
    expect(second.printed).toEqual(['✓ reading: it says ours'])
    expect(await run(third.world)(all)(['reading', '--data=mine'])()).toBe(1)
    expect(third.warned[0]).toContain('reading: no mine/some.csv; no examples/data/some.csv')
  })

  it('does not begin a section whose data are not there, and says how to give them', async () => {
    const { world, said, printed, warned } = listen(disk({ 'mine/some.csv': 'mine' }))
    expect(await run(world)([needing])(['needing'])()).toBe(2)
    expect(warned[0]).toMatch(/^needing needs --data, the folder that holds some\.csv\n\n/)
    expect(said).toEqual([])
    expect(await run(world)([needing])(['needing', '--data', 'mine'])()).toBe(0)
    expect(printed).toEqual(['✓ needing: it says mine'])
  })

  it('leaves such a section out of all, and is content without it', async () => {
    const [without, given] = [listen(), listen(disk({ 'mine/some.csv': 'mine' }))]
    expect(await run(without.world)([sound, needing])(['all'])()).toBe(0)
    expect(without.said.join('\n')).toContain('Skipped: it needs some.csv; give their folder with `--data FOLDER`')
    expect(without.printed).toHaveLength(1)
    expect(without.files.get('lesson.html')).toContain(
      'Skipped: it needs some.csv; give their folder with <code>--data FOLDER</code>'
    )
    expect(await run(given.world)([sound, needing])(['all', '--data=mine'])()).toBe(0)
    expect(given.printed.at(-1)).toBe('✓ needing: it says mine')
  })

  it('explains itself', async () => {
    const { world, printed } = listen()
    expect(await run(world)(all)(['--help'])()).toBe(0)
    expect(printed[0]).toMatch(/NAME[^]*all[^]*--quiet[^]*--seed[^]*--data[^]*--out/)
  })

  it.each([
    [
      'a section that is not there',
      'sond',
      '"sond" is not a section; choose one of sound, short, broken, reading, all'
    ],
    ['a flag that is not there', 'sound --quite', "Unknown option '--quite'"],
    ['a second name', 'sound short', '"short" is a second name; run one section, or all'],
    ['a seed that is no whole number', 'sound --seed 1.5', '--seed needs a whole number within ±(2^53 − 1), got "1.5"'],
    ['a file without a name', 'sound --out=', '--out needs a value, got nothing'],
    ['a folder without a name', '--data', "Option '--data <value>' argument missing"]
  ])('refuses %s, and ends with 2', async (_, words, fault) => {
    const { world, printed, warned } = listen()
    expect(await run(world)(all)(words.split(' '))()).toBe(2)
    expect(printed).toEqual([])
    expect(warned[0]!.split('\n\n')[0]).toBe(fault)
    expect(warned[0]).toContain('npm run lesson')
  })

  it('is what npm run lesson runs, which answers with its exit code', async () => {
    const script = [resolve('node_modules/ts-node/dist/bin.js'), '-T', 'examples/lesson.ts', 'dense-layer', '--quiet']
    const out = await new Promise<string>((done) => {
      execFile(process.execPath, script, (error, text) => done(`${error?.code ?? 0}\n${text}`))
    })
    expect(out).toMatch(/^0\n✓ dense-layer: .*\n✓ dense-layer: .*\n$/)
  })
})
