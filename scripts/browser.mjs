// npm run test:browser: bundles the library for a browser and runs it in headless Chromium, in a page whose
// content-security policy allows WebAssembly but no code made from text. Installs Debian's chromium where there is none.
import { Buffer } from 'node:buffer'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { clearTimeout, setTimeout } from 'node:timers'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const TIMEOUT = 600_000
const root = dirname(dirname(fileURLToPath(import.meta.url)))

const chromium = () => {
  const found = ['chromium', 'chromium-browser', 'google-chrome'].find(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0
  )
  if (found !== undefined) return found
  console.log('installing chromium …')
  execFileSync('apt-get', ['update', '-qq'], { stdio: 'inherit' })
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { stdio: 'inherit' })
  return 'chromium'
}

const bundle = async () => {
  const output = await build({
    configFile: false,
    logLevel: 'warn',
    root,
    build: {
      write: false,
      target: 'es2022',
      minify: false,
      chunkSizeWarningLimit: 10_000,
      lib: { entry: join(root, 'test/browser/page.ts'), formats: ['es'], fileName: 'page' }
    }
  })
  return [output].flat()[0].output[0].code
}

const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'",
  'cache-control': 'no-store'
}
const page =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>grad-ts</title><script type="module" src="/page.js"></script></html>'

const code = await bundle()
const browser = chromium()
const profile = mkdtempSync(join(tmpdir(), 'grad-ts-browser-'))

const results = await new Promise((resolve, reject) => {
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      const parts = []
      request.on('data', (part) => parts.push(part))
      request.on('end', () => {
        response.end()
        finish(() => resolve(JSON.parse(Buffer.concat(parts).toString())))
      })
      return
    }
    const isCode = request.url === '/page.js'
    response.writeHead(200, { ...headers, 'content-type': isCode ? 'text/javascript' : 'text/html' })
    response.end(isCode ? code : page)
  })
  const finish = (then) => {
    clearTimeout(timer)
    server.close()
    server.closeAllConnections()
    // wait for the browser to exit, since its profile is deleted afterwards
    if (child === undefined || child.exitCode !== null) return then()
    child.once('exit', then)
    child.kill()
  }
  const timer = setTimeout(
    () => finish(() => reject(new Error(`the page gave no results in ${TIMEOUT / 1000} s`))),
    TIMEOUT
  )
  let child
  server.listen(0, '127.0.0.1', () => {
    const address = `http://127.0.0.1:${server.address().port}/`
    const flags = [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--enable-logging=stderr',
      `--user-data-dir=${profile}`
    ]
    child = spawn(browser, [...flags, address], { stdio: ['ignore', 'ignore', 'pipe'] })
    // console errors of the page, such as violations of the policy
    child.stderr.on('data', (text) => {
      for (const line of String(text).split('\n')) if (line.includes('CONSOLE')) console.error(line)
    })
  })
})
rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })

const failed = results.filter(({ fault }) => fault !== null)
for (const { name, fault } of failed) console.error(`✗ ${name}\n  ${fault}`)
console.log(`${results.length - failed.length} passed, ${failed.length} failed`)
process.exitCode = failed.length === 0 ? 0 : 1
