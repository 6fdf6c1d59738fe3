// Runs scripts of package.json beside one another, as many as there are processors, and fails when one of them does:
// `node scripts/checks.mjs lint typecheck`. What each writes is shown as a whole when it has ended.
import { Buffer } from 'node:buffer'
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'

const npm = process.env.npm_execpath
if (npm === undefined) throw new Error('scripts/checks.mjs is run by npm, as in `npm run checks`')

const run = (script) =>
  new Promise((resolve) => {
    const started = performance.now()
    const child = spawn(process.execPath, [npm, 'run', '--silent', script], { stdio: ['ignore', 'pipe', 'pipe'] })
    const written = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => written.push(data))
    child.on('error', (error) => written.push(Buffer.from(String(error))))
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      console.log(`${code === 0 ? 'passed' : 'FAILED'} ${script} (${seconds} s)`)
      if (code !== 0) process.stdout.write(Buffer.concat(written))
      resolve(code === 0)
    })
  })

const waiting = process.argv.slice(2)
const worker = async (passed = true) => {
  const script = waiting.shift()
  return script === undefined ? passed : worker((await run(script)) && passed)
}
const results = await Promise.all(Array.from({ length: availableParallelism() }, () => worker()))
if (results.includes(false)) process.exitCode = 1
