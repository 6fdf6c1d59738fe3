import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import * as laws from '../../laws/index.ts'

const commutes = laws.law({
  name: 'addition commutes',
  given: fc.record({ a: fc.integer(), b: fc.integer() }),
  show: ({ a, b }) => `a = ${a}\nb = ${b}`,
  holds: ({ a, b }) => laws.agree('a + b')(a + b, b + a)
})
const subtraction = laws.law({
  name: 'subtraction commutes',
  given: fc.record({ a: fc.nat(), b: fc.nat() }),
  show: ({ a, b }) => `a = ${a}, b = ${b}`,
  holds: ({ a, b }) => laws.agree('a − b')(a - b, b - a)
})

describe('a law', () => {
  it('that holds says in how many runs', () => {
    expect(commutes.check({ numRuns: 7 })).toEqual(E.right({ law: 'addition commutes', runs: 7 }))
    expect(() => commutes.assert()).not.toThrow()
  })

  it('that does not hold gives the smallest counterexample as data', () => {
    expect(subtraction.check()).toMatchObject(
      E.left({
        disagreement: {
          law: 'subtraction commutes',
          what: 'a − b',
          inputs: expect.stringMatching(/a = [01], b = [01]/)
        }
      })
    )
  })

  it('throws one error with the disagreement and how to repeat it', () => {
    expect(() => subtraction.assert()).toThrow(
      expect.objectContaining({
        name: 'LawError',
        message: expect.stringMatching(
          /^subtraction commutes does not hold: a − b is -?1, expected -?1\n {2}a = [01], b = [01]\n {2}found in run \d+, shrunk \d+ times; to repeat: laws\.assert\(suite, \{ law: 'subtraction commutes', seed: -?\d+, path: '[\d:]+' \}\)$/
        )
      })
    )
  })

  it('prints the call that repeats it, which gives the same counterexample of the same law of its suite', () => {
    const digits = laws.law({
      name: "a digit's place \\ is its own",
      given: fc.nat(),
      holds: (n) => laws.agree('n')(n % 1000, n)
    })
    for (const suite of [[commutes, subtraction, digits], [digits, commutes], [subtraction]]) {
      const messageOf = (call: () => void): string => {
        try {
          call()
        } catch (error) {
          return (error as Error).message
        }
        return 'no failure'
      }
      const printed = messageOf(() => {
        laws.assert(suite)
      })
      const calls = printed.split('\n').flatMap((line) => line.split('to repeat: ').slice(1))
      expect(calls).toHaveLength(suite.filter((each) => each !== commutes).length)
      for (const call of calls) {
        // eslint-disable-next-line @typescript-eslint/no-implied-eval -- what is printed is what is tried
        const again = messageOf(() => new Function('laws', 'suite', call)(laws, suite))
        const [law, input] = again.split('\n')
        expect(printed).toContain(`${law!}\n${input!}\n`)
        expect(again).toMatch(/shrunk \d+ times; to repeat: laws\.assert\(suite, /)
      }
    }
  })

  it('is run alone when the options name it, and a name that no law has is an error', () => {
    const suite = [commutes, subtraction]
    expect(laws.run(suite, { law: 'addition commutes', numRuns: 3 }).map(({ law }) => law)).toEqual([
      'addition commutes'
    ])
    const names: string[] = []
    laws.register((name) => names.push(name))(suite, { law: 'subtraction commutes' })
    expect(names).toEqual(['subtraction commutes'])
    const unknown = /^laws\.\w+: no law is named 'addition'; there are 'addition commutes', 'subtraction commutes'$/
    for (const use of [laws.run, laws.assert, laws.register(() => undefined)])
      expect(() => use(suite, { law: 'addition' })).toThrow(unknown)
    expect(() => commutes.check({ law: 'subtraction commutes' })).toThrow(
      'addition commutes: the option law is "subtraction commutes", the name of another law'
    )
  })

  it('takes an exception for a disagreement', () => {
    const broken = laws.law({
      name: 'broken',
      given: fc.constant(1),
      holds: () => {
        throw new RangeError('no')
      }
    })
    expect(broken.check()).toMatchObject(
      E.left({ disagreement: { actual: 'RangeError: no', expected: 'no exception', inputs: '1' } })
    )
  })

  it('that finds nothing to be tried on says so', () => {
    const idle = laws.law({
      name: 'idle',
      given: fc.nat(),
      holds: () => {
        fc.pre(false)
        return laws.every([])
      }
    })
    expect(idle.check({ numRuns: 1, maxSkipsPerRun: 3 })).toMatchObject(
      E.left({ disagreement: { what: 'the search' } })
    )
  })

  it('is a property of fast-check too', () => {
    expect(fc.check(commutes.property, { numRuns: 3 }).failed).toBe(false)
    expect(fc.check(subtraction.property).failed).toBe(true)
  })
})

describe('a suite', () => {
  it('is run to the end, and throws all that failed', () => {
    const suite = [subtraction, commutes, { ...subtraction, name: 'again' }]
    expect(laws.run(suite).map(({ outcome }) => E.isRight(outcome))).toEqual([false, true, false])
    expect(() => laws.assert(suite)).toThrow(/subtraction commutes[^]*subtraction commutes/)
  })

  it('becomes one test a law in any runner', () => {
    const done: string[] = []
    laws.register((name, body) => {
      body()
      done.push(name)
    })([commutes], { numRuns: 2 })
    expect(done).toEqual(['addition commutes'])
  })
})

it('does not take options that are not known', () => {
  const suite = [laws.law({ name: 'zero', given: fc.constant(0), holds: () => laws.every([]) })]
  const options = { sed: 3 } as never
  ;[() => laws.assert(suite, options), () => laws.run(suite, options), () => suite[0]!.check(options)].forEach(
    (call) => {
      expect(call).toThrow(expect.objectContaining({ name: 'ValueError', message: expect.stringContaining('sed is not known; there is law, seed') as string })) // prettier-ignore
    }
  )
})
