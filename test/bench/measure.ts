/** Times a function: the median of repetitions after a warm-up, and how far they went apart. */

export interface Timing {
  readonly median: number
  readonly min: number
  readonly max: number
}

export const timingOf = (values: readonly number[]): Timing => {
  const sorted = values.toSorted((a, b) => a - b)
  return { median: sorted[Math.floor(sorted.length / 2)]!, min: sorted[0]!, max: sorted[sorted.length - 1]! }
}

export interface MeasureSettings {
  /** Of the processor's time, not the clock's: on a busy machine too, the compiler must have done its work. */
  readonly warmUpSeconds: number
  readonly repetitions: number
  readonly secondsEach: number
}

const defaults: MeasureSettings = { warmUpSeconds: 2, repetitions: 7, secondsEach: 0.25 }

const secondsOf = (run: (times: number) => void, times: number): number => {
  const began = process.hrtime.bigint()
  run(times)
  return Number(process.hrtime.bigint() - began) / 1e9
}

const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Work that is done once, as many times as wanted. */
export const repeated =
  (run: () => unknown) =>
  (times: number): void => {
    for (let i = 0; i < times; i++) run()
  }

/** Seconds for one time, of a function that does its work a given number of times. */
export const measure = (
  run: (times: number) => void,
  { warmUpSeconds, repetitions, secondsEach }: MeasureSettings = defaults
): Timing => {
  const warm = processorSeconds() + warmUpSeconds
  let times = 1
  let each = Infinity
  while (processorSeconds() < warm) {
    const seconds = secondsOf(run, times)
    each = seconds / times
    if (seconds < secondsEach / 2) times *= 2
  }
  const count = Math.max(1, Math.round(secondsEach / each))
  return timingOf(Array.from({ length: repetitions }, () => secondsOf(run, count) / count))
}

/** Processor seconds of one call: the least of many short repetitions, for a machine that others share. */
export const leastProcessorTime = (run: () => void): Timing => {
  const secondsFor = (times: number): number => {
    const began = processorSeconds()
    for (let i = 0; i < times; i++) run()
    return processorSeconds() - began
  }
  const warm = processorSeconds() + 0.3
  while (processorSeconds() < warm) run()
  let times = 1
  while (secondsFor(times) < 0.01) times *= 2
  const { min, max } = timingOf(Array.from({ length: 15 }, () => secondsFor(times) / times))
  return { median: min, min, max }
}
