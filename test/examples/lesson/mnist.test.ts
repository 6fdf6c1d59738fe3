/** The files of MNIST, read with all that may be wrong with them. */
import { gzipSync } from 'node:zlib'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describe, expect, it } from 'vitest'
import { mnistFiles, readMnist } from '../../../examples/data/mnist.ts'
import { toFlatArray } from '../../../src/index.ts'
import { type Files, idxFiles, withFiles } from './idx.ts'

const files = idxFiles(20)
const [images, labels] = ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'] as const

const read = async (given: Files) => readMnist(withFiles(given, { read: (path) => TE.left(`no ${path}`) }).read)()

const faults = async (given: Files): Promise<string> => {
  const found = await read(given)
  return E.isLeft(found) ? found.left : 'read'
}

describe('the files of MNIST', () => {
  it('are read plain and compressed alike, the pixels brought to a scale from 0 to 1', async () => {
    const plain = await read(files)
    const mixed = await read({ [images]: files[images]!, [`${labels}.gz`]: gzipSync(files[labels]!) })
    const compressed = await read({
      [`${images}.gz`]: gzipSync(files[images]!),
      [`${labels}.gz`]: gzipSync(files[labels]!)
    })
    expect(E.isRight(plain)).toBe(true)
    expect([mixed, compressed]).toEqual([plain, plain])
    if (E.isLeft(plain)) return
    const { inputs, targets, labels: read_ } = plain.right
    expect([inputs.shape, targets.shape]).toEqual([
      [20, 784],
      [20, 10]
    ])
    expect(toFlatArray(read_)).toEqual(Array.from({ length: 20 }, (_, i) => i % 10))
    const pixels = toFlatArray(inputs)
    expect(Math.max(...pixels)).toBeLessThanOrEqual(1)
    // the third picture is a 2, whose stripe is in the fifth row
    expect(Math.min(...pixels.slice(2 * 784 + 4 * 28, 2 * 784 + 5 * 28))).toBeGreaterThan(0.5)
  })

  it('are named when they are not there', async () => {
    const message = await faults({})
    expect(message.split('\n')[0]).toBe(`needs ${mnistFiles}`)
    ;[images, `${images}.gz`, labels, `${labels}.gz`].forEach((name) => {
      expect(message).toContain(`no ${name}`)
    })
    expect(await faults({ [images]: files[images]! })).not.toContain(`no ${images}`)
  })

  it.each([
    [
      'cut short',
      { ...files, [labels]: files[labels]!.subarray(0, 10) },
      /t10k-labels-idx1-ubyte: no IDX file:\n {2}byte 10: the file ends here/
    ],
    [
      'something else',
      { ...files, [images]: new TextEncoder().encode('<html>') },
      /t10k-images-idx3-ubyte: no IDX file/
    ],
    ['of other sizes', { ...files, [images]: idxFiles(20, 20)[images]! }, /holds pictures of 400 pixels/],
    ['not of one another', { ...files, [labels]: idxFiles(19)[labels]! }, /as many labels as there are images \(20\)/]
  ])('are refused when they are %s', async (_, given, message) => {
    expect(await faults(given)).toMatch(message)
  })
})
