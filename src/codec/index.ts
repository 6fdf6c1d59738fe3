/**
 * Outside data decoded with io-ts: settings, tables, tensors and training states, with every fault at its path.
 *
 * @module grad-ts/codec
 */
export { type Decoded, decode, parse, print, showFaults, type TreeEncoder } from './fault.ts'
export { type Fit, JsonFitSettings, toFit } from './fit.ts'
export { type JsonLayerSettings, type Model, JsonModelSettings, type ResidualSettings, toModel } from './model.ts'
export { Finite, NonNegative, PositiveInteger, Probability, Rate } from './number.ts'
export { JsonOptimizerSettings, toOptimizer } from './optimizer.ts'
export { JsonParams, paramsLike, type ParamsCodec, type ParamsJson } from './params.ts'
export { classRows, type ClassRowsSettings } from './rows.ts'
export { JsonScheduleSettings, toSchedule } from './schedule.ts'
export { type OwnEntries, type OwnSettings, type SettingsCodecs, settingsFor } from './settingsFor.ts'
export { JsonKey, type KeyJson, trainState } from './state.ts'
export { type Struct, struct } from './struct.ts'
export { JsonNumber, JsonTensor, type TensorJson } from './tensor.ts'
