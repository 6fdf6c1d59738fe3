/** The pages of the project point to files that are there. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'src/README.md',
  'test/bench/README.md',
  'examples/guides/numbers.md'
]

/** The relative targets of a page's links, outside of blocks of code. */
const targetsOf = (page: string): readonly string[] =>
  [
    ...readFileSync(page, 'utf8')
      .replace(/```[\s\S]*?```/g, '')
      .matchAll(/\]\(([^)\s]+)\)/g)
  ]
    .map(([, target]) => target!)
    .filter((target) => !/^(\w+:|#)/.test(target))
    .map((target) => join(dirname(page), target.replace(/#.*$/, '')))

describe('every link to a file has a target', () => {
  it.each(pages)('in %s', (page) => {
    expect(targetsOf(page).filter((target) => !existsSync(target))).toEqual([])
  })

  it('and the page on the core has some', () => {
    expect(targetsOf('src/README.md').length).toBeGreaterThan(15)
  })
})
