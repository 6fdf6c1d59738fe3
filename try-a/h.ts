import * as g from '../src/index.ts'
export const G = g as any
const rep = (_: string, v: any) => typeof v === 'number' && !Number.isFinite(v) ? String(v) : Object.is(v, -0) ? '-0' : v
export const show = (n: string, f: () => any) => { try { console.log(n, JSON.stringify(f(), rep)) } catch (e: any) { console.log(n, 'ERR', e.name, e.message.slice(0, 250)) } }
