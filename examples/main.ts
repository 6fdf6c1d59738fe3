/** `npm start`: trains on XOR, three spirals and real handwritten digits. */
import { run } from './main/run.ts'
import { plan } from './main/settings.ts'
import { terminal } from './world/console.ts'

void run(terminal)(plan)(process.argv.slice(2))().then((code) => {
  process.exitCode = code
})
