/** How far a run is, where there is no terminal to draw a bar on. */
import { describe, expect, it } from 'vitest'
import { lines } from '../../examples/world/console.ts'
import { short } from '../../examples/world/text.ts'

/** Epochs of a given duration in seconds, and the lines printed about them. */
const told = (
  epochs: number,
  secondsEach: number,
  { accuracy = 0.5, from = 0, last = epochs } = {}
): readonly string[] => {
  let time = 100
  const printed: string[] = []
  const print = (line: string) => () => {
    printed.push(line)
  }
  const { tick, done } = lines(() => time, print)('spiral', epochs)()
  for (let epoch = from + 1; epoch <= last; epoch++) {
    time += secondsEach
    tick({ epoch, loss: 1 / epoch, accuracy })()
  }
  done()
  return printed
}

describe('progress on a pipe', () => {
  it('is a plain line every two seconds, with epoch, loss, accuracy and the time left', () => {
    const printed = told(50, 0.5)
    expect(printed).toHaveLength(13)
    expect(printed[0]).toBe('spiral: epoch 4/50  loss 0.2500  accuracy 50.00 %  23 s left')
  })

  it('of a short run is its last line alone', () => {
    expect(told(100, 0.01, { accuracy: NaN })).toEqual(['spiral: epoch 100/100  loss 0.0100'])
  })
})

describe('progress on a pipe of a run', () => {
  const epochOf = (line = ''): number => Number(/epoch (\d+)\//.exec(line)?.[1])
  const leftOf = (line = ''): number => Number(/ (\d+) s left$/.exec(line)?.[1])

  it('that goes on from epoch 1,000 counts the time left from there', () => {
    const printed = told(1010, 1, { from: 1000 })
    expect(printed.map(epochOf)).toEqual([1002, 1004, 1006, 1008, 1010])
    expect(printed.slice(0, -1).map(leftOf)).toEqual([8, 6, 4, 2])
  })

  it.each([
    ['between two lines', 7],
    ['at a line', 8],
    ['before the first', 1]
  ])('that stops early ends with its last epoch and no time left: %s', (_, last) => {
    const printed = told(100, 1, { last })
    expect(epochOf(printed.at(-1))).toBe(last)
    expect(printed.at(-1)).toMatch(/ {2}stopped early$/)
  })

  it('without an epoch has no line', () => {
    expect(told(0, 1)).toEqual([])
  })
})

describe('a number in few digits', () => {
  it.each([
    [0, '0.0000'],
    [0.5, '0.5000'],
    [-0.0005, '-5.0e-4'],
    [1234567, '1.2e6'],
    [NaN, 'NaN']
  ])('%d is %s', (value, text) => {
    expect(short(value)).toBe(text)
  })
})
