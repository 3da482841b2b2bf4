import type { Wire } from '@/api/client'
import { collection } from './collection'
import { lastSnapshot } from './snapshot'

/** An incident (事件) as map and wall see it: no description, no door, nobody's name. */
export type IncidentMark = Wire['IncidentMark']

/** Open incidents, and those closed since the snapshot, kept up by the live stream. */
export const incidents = collection<IncidentMark>(async () => (await lastSnapshot()).incidents)

const over = new Set(['closed', 'void', 'refused', 'merged'])

/** Whether something is still to be done. */
export const isOpen = ({ state }: Pick<IncidentMark, 'state'>): boolean => !over.has(state)

/** How far along the work is, for a sign beside the word: waiting for an office, in hand, being checked, over. */
export type Phase = 'waiting' | 'handling' | 'checking' | 'over'

const phases: Record<string, Phase> = {
  draft: 'waiting',
  reported: 'waiting',
  verifying: 'waiting',
  filed: 'waiting',
  dispatched: 'handling',
  handling: 'handling',
  suspended: 'handling',
  checking: 'checking',
  follow_up: 'checking',
}

/** The phase a state belongs to. */
export const phaseOf = (state: string): Phase => phases[state] ?? 'over'

/** The group 大类 of a class: the first two digits of its code. */
export const groupOf = (code: string): string => code.slice(0, 2)
