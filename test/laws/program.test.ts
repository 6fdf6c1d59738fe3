import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { program, showProgram } from '../../laws/program.ts'

describe('a random program', () => {
  it('has one to three results, of which no two runs differ', () => {
    fc.assert(
      fc.property(program(), ({ f, inputs }) => {
        const results = f(...inputs)
        expect(results.length).toBeGreaterThanOrEqual(1)
        expect(results.length).toBeLessThanOrEqual(3)
        expect(f(...inputs)).toEqual(results)
      })
    )
  })

  it('is shown with its inputs, one a line', () => {
    fc.assert(
      fc.property(program(), (one) => {
        const [text, ...inputs] = showProgram(one).split('\n')
        expect(text).toBe(one.text)
        expect(inputs.filter((line) => line.startsWith('input '))).toHaveLength(one.inputs.length)
      })
    )
  })
})
