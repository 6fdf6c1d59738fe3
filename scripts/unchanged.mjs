// Runs a command, and fails when it leaves the working tree changed: `node scripts/unchanged.mjs vitest run`.
import { spawnSync } from 'node:child_process'

const status = () => {
  const { status: code, stdout } = spawnSync('git', ['status', '--porcelain', '--untracked-files=all'], {
    encoding: 'utf8'
  })
  return code === 0 ? stdout.split('\n').filter((line) => line !== '') : null
}

const [command, ...args] = process.argv.slice(2)
const before = status()
const { status: code, error } = spawnSync(command, args, { stdio: 'inherit' })
if (error !== undefined) throw error
if (code !== 0) process.exit(code ?? 1)

const after = status()
if (before === null || after === null) console.log('no git repository here: whether files changed was not checked')
else {
  const changed = after.filter((line) => !before.includes(line))
  if (changed.length > 0) {
    console.error(`${[command, ...args].join(' ')} changed the working tree:\n${changed.join('\n')}`)
    process.exit(1)
  }
}
