import { pipe } from 'fp-ts/lib/function.js'
import { fc, test } from '../support/property.ts'
import { describe, expect, expectTypeOf, it } from 'vitest'
import * as t from 'io-ts'
import * as codec from '../../src/codec/index.ts'
import { faults, right } from './support.ts'

const read = codec.flags({
  seed: pipe(codec.numberFlag(codec.Seed), codec.withDefault(0)),
  batchSize: pipe(codec.numberFlag(codec.PositiveInteger), codec.withDefault(undefined)),
  name: pipe(codec.textFlag(t.string), codec.withDefault('digits')),
  quiet: codec.switchFlag
})

describe('flags', () => {
  it('are left out, or given in either spelling, in any order', () => {
    expect(right(read([]))).toEqual({ seed: 0, batchSize: undefined, name: 'digits', quiet: false })
    expect(right(read(['--quiet', '--seed', '3', '--name=a=b', '--batch-size', '32']))).toEqual({
      seed: 3,
      batchSize: 32,
      name: 'a=b',
      quiet: true
    })
    expect(right(read(['--seed', '-3']))).toMatchObject({ seed: -3 })
    expect(right(read(['--seed=1e3']))).toMatchObject({ seed: 1000 })
    expect(right(read(['--name=']))).toMatchObject({ name: '' })
    expect(right(read(['--name', '-x']))).toMatchObject({ name: '-x' })
  })

  it('have the types of their codecs and defaults', () => {
    const decoded = right(read([]))
    expectTypeOf(decoded.seed).toEqualTypeOf<codec.Seed | number>()
    expectTypeOf(decoded.batchSize).toEqualTypeOf<codec.PositiveInteger | undefined>()
    expectTypeOf(decoded.quiet).toEqualTypeOf<boolean>()
  })

  it('are faults all at once when they are unknown, wrong, doubled, or lack a value', () => {
    expect(
      faults(read(['--sed', '7', 'train', '--batch-size', '0', '--quiet=yes', '--seed', '--name', 'a', '--name=b']))
    ).toEqual([
      '--sed: is not known; there is --seed, --batch-size, --name, --quiet',
      '"7": is no flag; there is --seed, --batch-size, --name, --quiet',
      '"train": is no flag; there is --seed, --batch-size, --name, --quiet',
      '--seed: needs a value, got none',
      '--batch-size: needs a whole number of at least 1, got 0',
      '--name: is given more than once',
      '--quiet: takes no value, got "yes"'
    ])
  })

  it.each(['', 'x', '1e', '0x10', '1_000', '1,5', 'NaN', 'Infinity', '1e999', ' ', '--'])(
    'refuse %j as a number',
    (text) => {
      const found = faults(read([`--seed=${text}`]))
      expect(found).toEqual([`--seed: needs a whole number within ±(2^53 − 1), got ${JSON.stringify(text)}`])
    }
  )

  it('that have no default must be there', () => {
    const strict = codec.flags({ rate: codec.numberFlag(codec.Rate) })
    expect(faults(strict([]))).toEqual(['--rate: is missing; needs a value: --rate …'])
    expect(right(strict(['--rate', '.5']))).toEqual({ rate: 0.5 })
  })

  it('that are not declared are not taken from the prototype', () => {
    expect(faults(read(['--constructor', '--__proto__=1']))).toHaveLength(2)
    expect(faults(codec.flags({})(['--x']))).toEqual(['--x: is not known; there is no flag'])
  })

  test.prop([fc.array(fc.oneof(fc.string(), fc.constantFrom('--seed', '--quiet', '--name', '--batch-size=2', '--')))])(
    'are read from any words without an error',
    (words) => {
      expect(['Left', 'Right']).toContain(read(words)._tag)
    }
  )

  test.prop([fc.maxSafeInteger(), fc.boolean(), fc.string().filter((text) => !text.startsWith('--'))])(
    'give back what was written',
    (seed, quiet, name) => {
      const words = ['--seed', String(seed), ...(quiet ? ['--quiet'] : []), '--name', name]
      expect(right(read(words))).toEqual({ seed, quiet, name, batchSize: undefined })
    }
  )
})
