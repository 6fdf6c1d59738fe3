/** Layers, initialisers, losses and metrics: models as pure functions of their parameters. */
export * from './initializers/index.ts'
export * from './layers/index.ts'
export * from './losses/index.ts'
export * from './metrics/index.ts'
