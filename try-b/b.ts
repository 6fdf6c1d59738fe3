import * as E from 'fp-ts/Either'
import { codec, data as D, nn, optim, random, tensor, train, relu, tanh, params as PR, toNumber, toFlatArray, fromArray } from '../src/index.ts'
console.log(Object.keys(optim).join(' '))
console.log(Object.keys(train).join(' '))
console.log(Object.keys(nn).join(' '))
const N = 11
const rnd = (n: number, k: number) => toFlatArray(random.normal([n])(random.key(k)) as any)
const data = { inputs: fromArray([N, 3])(rnd(N*3, 1)) as any, targets: fromArray([N, 1])(rnd(N, 2)) as any }
const val = { inputs: fromArray([5, 3])(rnd(15, 3)) as any, targets: fromArray([5, 1])(rnd(5, 4)) as any }
const O: any = optim
const opts: Record<string, any> = {
  sgd: O.sgd({ learningRate: 0.05 }),
  sched: O.sgd({ learningRate: O.cosineDecay ? O.cosineDecay({ from: 0.1, steps: 20, initial: 0.1, learningRate: 0.1 } as any) : 0.1 }),
}
const add = (n: string, f: () => any) => { try { opts[n] = f() } catch (e) { console.log('cannot make', n, String(e).slice(0,100)) } }
delete opts.sched
add('momentum', () => O.momentum({ learningRate: 0.02, decay: 0.9 }))
add('nesterov', () => O.nesterov({ learningRate: 0.02, decay: 0.9 }))
for (const n of ['adam','adamW','nadam','adamax','amsgrad','rmsProp','rmsprop','adagrad','adadelta','lion','radam','adaGrad','adaDelta']) if (O[n]) add(n, () => O[n]({ learningRate: 0.02, ...(n==='rmsProp'||n==='rmsprop'||n==='adadelta'?{decay: 0.9}:{}), ...(n==='adamW'?{weightDecay:0.01}:{}) }))
add('adam+oneCycle', () => O.adam({ learningRate: O.oneCycle({ peak: 0.1, steps: 24 }) }))
add('clip', () => O.chain(O.adam({ learningRate: 0.1 }))(O.clipByGlobalNorm(0.5)))
const rules: Record<string, any> = {
  none: {},
  plateau: { rateFactor: train.reduceOnPlateau({ figure: 'loss', patience: 1, factor: 0.5 }) },
  plateauVal: { validation: val, rateFactor: train.reduceOnPlateau({ figure: 'validationLoss', patience: 1, factor: 0.5 }) },
  patience: { stop: train.patience({ figure: 'loss', patience: 2 }) },
  plainRule: { rateFactor: (h: any) => 1 / (1 + h.length), validation: val },
}
const models: Record<string, any> = {
  mlp: nn.sequential(nn.dense({ inputs: 3, outputs: 5, activation: tanh }), nn.dense({ inputs: 5, outputs: 1 })),
  drop: nn.sequential(nn.dense({ inputs: 3, outputs: 5, activation: tanh }), (nn as any).dropout({ keepProbability: 0.7, shape: [5] }), nn.dense({ inputs: 5, outputs: 1 })),
  bn: nn.sequential(nn.dense({ inputs: 3, outputs: 5 }), nn.batchNorm({ features: 5 }), nn.dense({ inputs: 5, outputs: 1 })),
}
const flat = (t: any): number[] => typeof t !== 'object' || t === null ? [] : (t.shape || t.dims) ? (() => { try { return toFlatArray(t) as any } catch { return Object.values(t).flatMap(flat) } })() : Object.values(t).flatMap(flat)
const bits = (s: any) => JSON.stringify([flat(s.params), flat(s.modelState), flat(s.optimizerState), s.epoch, s.step, s.history], (_, v) => typeof v === 'number' && !Number.isFinite(v) ? String(v) : Object.is(v, -0) ? '-0' : v)
let n = 0, bad = 0
for (const [mn, model] of Object.entries(models)) for (const [on, optimizer] of Object.entries(opts)) for (const [rn, rule] of Object.entries(rules)) for (const compile of [false, true, { precision: 'single' }] as any[]) {
  if (mn !== 'mlp' && rn !== 'none' && on !== 'adam') continue
  const problem: any = { model, loss: nn.meanSquaredError, optimizer, ...(rn === 'plainRule' ? { metrics: { mae: (y: any) => (x: any) => toNumber(nn.meanAbsoluteError(y)(x)) } } : {}) }
  const set: any = { batchSize: 3 + (mn==='bn'?0:1), compile, ...rule }
  if (mn === 'bn') set.batchSize = 3 // 11 = 3*3+2
  const s0 = train.start(problem)(random.key(7))
  const go = (k: number, s: any) => { const r: any = train.fit(problem, { ...set, epochs: k })(data)(s); if (r._tag === 'Left') throw new Error(train.showError(r.left)); return r.right }
  try {
    const whole = go(6, s0)
    const a = go(2, s0)
    // through the codec
    let b = whole.epoch > 2 || rn !== 'patience' ? go(4, a) : a
    const c = go(1, go(1, go(1, go(1, go(1, go(1, s0))))))
    const fresh: any = { ...problem }
    const it: any[] = []; if (rn !== 'patience') { const { stop, ...rest } = set; for (const x of train.epochs(problem, rest)(data)(s0) as any) { it.push(x.right); if (it.length === 6) break } }
    n++
    if (whole.notCompiled) console.log('notCompiled', mn, on, rn, whole.notCompiled)
    if (bits(whole) !== bits(b)) { bad++; console.log('DIFF a+b', mn, on, rn, compile) }
    if (rn !== 'patience' && bits(whole) !== bits(c)) { bad++; console.log('DIFF 1x6', mn, on, rn, compile) }
    if (it.length && bits(whole) !== bits(it[5])) { bad++; console.log('DIFF epochs', mn, on, rn, compile) }
  } catch (e) { console.log('ERR', mn, on, rn, JSON.stringify(compile), String((e as any).message).slice(0, 300)) }
}
console.log(n, 'cases', bad, 'bad')
