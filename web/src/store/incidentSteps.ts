import type { IncidentAction } from './incidentWork'

/** The way an incident usually goes, for the line of states on its card. */
export const WAY = ['reported', 'filed', 'dispatched', 'handling', 'checking', 'closed'] as const

/** How far along the way a state is: an index of WAY; states beside the way stand at the step they left it. */
export function stepOf(state: string): number {
  const beside: Record<string, number> = { draft: -1, verifying: 0, suspended: 3, follow_up: 4 }
  return beside[state] ?? WAY.indexOf(state as (typeof WAY)[number])
}

/** States that end an incident without it being put right. */
export const isBroken = (state: string): boolean => ['refused', 'merged', 'void'].includes(state)

/** What an action asks for besides a word. */
export type StepField = 'class' | 'unit' | 'units' | 'until' | 'into' | 'reached' | 'result' | 'card'

const fields: Partial<Record<IncidentAction, readonly StepField[]>> = {
  file: ['class'],
  dispatch: ['unit', 'units'],
  call_units: ['units'],
  ask_extension: ['until'],
  ask_suspension: ['until'],
  merge: ['into'],
  reach: ['reached'],
  resolve: ['result'],
  supervise: ['card'],
}

/** The fields of an action. */
export const fieldsOf = (action: IncidentAction): readonly StepField[] => fields[action] ?? []

const words: readonly IncidentAction[] = [
  'disproved',
  'refuse',
  'send_back',
  'ask_extension',
  'ask_suspension',
  'ask_void',
  'decline',
  'escalate',
  'fail',
  'unsatisfied',
  'reopen',
  'note',
]

/** Whether the server wants a reason. */
export const needsWords = (action: IncidentAction): boolean => words.includes(action)

/** Whether one tap is enough. */
export const isOneTap = (action: IncidentAction): boolean =>
  !needsWords(action) && fieldsOf(action).length === 0

const beside: readonly IncidentAction[] = [
  'note',
  'ask_void',
  'supervise',
  'escalate',
  'call_units',
  'refuse',
  'merge',
]

/** Whether an action leads on along the way; the others stand behind 更多. */
export const leadsOn = (action: IncidentAction): boolean => !beside.includes(action)
