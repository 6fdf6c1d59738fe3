/** How far a run is, where there is no terminal to draw a bar on. */
import { describe, expect, it } from 'vitest'
import { lines } from '../../examples/world/console.ts'
import { short } from '../../examples/world/text.ts'

/** Epochs that take so many seconds each, and the lines printed about them. */
const told = (epochs: number, secondsEach: number, accuracy = 0.5): readonly string[] => {
  let time = 100
  const printed: string[] = []
  const print = (line: string) => () => {
    printed.push(line)
  }
  const { tick, done } = lines(() => time, print)('spiral', epochs)()
  for (let epoch = 1; epoch <= epochs; epoch++) {
    time += secondsEach
    tick({ epoch, step: 30 * epoch, loss: 1 / epoch, accuracy, rate: 0.02 })()
  }
  done()
  return printed
}

describe('progress on a pipe', () => {
  it('is a plain line every two seconds, with epoch, step, loss, rate and the time left', () => {
    const printed = told(50, 0.5)
    expect(printed).toHaveLength(13)
    expect(printed[0]).toBe('spiral: epoch 4/50  step 120  loss 0.2500  accuracy 50.00 %  rate 0.0200  23 s left')
  })

  it('of a short run is its last line alone', () => {
    expect(told(100, 0.01, NaN)).toEqual(['spiral: epoch 100/100  step 3000  loss 0.0100  rate 0.0200'])
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
