/** Parameters of every kind that a model or a user has are written and read: most of what is claimed, the compiler proves. */
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { nn, ones, optim, random, relu, scalar, train, zeros } from '../../src/index.ts'
import * as codec from '../../src/codec/index.ts'
import type { Mat, Vec } from '../../src/index.ts'
import '../support/matchers.ts'

interface Line {
  readonly slope: Mat<1, 1>
  readonly offset: Vec<1>
}
interface Deep {
  readonly lines: readonly Line[]
  readonly pair: readonly [Line, Vec<3>]
}
const line: Line = { slope: ones([1, 1]), offset: zeros([1]) }
const deep: Deep = { lines: [line, line], pair: [line, zeros([3])] }

const everyLayer = nn.sequential(
  nn.dense({ inputs: 4, outputs: 6, activation: relu }),
  nn.batchNorm({ features: 6 }),
  nn.layerNorm({ features: 6 }),
  relu,
  nn.dropout({ keepProbability: 0.5 }),
  nn.residual(nn.dense({ inputs: 6, outputs: 6 }), nn.layerNorm({ features: 6 })),
  nn.dense({ inputs: 6, outputs: 2 })
)
const problem = { model: everyLayer, loss: nn.meanSquaredError, optimizer: optim.adam({ learningRate: 0.1 }) }

describe('parameters are written and read back', () => {
  it('when their type is an interface, or has interfaces in it', () => {
    const one: string = codec.print(codec.JsonParams)(line)
    const all: string = codec.print(codec.JsonParams)(deep)
    expect(codec.parse(codec.paramsLike(line))(one)).toEqual(E.right(line))
    expect(codec.parse(codec.paramsLike(deep))(all)).toEqual(E.right(deep))
    expect(codec.parse(codec.JsonParams)(all)).toEqual(E.right(deep))
    expect(codec.JsonParams.encode(line)).toEqual(JSON.parse(one))
  })

  it('when they are those of a model with batchNorm, layerNorm, dropout and residual', () => {
    const { params, modelState } = train.start(problem)(random.key(0))
    const text: string = codec.print(codec.JsonParams)(params)
    expect(codec.parse(codec.paramsLike(params))(text)).toEqual(E.right(params))
    const state: string = codec.print(codec.JsonParams)(modelState)
    expect(codec.parse(codec.paramsLike(modelState))(state)).toEqual(E.right(modelState))
    expect(codec.parse(codec.paramsLike(params))(codec.print(codec.paramsLike(params))(params))).toEqual(
      E.right(params)
    )
  })

  it('when they are a single tensor, a tuple or an empty record', () => {
    expect(codec.print(codec.JsonParams)(scalar(1))).toBe('{"shape":[],"data":[1]}')
    expect(codec.print(codec.JsonParams)([scalar(1), {}] as const)).toBe('[{"shape":[],"data":[1]},{}]')
  })

  it('and what is no tree of tensors does not compile', () => {
    // @ts-expect-error -- a number is no tensor
    expect(() => codec.print(codec.JsonParams)({ rate: 3 })).toThrow(/params\.rate is the number 3/)
    // @ts-expect-error -- a string is no tensor
    expect(() => codec.JsonParams.encode({ name: 'x' })).toThrow(/params\.name is the string "x"/)
    // @ts-expect-error -- a tensor is no number
    expect(() => codec.print(codec.JsonNumber)(scalar(1))).toThrow(
      /^codec\.JsonNumber: the value must be a number, got a Tensor$/
    )
    // @ts-expect-error -- a number is no tensor
    expect(() => codec.print(codec.JsonTensor)(1)).toThrow(/needs a tensor, got 1/)
  })
})
