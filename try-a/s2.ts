import { G, show } from './h.ts'
const { tensor, grad, scan, sum, sqrt, toArray, log, where, greater, mul, add, sub, get, jvp, jacobian, jacobianForward, hessian, square, compile, slice, reshape, vmap, valueAndGrad, repeat, toNumber } = G
const unusedCarry = (x: any) => { const [, ys] = scan((c: any, v: any) => [sqrt(sub(v)(c)), c])(x, tensor([0, 1])); return sum(ys) }
show('1 carry unused (want 1.5)', () => toArray(grad(unusedCarry)(tensor(1))))
show('1 unrolled', () => toArray(grad((x: any) => { const a = sqrt(x); const b = sqrt(sub(1)(a)); return add(a)(x) })(tensor(1))))
show('1 compiled', () => toArray(compile(grad(unusedCarry))(tensor(1))))
const lastOnly = (x: any) => { const [c] = scan((c: any, v: any) => [add(v)(c), sqrt(c)])(x, tensor([0, 1])); return c }
show('1b kept unused (want 1)', () => toArray(grad(lastOnly)(tensor(0))))
const both = (x: any) => { const [c, ys] = scan((c: any, v: any) => [sqrt(sub(v)(c)), c])(x, tensor([0, 1])); return get(0)(ys) }
show('1c get(0) of kept (want 1)', () => toArray(grad(both)(tensor(1))))
// where in next step protects pole in previous step
const f2 = (x: any) => { const [c] = scan((c: any, v: any) => [sqrt(where(greater(0.5)(c), 1)(c)), 0 as any && c])(x, tensor([0, 1])); return c }
const f3 = (x: any) => { const [c] = scan((c: any, v: any) => [log(where(greater(0.5)(c), 1)(c)), c])(x, tensor([0, 1])); return c }
show('2 log of where: c0=0.7: step0 log .7=-.36; step1 log 1=0 (want 0)', () => toArray(grad(f3)(tensor(0.7))))
const f4 = (x: any) => { const [c] = scan((c: any, v: any) => [sqrt(where(greater(0.5)(c), 1)(c)), c])(x, tensor([0, 1])); return c }
show('2b', () => toArray(grad(f4)(tensor(0.7))))
// pole then where in the next step: step: s = where(c>0, c, 0.0) ; next = sqrt(s - v)
const f5 = (x: any) => { const [c] = scan((c: any, v: any) => [sqrt(sub(v)(where(greater(0.1)(c), 4)(c))), c])(x, tensor([1, 0])); return c }
// c0=1: s=1, sqrt(1-1)=0 ; step 1: c=0 → s=4 → 2. gradient 0
show('3 pole in step 0, where in step 1 (want 0)', () => toArray(grad(f5)(tensor(1))))
show('3 unrolled', () => toArray(grad((x: any) => { let c = x; for (const v of [1, 0]) c = sqrt(sub(v)(where(greater(0.1)(c), 4)(c))); return c })(tensor(1))))
show('3 jvp', () => { const r = jvp(f5)(tensor(1))(tensor(1)); return toArray(Array.isArray(r) ? r[1] : r.tangent ?? r) })
show('3 compiled', () => toArray(compile(grad(f5))(tensor(1))))
// pole outside, where inside: forward: where inside, then pole after
const f6 = (x: any) => { const [, ys] = scan((c: any, v: any) => [c, where(greater(1)(v), 0)(v)])(tensor(0), x); return sum(sqrt(ys)) }
show('4 where inside, pole after; reverse (want 0,.25)', () => toArray(grad(f6)(tensor([0.5, 4]))))
show('4 forward', () => toArray(jacobianForward(f6)(tensor([0.5, 4]))))
show('4 hessian', () => toArray(hessian(f6)(tensor([0.5, 4]))))
const f7 = (x: any) => { const [, ys] = scan((c: any, v: any) => [c, where(greater(1)(v), 0)(v)])(tensor(0), sqrt(x)); return sum(ys) }
show('5 pole before, where inside; reverse (want 0,.25)', () => toArray(grad(f7)(tensor([0, 4]))))
show('5 forward', () => toArray(jacobianForward(f7)(tensor([0, 4]))))
show('5 jac', () => toArray(jacobian(f7)(tensor([0, 4]))))
const f8 = (w: any) => { const s = sqrt(w); const [c] = scan((c: any, v: any) => [add(where(greater(0)(s), 0)(s))(c), c])(tensor(0), tensor([1,2])); return c }
show('6 closure pole, where inside (want 0)', () => toArray(grad(f8)(tensor(0))))
show('6 vmap', () => toArray(vmap(grad(f8))(tensor([0, 4]))))
show('6 compile', () => toArray(compile(grad(f8))(tensor(0))))
