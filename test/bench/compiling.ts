/** How long compiling takes, and that it takes twice as long for a program that is twice as long. */
import { add, compile, grad, matmul, ones, primitive, sum, tanh, type Tensor } from '../../src/index.ts'

const { vocabulary: op } = primitive
import type { Figure, Workload } from './figure.ts'

type F = (...args: never) => unknown

interface Long {
  readonly name: string
  readonly sizes: readonly number[]
  /** A function of a number of steps, and its arguments. */
  readonly make: (n: number) => readonly [F, readonly unknown[]]
}

const steps = <A>(n: number, from: A, step: (a: A, i: number) => A): A =>
  Array.from({ length: n }, (_, i) => i).reduce(step, from)

const layer = (w: Tensor<[8, 8]>, b: Tensor<[8]>) => (h: Tensor<[4, 8]>) => tanh(add(b)(matmul(w)(h)))

const programs: readonly Long[] = [
  {
    name: 'chain',
    sizes: [250, 500, 1000],
    make: (n) => {
      const w = ones([4, 4])
      return [(x: typeof w) => sum(steps(n, x, (y) => tanh(matmul(w)(y)))), [w]]
    }
  },
  {
    name: 'unrolled gradient',
    sizes: [75, 150, 300],
    make: (n) => {
      const loss = ({ w, b }: { readonly w: Tensor<[8, 8]>; readonly b: Tensor<[8]> }) =>
        sum(steps<Tensor<[4, 8]>>(n, ones([4, 8]), layer(w, b)))
      return [grad(loss), [{ w: ones([8, 8]), b: ones([8]) }]]
    }
  },
  {
    name: 'layers',
    sizes: [128, 256, 512],
    make: (n) => {
      const loss = (layers: readonly { readonly w: Tensor<[8, 8]>; readonly b: Tensor<[8]> }[]) =>
        sum(steps<Tensor<[4, 8]>>(n, ones([4, 8]), (h, i) => layer(layers[i]!.w, layers[i]!.b)(h)))
      return [grad(loss), [Array.from({ length: n }, () => ({ w: ones([8, 8]), b: ones([8]) }))]]
    }
  },
  {
    // each step is two kernels
    name: 'kernels',
    sizes: [1000, 2000, 4000],
    make: (n) => [(x: Tensor) => steps(n, x, (y) => op.softmax(op.tanh(y), 0)), [ones([5])]]
  }
]

/** Processor time of a first call, in milliseconds. */
const once = ([f, args]: readonly [F, readonly unknown[]]): number => {
  const program = compile(f) as (...given: readonly unknown[]) => unknown
  const before = process.cpuUsage()
  program(...args)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const TIMES = 3

export const compiling: Workload = {
  name: 'compile',
  what: 'the first call of long programs, in processor time',
  *run(): Iterable<Figure> {
    for (const { name, sizes, make } of programs) {
      once(make(sizes[0]!))
      for (const n of sizes) {
        const found = Array.from({ length: TIMES }, () => once(make(n))).sort((a, b) => a - b)
        const [min, value, max] = [found[0]!, found[1]!, found[2]!]
        yield { workload: 'compile', variant: `${name} ${n}`, metric: 'ms', value, min, max }
      }
    }
  }
}
