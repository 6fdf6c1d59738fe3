/** What `npm run mutate` and `npm run test:nodes` say when they cannot do what they are asked. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

// @ts-expect-error -- a script has no declarations
import { idleness } from '../../scripts/mutate/demands.mjs'

const started = (script: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) =>
  spawnSync(process.execPath, [join('scripts', script), ...args], { encoding: 'utf8', env })

describe('mutate', () => {
  it.each([
    [['--workers', '0'], "--workers is a whole number of at least 1, not '0'"],
    [['--workers='], "--workers is a whole number of at least 1, not ''"],
    [['--sample', '1.5'], "--sample is a whole number of at least 0, not '1.5'"]
  ])('%s fails, and says why', (args, message) => {
    const { status, stderr } = started('mutate.mjs', args)
    expect(stderr).toContain(message)
    expect(status).toBe(1)
  })

  it('fails when it has judged nothing, unless it only lists', () => {
    const judged = [{ outcome: 'survived' }]
    expect(idleness({ list: false, judged: [] })).toContain('no mutant was judged')
    expect([idleness({ list: true, judged: [] }), idleness({ list: false, judged })]).toEqual([null, null])
  })
})

describe('test:nodes', () => {
  it('leaves no folder behind when a version cannot be installed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-npm-'))
    try {
      const env = { ...process.env, PATH: folder, TMPDIR: folder, TEMP: folder, TMP: folder }
      const { status, stderr } = started('nodes.mjs', ['20'], env)
      expect(stderr).toContain('Node 20 could not be installed by npm')
      expect(status).toBe(1)
      expect(readdirSync(folder)).toEqual([])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
