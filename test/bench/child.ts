/** Runs the workloads that are named, and prints a line of JSON for each figure. */
import { workloads } from './workloads.ts'

for (const { name, run } of workloads)
  if (process.argv.slice(2).includes(name)) for (const figure of run()) console.log(JSON.stringify(figure))
