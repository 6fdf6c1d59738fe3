import * as g from '../src/index.ts'
const { tensor, grad, scan, sum, sqrt, toArray, log, where, greater, mul, add, sub, get } = g as any
const show = (n: string, f: () => any) => { try { console.log(n, JSON.stringify(f())) } catch (e: any) { console.log(n, 'ERR', e.name, e.message.slice(0, 200)) } }
console.log(scan.toString().slice(0,300))
show('where outside scan? sqrt outside, where inside', () => {
  const f = (x: any) => { const y = sqrt(x); const [, ys] = scan((c: any, v: any) => [c, where(greater(0)(v), 0)(v)])(tensor(0), y); return sum(ys) }
  return toArray(grad(f)(tensor([0, 4])))
})
show('same without scan', () => {
  const f = (x: any) => { const v = sqrt(x); return sum(where(greater(0)(v), 0)(v)) }
  return toArray(grad(f)(tensor([0, 4])))
})
show('carry unused, inf in last step', () => {
  const f = (x: any) => { const [, ys] = scan((c: any, v: any) => [sqrt(sub(v)(c)), c])(get(0)(x), g.slice ? tensor([0, 1]) : tensor([0,1])); return sum(ys) }
  return toArray(grad(f)(tensor([1])))
})
