/** `npm start`: pure functions learn three problems, one of them on real handwritten digits. */
import { run } from './main/run.ts'
import { plan } from './main/settings.ts'
import { terminal } from './world/console.ts'

void run(terminal)(plan)(process.argv.slice(2))().then((code) => {
  process.exitCode = code
})
