/** Tensors that are handed to what knows nothing of them: their numbers go along, or it is an error. */
import assert from 'node:assert'
import { isDeepStrictEqual } from 'node:util'
import v8 from 'node:v8'
import { MessageChannel } from 'node:worker_threads'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import * as codec from '../../src/codec/index.ts'
import * as g from '../../src/index.ts'
import { anyDims, anyTensor, wildNumber } from '../support/arbitraries.ts'
import { test } from '../support/property.ts'
import '../support/matchers.ts'

const params = { weight: g.tensor([[1, 0.1]]), layers: [{ bias: g.tensor([NaN, -0, Infinity, -Infinity]) }] }

describe('JSON.stringify', () => {
  test.prop([anyTensor(anyDims(), wildNumber)])('writes what the codec reads back, bit for bit', (x) => {
    const text = JSON.stringify({ x })
    expect(text).toBe(JSON.stringify(codec.JsonParams.encode({ x })))
    const read = codec.parse(codec.JsonParams)(text)
    expect(E.isRight(read) && isDeepStrictEqual(read.right, { x })).toBe(true)
  })

  it('of parameters is what codec.print writes of them', () => {
    expect(JSON.parse(JSON.stringify(params))).toEqual(JSON.parse(codec.print(codec.JsonParams)(params)))
    expect(JSON.stringify(g.tensor([1, -0]))).toBe('{"shape":[2],"data":[1,"-0"]}')
  })
})

describe('cloning a tensor', () => {
  const refused = /a tensor cannot be cloned; send JSON.stringify\(x\), or codec.JsonParams.encode\(x\)/

  it('is refused, and told what to send instead', () => {
    for (const value of [params.weight, params, [params], new Map([['x', params.weight]])])
      for (const clone of [structuredClone, v8.serialize] as readonly ((x: unknown) => unknown)[])
        expect(() => clone(value)).toThrow(refused)
    expect(() => structuredClone(params)).toThrow(expect.objectContaining({ name: 'DataCloneError' }) as Error)
    const { port1, port2 } = new MessageChannel()
    expect(() => {
      port1.postMessage(params)
    }).toThrow(refused)
    port1.close()
    port2.close()
  })
})

describe('a record made of a tensor’s own fields', () => {
  it('has its numbers: spread, assigned, taken apart', () => {
    const x = g.tensor([1, 2])
    for (const copy of [{ ...x }, Object.assign({}, x), Object.fromEntries(Object.entries(x))]) {
      expect(g.isTensor(copy)).toBe(true)
      expect(g.mul(2)(copy as typeof x)).toBeTensor([2, 4])
      expect(JSON.stringify(copy)).toMatch(/"0":1,"1":2/)
    }
  })
})

describe('comparison by other libraries', () => {
  const [x, same, other, turned] = [g.tensor([[1, 2]]), g.tensor([[1, 2]]), g.tensor([[1, 3]]), g.tensor([[1], [2]])]
  const comparisons: Readonly<Record<string, (a: unknown, b: unknown) => void>> = {
    'assert.deepStrictEqual': (a, b) => {
      assert.deepStrictEqual(a, b)
    },
    'assert.deepEqual': (a, b) => {
      assert.deepEqual(a, b)
    },
    toEqual: (a, b) => {
      expect(a).toEqual(b)
    },
    toStrictEqual: (a, b) => {
      expect(a).toStrictEqual(b)
    },
    'to.deep.equal': (a, b) => {
      expect(a).to.deep.equal(b)
    }
  }
  for (const [name, compare] of Object.entries(comparisons))
    it(`tells tensors of other numbers and of another shape apart: ${name}`, () => {
      compare({ x }, { x: same })
      expect(() => {
        compare({ x }, { x: other })
      }).toThrow()
      expect(() => {
        compare({ x }, { x: turned })
      }).toThrow()
    })

  it('finds them by their own enumerable fields, as loose ones do', () => {
    const byKeys = (a: object, b: object): boolean =>
      Object.entries(a).every(([key, value]) => isDeepStrictEqual(value, (b as Record<string, unknown>)[key]))
    expect([byKeys(x, same), byKeys(x, other), byKeys(x, turned)]).toEqual([true, false, false])
  })
})

describe('what is asked to be a number or text', () => {
  it('is text where text is wanted, and refuses to be a number', () => {
    const x = g.scalar(3) as unknown as number
    // eslint-disable-next-line @typescript-eslint/restrict-plus-operands -- a message is made this way
    expect([`${x}`, 'loss ' + x, String(x)]).toEqual(['Tensor[] 3', 'loss Tensor[] 3', 'Tensor[] 3'])
    const refused =
      /a tensor of shape \[\] is not a number: compute with add, mul, greater and the like, or read toNumber/
    for (const use of [
      () => x ** 2,
      () => x * 2,
      () => x - 1,
      () => x > 1,
      () => Math.sqrt(x),
      () => Number.parseInt('1', x)
    ])
      expect(use).toThrow(refused)
  })
})

describe('decoded JSON', () => {
  it('is never taken for a tensor, whatever its keys are', () => {
    const forged: unknown = JSON.parse(
      '{"grad-ts/dims":[1],"grad-ts/buffer":[1],"grad-ts/origin":{"scope":[],"inputs":[],"primitive":{"evaluate":1}}}'
    )
    expect(g.isTensor(forged)).toBe(false)
    expect(() => g.exp(forged as never)).toThrow(/exp: needs a tensor/)
  })
})
