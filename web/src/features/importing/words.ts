import type { TextKey } from '@/ui/text'

/** What the steps of an import call what they do. */
export interface ImportWords {
  title: TextKey
  hint: TextKey
  /** Asked before an import is taken back: {inserted}, {updated}. */
  undoSure: TextKey
  /** Said when it is written: {inserted}, {updated}. */
  done: TextKey
}

/** Those of a register. */
export const registerWords: ImportWords = {
  title: 'import.title',
  hint: 'import.templatesHint',
  undoSure: 'import.undoSure',
  done: 'import.done',
}
