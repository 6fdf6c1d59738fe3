/** What JSON can hold. @category charts @since 0.1.0 */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** A JSON object. @category charts @since 0.1.0 */
// eslint-disable-next-line @typescript-eslint/consistent-indexed-object-style -- Json and this name each other
export interface JsonObject {
  readonly [key: string]: Json
}
