import { actor } from './session'

/*
 * What is typed but not sent yet, kept on this device per person, form and
 * door: closing the form, a dead battery or a missing network loses nothing.
 */

const keyOf = (form: string, about: string | number) =>
  `wangge.draft.${actor.value?.login ?? ''}.${form}.${about}`

/** What was kept for a form about a thing; null when nothing was, or what is there cannot be read. */
export function keptDraft<T>(form: string, about: string | number): T | null {
  try {
    return JSON.parse(localStorage.getItem(keyOf(form, about)) ?? 'null') as T | null
  } catch {
    return null
  }
}

/** Keeps a draft. A device without room for it goes on without. */
export function keepDraft(form: string, about: string | number, draft: unknown): void {
  try {
    localStorage.setItem(keyOf(form, about), JSON.stringify(draft))
  } catch {
    // The form itself still holds it.
  }
}

/** Forgets a draft, once it has been sent or thrown away. */
export function dropDraft(form: string, about: string | number): void {
  localStorage.removeItem(keyOf(form, about))
}
