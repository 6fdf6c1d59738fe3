import { describe, expect, it } from 'vitest'
import { lgamma } from '../../src/kernel/gamma.ts'
import { fc, test } from '../support/property.ts'

/** A number, then log |Γ| and its derivatives of order 1 to 4 there, from a calculation with 40 digits. */
// prettier-ignore
const known: readonly (readonly number[])[] = [
  [1e-300, 690.7755278982137, -9.999999999999999e+299, Infinity, -Infinity, Infinity],
  [1e-05, 11.512919692895826, -100000.57719921567, 10000000001.644909, -2000000000000002.0, 5.999999999999999e+20],
  [0.3, 1.0957979948180756, -3.502524222200133, 12.245364546107732, -75.27253658872604, 743.1417646550498],
  [0.9999, 5.7729791561193866e-05, -0.5773801703298691, 1.6451745107027036, -2.4047633247110958, 6.496428639406033],
  [1.2, -0.08537409000331583, -0.2890398965921884, 1.2673772054237793, -1.4780361144359333, 3.2449948647257805],
  [1.4616321449683622, -0.12148629053584961, -9.241265521729427e-17, 0.9676722454476212, -0.8855263379671844, 1.5509985657339065],
  [1.46163214, -0.1214862905358496, -4.807746276832806e-09, 0.9676722498472369, -0.885526345673107, 1.5509985852825483],
  [1.5, -0.12078223763524522, 0.03648997397857652, 0.9348022005446793, -0.82879664423432, 1.4090910340024372],
  [1.9999999, -4.2278430309861296e-08, 0.4227842706050584, 0.6449341072596095, -0.40411385571313324, 0.49393949089345196],
  [2.00001, 4.22787559764836e-06, 0.42279078441893003, 0.64493002573486, -0.40410886696947884, 0.49393053970965206],
  [2.5, 0.2846828704729192, 0.7031566406452432, 0.49035775610023485, -0.2362040516417274, 0.22390584881725206],
  [7.25, 7.0521854507385395, 1.910453526883736, 0.14787923315893217, -0.02182895229519774, 0.0064330375979401565],
  [16.5, 29.277754515040815, 2.7727513716226233, 0.062479682677969, -0.0039024439577537637, 0.00048733081668340196],
  [1000.0, 5905.220423209181, 6.907255195648812, 0.0010005001666666333, -1.0010004999998333e-06, 2.003001999999e-09],
  [10000000000.0, 220258509288.81058, 23.025850929890456, 1.00000000005e-10, -1.0000000001e-20, 2.0000000003e-30],
  [-0.25, 1.589575312551186, 2.9141391202135276, 18.541879647671607, 122.69736678366236, 1555.7633125348507],
  [-0.5, 1.2655121234846454, 0.03648997397857652, 8.934802200544679, -0.82879664423432, 193.40909103400244],
  [-1.3, 1.2024757863901114, 2.8825405488661673, 14.53687624413708, 68.54941347116214, 768.7206571990426],
  [-2.5, -0.056243716497674054, 1.103156640645243, 9.539246644989124, -0.1082040516417274, 194.74787621918762],
  [-10.75, -15.403074503504817, -0.7208957601671612, 19.650378280099094, -124.0329924197052, 1558.5440573914796],
  [-50.3, -148.29858791330844, 6.210413167857633, 15.059729299010273, 68.83715625129302, 769.0208990805239]
]

describe('the logarithm of the gamma function', () => {
  it.each(known)('has its digits at %d, and so have its derivatives', (x, ...values) => {
    values.forEach((value, order) => {
      const found = lgamma(order)(x)
      // below 0 they are the difference of terms of about this size
      const size = x > 0 ? Math.abs(value) : Math.max(Math.abs(value), Math.abs(x * Math.log(-x)), 10)
      if (Number.isFinite(value)) expect(Math.abs(found - value)).toBeLessThanOrEqual(size * 2e-15)
      else expect(found).toBe(value)
    })
  })

  test.prop([fc.double({ min: 0.01, max: 50, noNaN: true }), fc.nat({ max: 5 })])(
    'rises by the logarithm of a step, and its derivatives by those of that',
    (x, order) => {
      const sign = order % 2 === 0 ? -1 : 1
      const factorial = [1, 1, 1, 2, 6, 24][order]!
      const step = order === 0 ? Math.log(x) : (sign * factorial) / x ** order
      const [here, next] = [lgamma(order)(x), lgamma(order)(x + 1)]
      const size = Math.max(Math.abs(here), Math.abs(next), Math.abs(step))
      // the next number is rounded
      expect(Math.abs(next - here - step)).toBeLessThanOrEqual(size * 2e-14 + 1e-15)
    }
  )

  // by Euler and Maclaurin's formula, with 80 digits
  it.each([
    [20, 1000, -1.2286580895552956e-43],
    [60, 3e5, -3.2718376418748303e-249],
    [140, 200, -9.594921094412804e-84],
    [150, 1000, -4.101778391925375e-190],
    [165, 3, 3.4055263461333436e216],
    [200, 200, -3.8829615876191336e-88],
    [165, -0.75, Infinity],
    [60, -0.5, -1.5087179138556403e71],
    [200, -10.5, -4.973049153703039e161],
    [30, -10.3, 4.294386991684442e48],
    [29, -10.3, 4.2943869917404927e46],
    [30, -1e-5, 2.652528598121904e187],
    [31, -7, Infinity],
    [30, 0, -Infinity]
  ])('has derivatives of high orders: the one of digamma of order %d at %d', (order, x, value) => {
    const found = lgamma(order + 1)(x)
    if (Number.isFinite(value)) expect(found / value).toBeCloseTo(1, 13)
    else expect(found).toBe(value)
  })

  test.prop([fc.double({ min: -30, max: -0.01, noNaN: true })])('is mirrored at a half', (x) => {
    fc.pre(Math.abs(x - Math.round(x)) > 0.01)
    const mirrored = Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(0)(1 - x)
    expect(Math.abs(lgamma(0)(x) - mirrored)).toBeLessThan(1e-11)
  })
})
