/** Whether all numbers are finite: what is infinite or NaN is not 0 times itself, and a sum keeps a NaN. */
export const areFinite = (values: Float64Array): boolean => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]! * 0
  return sum === 0
}
