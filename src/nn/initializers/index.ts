/** Initialisers: random starting values of parameters, scaled so that signals keep their variance from layer to layer. */
export * from './initializer.ts'
