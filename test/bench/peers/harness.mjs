// What the peers in JavaScript share: streams of numbers from files, and timing as in measure.ts.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

export const [workload, folder] = process.argv.slice(2)

/** The first numbers of a stream, doubles or singles. */
export const stream = (Kind, kind, seed, count) => {
  const { buffer, byteOffset, byteLength } = readFileSync(join(folder, `${kind}-${seed}`))
  return Kind.from(new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength)).subarray(0, count))
}

/** Layers with a row for each input: He's start before relu, Xavier's for the last. */
export const mlp = (Kind, sizes, seed) =>
  sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i]
    const scale = Math.sqrt((i < sizes.length - 2 ? 2 : 1) / inputs)
    const weight = stream(Float64Array, 'normal', seed + i, inputs * outputs).map((z) => scale * z)
    return { weight: Kind.from(weight), bias: new Kind(outputs), inputs, outputs }
  })

export const examples = (Kind, count, width) => {
  const targets = new Kind(count * 10)
  stream(Float64Array, 'uniform', 8, count).forEach((u, i) => {
    targets[10 * i + Math.floor(10 * u)] = 1
  })
  return { inputs: stream(Kind, 'uniform', 7, count * width), targets }
}

const processorSeconds = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Work per second: the median of repetitions after a warm-up. `run` does its work a given number of times. */
export const measure = async (variant, metric, work, run, check) => {
  const secondsOf = async (times) => {
    const began = process.hrtime.bigint()
    await run(times)
    return Number(process.hrtime.bigint() - began) / 1e9
  }
  const warm = processorSeconds() + 2
  let times = 1
  let each = Infinity
  while (processorSeconds() < warm) {
    const seconds = await secondsOf(times)
    each = seconds / times
    if (seconds < 0.125) times *= 2
  }
  const count = Math.max(1, Math.round(0.25 / each))
  const rates = []
  for (let i = 0; i < 7; i++) rates.push((work * count) / (await secondsOf(count)))
  rates.sort((a, b) => a - b)
  console.log(JSON.stringify({ workload, variant, metric, value: rates[3], min: rates[0], max: rates[6], check }))
}
