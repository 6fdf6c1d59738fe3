/** What is asked of the figures. */
import { operationNames, sizes } from './operations.ts'

export interface Bar {
  readonly workload: string
  readonly what: string
  /** Whose figure it is about. */
  readonly own: string
  /** Whom it is compared with, and how many times as fast it has to be. */
  readonly against?: { readonly peer: string; readonly ahead: number }
  /** How far the checks of the two may be apart, in proportion; by default they are only shown. */
  readonly agree?: number
  /** What a figure has to reach by itself: at least, for what is done in a second; at most, for what takes time or room. */
  readonly least?: number
  readonly most?: number
}

const spiral = ([batch, ahead]: readonly [number, number]): Bar => ({
  workload: 'W2',
  what: `spiral epoch, batch ${batch}`,
  own: `grad-ts b${batch}`,
  against: { peer: `NumPy b${batch}`, ahead }
})

const images = (workload: string, sizes: string, batch: number, single: number, double: number): readonly Bar[] =>
  (
    [
      ['single', single],
      ['double', double]
    ] as const
  ).map(([precision, ahead]) => ({
    workload,
    what: `${sizes}, batch ${batch}, ${precision}`,
    own: `grad-ts ${precision} b${batch}`,
    against: { peer: `jax-js ${precision} b${batch}`, ahead }
  }))

const product = (n: number): readonly Bar[] => [
  {
    workload: 'W6',
    what: `matrix product, n = ${n}, single`,
    own: `grad-ts single n${n}`,
    against: { peer: `tensorflow.js n${n}`, ahead: 1.8 }
  },
  { workload: 'W6', what: `matrix product, n = ${n}, double`, own: `grad-ts double n${n}`, least: 14 }
]

const operations: readonly Bar[] = sizes.flatMap((n) =>
  operationNames.map((name): Bar => ({
    workload: 'operations',
    what: `${name}, n = ${n.toLocaleString('en-US')}`,
    own: `grad-ts ${name} n${n}`,
    against: { peer: `NumPy ${name} n${n}`, ahead: 0.5 },
    agree: 1e-9
  }))
)

/** A bar for the median of several ratios. */
export interface MedianBar {
  readonly workload: string
  readonly what: string
  readonly of: readonly Bar[]
  readonly ahead: number
}

export const medians: readonly MedianBar[] = [
  { workload: 'operations', what: 'the median of these ratios', of: operations, ahead: 1 }
]

export const bars: readonly Bar[] = [
  {
    workload: 'W1',
    what: 'XOR step inside `fit`',
    own: 'grad-ts fit',
    against: { peer: 'NumPy', ahead: 100 }
  },
  {
    workload: 'W1',
    what: 'XOR step, compiled and called once a step',
    own: 'grad-ts step',
    against: { peer: 'NumPy', ahead: 25 }
  },
  ...(
    [
      [1, 25],
      [10, 10],
      [50, 6],
      [300, 3]
    ] as const
  ).map(spiral),
  ...[32, 128].flatMap((batch) => images('W3', '784-128-10', batch, 2.5, 12)),
  ...images('W4', '784-512-256-10, Adam', 128, 2, 15),
  {
    workload: 'W5',
    what: "the lesson's gradient check, 940 parameters",
    own: 'grad-ts',
    against: { peer: 'NumPy', ahead: 6 }
  },
  ...[128, 256, 512, 1024].flatMap(product),
  {
    workload: 'W7',
    what: 'Rosenbrock gradient, 10 dimensions',
    own: 'grad-ts',
    against: { peer: 'jax-js', ahead: 25 }
  },
  ...(['single', 'double'] as const).map((precision) => ({
    workload: 'W8',
    what: `gradient of gelu · sigmoid, 1e6 elements, ${precision}`,
    own: `grad-ts ${precision}`,
    against: { peer: `PyTorch ${precision}`, ahead: 2 }
  })),
  {
    workload: 'W9',
    what: 'Hessian-vector product, 603 parameters, 300 points',
    own: 'grad-ts',
    against: { peer: 'PyTorch', ahead: 1.5 }
  },
  { workload: 'start', what: 'whole process, 2,000 XOR steps', own: 'grad-ts, 2,000 steps', most: 0.2 },
  { workload: 'start', what: 'first call of a compiled step of 784-128-10', own: 'grad-ts first call', most: 30 },
  ...[300, 2000, 10_000].map((rows): Bar => ({
    workload: 'figures',
    what: `epoch with validation and accuracy beside one without, ${rows} rows`,
    own: `n${rows}`,
    most: 2
  })),
  { workload: 'compile', what: 'gradient of a net of 512 layers, first call', own: 'layers 512', most: 1000 },
  { workload: 'start', what: 'package, unpacked', own: 'grad-ts unpacked', most: 1.5 },
  { workload: 'xor', what: 'XOR step, not compiled', own: 'grad-ts', most: 25 },
  { workload: 'spiral', what: 'spiral epoch, batch 50, not compiled', own: 'grad-ts', most: 2 },
  { workload: 'types', what: 'type checking a model of 20 layers', own: 'grad-ts model adds', most: 1 },
  ...operations
]
