// npm run docs: writes the pages of the reference, laws/operations.md and examples/guides/names.md, and those of TypeDoc.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import { allRows, pages } from './reference/page.ts'

const root = join(__dirname, '..')
const { prettier: settings } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly prettier: object
}

const main = async (): Promise<void> => {
  for (const [path, text] of Object.entries(pages(allRows()))) {
    writeFileSync(join(root, path), await format(text, { ...settings, parser: 'markdown' }))
    console.log(`wrote ${path}`)
  }
  if (process.argv.includes('--pages')) return
  const { status } = spawnSync(join(root, 'node_modules/.bin/typedoc'), { stdio: 'inherit', cwd: root })
  process.exitCode = status ?? 1
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
