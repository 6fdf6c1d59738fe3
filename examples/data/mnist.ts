/** MNIST, handwritten digits of 28 by 28 pixels, from its original files. */
import { sequenceS } from 'fp-ts/lib/Apply.js'
import * as E from 'fp-ts/lib/Either.js'
import { flow, pipe } from 'fp-ts/lib/function.js'
import { intercalate } from 'fp-ts/lib/Semigroup.js'
import { Semigroup } from 'fp-ts/lib/string.js'
import * as T from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { as, data, type Tensor } from '../../src/index.ts'
import type { World } from '../world/world.ts'

export type Mnist = data.Labelled<[784], [10]>

const names = { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' }

/** The files of its test set of ten thousand digits. */
export const mnistFiles = `${names.images} and ${names.labels}, plain or compressed (.gz)`

/** A tensor from a file, or from the same one compressed. */
const readTensor = (read: World['read'], name: string): TE.TaskEither<string, Tensor> =>
  pipe(
    read(name),
    TE.orElse((first) =>
      pipe(
        read(`${name}.gz`),
        TE.mapLeft((second) => `${first}\n${second}`)
      )
    ),
    TE.flatMap(
      flow(
        data.readIdx,
        TE.mapLeft((error) => `${name}: ${data.showError(error)}`)
      )
    )
  )

/** Both files, or the errors of each. */
const both = sequenceS(TE.getApplicativeTaskValidation(T.ApplySeq, intercalate('\n')(Semigroup)))

/** The digits, their pixels from 0 to 1. */
export const readMnist = (read: World['read']): TE.TaskEither<string, Mnist> =>
  pipe(
    both({ images: readTensor(read, names.images), labels: readTensor(read, names.labels) }),
    TE.flatMapEither(flow(data.imagesWithLabels(), E.mapLeft(data.showError))),
    TE.flatMapEither(({ inputs, ...rest }) => {
      const [count, pixels] = inputs.shape
      return pixels === 784
        ? E.right({ ...rest, inputs: as([count, 784])(inputs) })
        : E.left(`${names.images} holds pictures of ${pixels} pixels, required: 784 (28 by 28)`)
    }),
    TE.mapLeft((faults) => `needs ${mnistFiles}\n${faults}`)
  )
