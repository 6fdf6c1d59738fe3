/** `npm run lesson`: a course on neural networks with pure functions. */
import { run } from './lesson/frame/run.ts'
import { sections } from './lesson/frame/sections.ts'
import { terminal } from './world/console.ts'

void run(terminal)(sections)(process.argv.slice(2))().then((code) => {
  process.exitCode = code
})
