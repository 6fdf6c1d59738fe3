/** Files in the form of MNIST, made for a test: a stripe for each digit, with noise. */
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { World } from '../../../examples/world/world.ts'
import { reshape, tensor, data, random, toFlatArray } from '../../../src/index.ts'

const names = { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' }

export type Files = Readonly<Record<string, Uint8Array>>

/** A number of square pictures of a given side, of the digits 0 to 9 in turn. */
export const idxFiles = (count: number, side = 28): Files => {
  const noise = toFlatArray(random.uniform([count * side * side], { min: 0, max: 100 })(random.key(1)))
  const pixels = noise.map((value, i) => {
    const [picture, row] = [Math.floor(i / side ** 2), Math.floor(i / side) % side]
    return Math.floor(value + (Math.floor(row / 2) === picture % 10 ? 150 : 0))
  })
  return {
    [names.images]: data.formatIdx('uint8')(reshape([count, side, side])(tensor(pixels))),
    [names.labels]: data.formatIdx('uint8')(reshape([count])(tensor(pixels.slice(0, count).map((_, i) => i % 10))))
  }
}

/** A world with these files in examples/data, and what it has else. */
export const withFiles = (files: Files, { read }: Pick<World, 'read'>): Pick<World, 'read'> => ({
  read: (path) => {
    const found = files[path.replace('examples/data/', '')]
    return found === undefined ? read(path) : TE.right(Buffer.from(found))
  }
})
