import { hasText, t } from './text'

/** The word of a vocabulary for a value of the server, e.g. term('team', 'patrol'); the value itself when it has none. */
export function term(vocabulary: string, value: string): string {
  const key = `${vocabulary}.${value}`
  return hasText(key) ? t(key) : value
}
