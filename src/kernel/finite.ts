/** Whether all numbers are finite: 0 · x is NaN for an infinite or NaN x, and a sum propagates NaN. */
export const areFinite = (values: Float64Array): boolean => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0
  return sum === 0
}
