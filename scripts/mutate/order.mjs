// Which tests a mutant of a file is tried on, and in which order.
import { dirname, join } from 'node:path/posix'

/** The files that a file imports when it runs: imports of types alone are left out. */
export const importsOf = (path, text, alias = {}) =>
  [...text.matchAll(/^(?:import|export)\s(?!type\s)(?:[^'";]*?\sfrom\s)?'([^']+)'/gm)].flatMap(([, name]) =>
    name.startsWith('.') ? [join(dirname(path), name)] : Object.hasOwn(alias, name) ? [alias[name]] : []
  )

/** How many imports lie between a file and each file that it needs. */
const distances = (graph, from) => {
  const found = new Map([[from, 0]])
  const queue = [from]
  for (const path of queue)
    for (const next of graph.get(path) ?? [])
      if (!found.has(next)) {
        found.set(next, found.get(path) + 1)
        queue.push(next)
      }
  return found
}

/** Of each test, the distances of all that it needs. */
export const reachOf = (graph, tests) => new Map(tests.map((test) => [test, distances(graph, test)]))

const mirrored = (file) => file.replace(/^src\//, '').replace(/\.ts$/, '')
const folderOf = (path) => path.split('/').slice(0, -1).join('/')

/**
 * The tests that reach a file: first the one that mirrors it, then those of its folder and those that import it, then the others;
 * within each, those that have killed in this folder before and those that are quick come first. The last ones go when their time
 * is over the budget.
 */
export const testsFor = ({ file, reach, seconds, kills = () => 0, budget = Infinity }) => {
  const mirror = mirrored(file)
  const rank = (test) => {
    const own = test.replace(/^test\//, '').replace(/\.test\.ts$/, '')
    if (own === mirror) return 0
    return folderOf(own) === folderOf(mirror) || reach.get(test).get(file) === 1 ? 1 : 2
  }
  const cost = (test) => (seconds(test) + 0.5) / (1 + 4 * kills(test))
  const ordered = [...reach.keys()]
    .filter((test) => reach.get(test).has(file))
    .map((test) => ({ test, rank: rank(test), cost: cost(test) }))
    .sort((a, b) => a.rank - b.rank || a.cost - b.cost)
  const spent = { seconds: 0 }
  return ordered
    .filter(({ test, rank: near }) => {
      spent.seconds += seconds(test)
      return near === 0 || spent.seconds <= budget
    })
    .map(({ test }) => test)
}
