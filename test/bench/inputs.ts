/**
 * What the workloads compute on, the same for every library: a number depends on its stream and its place alone, so that a
 * stream may be cut anywhere. The points are the lesson's three arms.
 */
import { readFileSync } from 'node:fs'
import { reshape, tensor, type Tensor } from '../../src/index.ts'

/** The hash of a place in a stream, in (0, 1). */
const hashed = (seed: number, place: number): number => {
  let h = (place + Math.imul(seed, 0x9e3779b1)) | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  h ^= h >>> 16
  return ((h >>> 0) + 0.5) / 2 ** 32
}

export const uniform = (seed: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => hashed(seed, i))

export const normal = (seed: number, count: number): Float64Array =>
  Float64Array.from(
    { length: count },
    (_, i) => Math.sqrt(-2 * Math.log(hashed(seed, 2 * i))) * Math.cos(2 * Math.PI * hashed(seed, 2 * i + 1))
  )

export const tensorOf = <S extends number[] | []>(shape: S, values: ArrayLike<number>): Tensor<S> =>
  reshape(shape as number[])(tensor(Float64Array.from(values))) as unknown as Tensor<S>

export interface DenseParams {
  readonly weight: Tensor<[number, number]>
  readonly bias: Tensor<[number]>
}

/** He's start for the layers before relu, Xavier's in the lesson's form for the last. */
export const network = (sizes: readonly number[], seed: number): readonly DenseParams[] =>
  sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i]!
    const scale = Math.sqrt((i < sizes.length - 2 ? 2 : 1) / inputs)
    return {
      weight: tensorOf(
        [inputs, outputs],
        normal(seed + i, inputs * outputs).map((z) => scale * z)
      ),
      bias: tensorOf([outputs], new Float64Array(outputs))
    }
  })

const oneHot = (labels: ArrayLike<number>, classes: number): Tensor<[number, number]> => {
  const rows = new Float64Array(labels.length * classes)
  for (let i = 0; i < labels.length; i++) rows[i * classes + labels[i]!] = 1
  return tensorOf([labels.length, classes], rows)
}

/** 300 points and their arms. */
export const spiralPoints = () => {
  const { X, y } = JSON.parse(readFileSync('test/bench/spiral.json', 'utf8')) as {
    readonly X: readonly (readonly number[])[]
    readonly y: readonly number[]
  }
  return { inputs: tensorOf([300, 2], X.flat()), targets: oneHot(y, 3) }
}

/** Noise in ten classes, by the number of examples and of features. */
export const examples = (count: number, width: number) => ({
  inputs: tensorOf([count, width], uniform(7, count * width)),
  targets: oneHot(
    uniform(8, count).map((u) => Math.floor(10 * u)),
    10
  )
})

/** The streams that the other libraries read from files, by kind and seed, with how much of each is used. */
export const streams = {
  uniform: { 7: 12_800 * 784, 8: 12_800, 61: 1024 ** 2, 62: 1024 ** 2, 71: 10, 81: 1_000_000, 82: 1_000_000 },
  normal: {
    11: 8,
    12: 4,
    21: 200,
    22: 300,
    31: 784 * 128,
    32: 1280,
    41: 784 * 512,
    42: 512 * 256,
    43: 2560,
    51: 600,
    52: 300,
    91: 200,
    92: 100,
    93: 300,
    94: 3
  }
} as const
