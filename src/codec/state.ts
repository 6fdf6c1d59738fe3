import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { isWord } from '../kernel/key.ts'
import * as kinds from '../kinds/index.ts'
import { isKey, type Key } from '../random/index.ts'
import type { EpochRecord, TrainState } from '../train/index.ts'
import { keyOf, wordsOf } from '../random/key.ts'
import { refuse } from './fault.ts'
import { exactly, fromKind } from './kinds.ts'
import { NonNegativeInteger } from './number.ts'
import { paramsLike } from './params.ts'
import { isGiven, list, struct } from './struct.ts'
import { JsonNumber } from './tensor.ts'

/** The whole state of a training run as JSON, so that a run goes on where it stopped, bit for bit. */

/** A random key as JSON: its two words. @category JSON @since 0.1.0 */
export interface KeyJson {
  readonly _tag: 'Key'
  readonly high: number
  readonly low: number
}

const isKeyJson = (value: unknown): value is KeyJson =>
  isGiven(value) &&
  Object.keys(value).length === 3 &&
  value['_tag'] === 'Key' &&
  [value['high'], value['low']].every((x) => typeof x === 'number' && isWord(x))

/**
 * A random key as JSON: a tag and its two words. `JSON.stringify` writes a key as the tensor that it is, which
 * `codec.JsonTensor` and `codec.JsonParams` read.
 *
 * @example
 * import { deepStrictEqual, strictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { random } from 'grad-ts'
 * import * as codec from 'grad-ts/codec'
 *
 * const text = JSON.stringify(codec.JsonKey.encode(random.key(7)))
 * strictEqual(text, '{"_tag":"Key","high":0,"low":7}')
 * deepStrictEqual(codec.parse(codec.JsonKey)(text), E.right(random.key(7)))
 * @category JSON
 * @since 0.1.0
 */
export const JsonKey: t.Type<Key, KeyJson> = new t.Type<Key, KeyJson>(
  'key',
  isKey,
  (value, context) =>
    isKeyJson(value)
      ? t.success(keyOf(value))
      : refuse('a key as { _tag: "Key", high, low } with two whole numbers from 0 to 2^32 − 1', value, context),
  (key) => ({ _tag: 'Key', ...wordsOf('codec.JsonKey', key) })
)

const figures = kinds.record('a record of figures', {})
const someState = kinds.record('a state such as train.start gives', {})

/** One line of the history: any figures, of which there must be `epoch` and `loss`. */
const Line: t.Type<EpochRecord> = new t.Type<EpochRecord>(
  'epoch',
  (value): value is EpochRecord =>
    isGiven(value) && Object.values(value).every((x) => x === undefined || typeof x === 'number'),
  (value, context) => {
    if (!isGiven(value)) return refuse('a record of figures', value, context)
    const others = Object.keys(value).filter((key) => key !== 'epoch' && key !== 'loss')
    const figures = struct(
      'epoch',
      { epoch: NonNegativeInteger, loss: JsonNumber },
      Object.fromEntries(others.map((key) => [key, JsonNumber] as const))
    )
    return figures.validate(value, context)
  },
  (record) =>
    Object.fromEntries(
      Object.entries(kinds.mustBe(figures, 'codec.trainState: history', record)).flatMap(([figure, value]) =>
        value === undefined ? [] : [[figure, JsonNumber.encode(value)] as const]
      )
    ) as unknown as EpochRecord
)

const Mark = struct('trainedOn', { data: fromKind(kinds.name), since: NonNegativeInteger })

const format = 'grad-ts train state'
const version = 1

/**
 * The state of a training run as JSON, for a run with the structure and the shapes of a template: what `train.start` of the
 * same problem gives. A state that is printed, parsed and trained further is, bit for bit, the state that was never saved. Time
 * and text grow in proportion to the tensors and to the history, some 45 bytes an epoch without further figures.
 *
 * @throws TreeError when the template holds anything but tensors as parameters
 * @example
 * import { deepStrictEqual } from 'assert'
 * import * as E from 'fp-ts/Either'
 * import { nn, optim, random, train } from 'grad-ts'
 * import * as codec from 'grad-ts/codec'
 *
 * const start = train.start({
 *   model: nn.dense({ inputs: 2, outputs: 1 }),
 *   optimizer: optim.adam({ learningRate: 0.1 })
 * })(random.key(0))
 * const type = codec.trainState(start)
 * deepStrictEqual(codec.parse(type)(codec.print(type)(start)), E.right(start))
 * @category JSON
 * @since 0.1.0
 */
export const trainState = <P, St>(template: TrainState<P, St>): t.Type<TrainState<P, St>, unknown> => {
  kinds.mustBe(someState, 'trainState: template', template)
  const required = {
    format: exactly(format),
    version: exactly(version),
    params: paramsLike(template.params),
    modelState: paramsLike(template.modelState),
    optimizerState: paramsLike(template.optimizerState),
    key: JsonKey,
    epoch: NonNegativeInteger,
    step: NonNegativeInteger,
    history: list('history', Line)
  }
  const file = struct('trainState', required, { trainedOn: Mark })
  return new t.Type<TrainState<P, St>>(
    'trainState',
    (value): value is TrainState<P, St> => {
      if (!isGiven(value)) return false
      // why a run had no program is not saved
      const { notCompiled: _, ...saved } = value
      return file.is({ ...saved, format, version })
    },
    (value, context) => {
      const decoded = file.validate(value, context)
      if (E.isLeft(decoded)) return decoded
      const { format: _, version: __, ...state } = decoded.right
      return t.success(state)
    },
    (state) =>
      file.encode({
        ...kinds.mustBe(someState, 'codec.trainState: the state', state),
        format,
        version
      } as never) as never
  )
}
