import { api, ok, type Wire } from '@/api/client'
import { phrases } from './incidentWork'

export { phrases }

/** A response template (常用语) for a step. */
export type Phrase = Wire['Phrase']

/** The steps that take words, in the order of the way. */
export const STEPS = [
  'refuse',
  'verified',
  'disproved',
  'file',
  'send_back',
  'ask_extension',
  'ask_suspension',
  'ask_void',
  'approve',
  'decline',
  'escalate',
  'resolve',
  'pass',
  'fail',
  'satisfied',
  'unsatisfied',
  'unreached',
  'supervise',
  'reopen',
  'note',
] as const

/** Adds one (id 0) or changes it; without a text it is removed. Throws ApiError. */
export async function savePhrase(body: Phrase): Promise<void> {
  await ok(api.POST('/api/phrases', { body }))
  await phrases.load()
}
