import ts from 'typescript'

/** The doc comments of declarations. */

/** What a comment says before its tags, as one line, and its tags of one line by name. */
export interface Comment {
  readonly text: string
  readonly tags: ReadonlyMap<string, string>
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** The comment of a declaration; of several before one declaration, the last. */
export const commentOf = (node: ts.Node): Comment => {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc).slice(-1)
  return {
    text: oneLine(ts.getTextOfJSDocComment(doc?.comment) ?? ''),
    tags: new Map(
      (doc?.tags ?? []).map((tag) => [tag.tagName.text, oneLine(ts.getTextOfJSDocComment(tag.comment) ?? '')])
    )
  }
}

/** The first sentence of a comment; a full stop within a formula ends none. */
export const sentenceOf = (text: string): string => /^.*?[.!](?= [A-Z`(∞−0-9‖|]|$)/su.exec(text)?.[0] ?? text
