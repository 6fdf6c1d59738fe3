// One vitest, kept running in a copy of the project: it runs test files in the order given, until the first red one.
import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { createVitest } from 'vitest/node'

const root = process.cwd()
const nameOf = (module) => relative(root, module.moduleId)

const vitest = await createVitest('test', {
  root,
  watch: false,
  bail: 1,
  maxWorkers: 1,
  fileParallelism: false,
  // the files of one run import the library once; each run starts a new thread
  isolate: false,
  cache: false,
  reporters: [{ onTestModuleStart: (module) => process.send({ running: nameOf(module) }) }],
  sequence: {
    sequencer: class {
      sort = (specifications) => specifications
      shard = (specifications) => specifications
    }
  }
})
const [project] = vitest.projects

const run = async (tests) => {
  // the failures of earlier runs would count for `bail`
  vitest.state.filesMap.clear()
  vitest.state.idMap.clear()
  vitest.state.errorsSet.clear()
  const specifications = tests.map((test) => project.createSpecification(join(root, test)))
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications)
  const red = testModules.find((module) => module.state() === 'failed')
  return { red: red === undefined ? (unhandledErrors.length > 0 ? 'an error outside the tests' : null) : nameOf(red) }
}

process.on('message', async ({ file, text, tests }) => {
  const path = join(root, file)
  writeFileSync(path, text)
  vitest.invalidateFile(path)
  process.send(tests.length === 0 ? { red: null } : await run(tests))
})
process.on('disconnect', () => process.exit())
process.send({ ready: true })
