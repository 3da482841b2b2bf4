import type { IncidentState } from './incidentWork'

/** The way an incident usually goes, for the line of states on its card. */
export const WAY = ['reported', 'filed', 'dispatched', 'handling', 'checking', 'closed'] as const

/** How far along the way a state is: an index of WAY; states beside the way stand at the step they left it. */
export function stepOf(state: string): number {
  const beside: Record<string, number> = { draft: -1, verifying: 0, suspended: 3, follow_up: 4 }
  return beside[state] ?? WAY.indexOf(state as (typeof WAY)[number])
}

/** States that end an incident without it being put right. */
export const isBroken = (state: string): boolean => ['refused', 'merged', 'void'].includes(state)

interface Step {
  to: IncidentState
  /** Roles whose work the step is. The server decides; this only shows and hides. */
  by: readonly string[]
  /** Whether the server wants a reason. */
  reason?: boolean
}

const office = ['intake', 'duty_head']
const desk = ['dispatcher', 'duty_head']
const field = ['handler', 'grid_leader', 'grid_staff', 'duty_head']
const check = ['grid_leader', 'grid_staff', 'secretary', 'duty_head']
const void_: Step = { to: 'void', by: ['duty_head'], reason: true }

const steps: Partial<Record<IncidentState, readonly Step[]>> = {
  draft: [{ to: 'reported', by: ['grid_leader', 'grid_staff', 'secretary'] }],
  reported: [
    { to: 'filed', by: office },
    { to: 'verifying', by: office },
    { to: 'refused', by: office, reason: true },
    { to: 'merged', by: office, reason: true },
  ],
  verifying: [
    { to: 'filed', by: office },
    { to: 'reported', by: check },
  ],
  filed: [{ to: 'dispatched', by: desk }, void_],
  dispatched: [{ to: 'handling', by: field }, { to: 'filed', by: [...desk, 'handler'], reason: true }, void_],
  handling: [
    { to: 'checking', by: field },
    { to: 'suspended', by: field },
  ],
  suspended: [{ to: 'handling', by: field }, void_],
  checking: [
    { to: 'closed', by: [...check, ...office] },
    { to: 'follow_up', by: check },
    { to: 'handling', by: check },
  ],
  follow_up: [
    { to: 'closed', by: check },
    { to: 'filed', by: check, reason: true },
  ],
  closed: [{ to: 'filed', by: ['duty_head', 'secretary'], reason: true }],
}

/** The steps that someone may take from a state; `holds` says whether they hold one of the roles. */
export function stepsFrom(state: IncidentState, holds: (...roles: string[]) => boolean): readonly Step[] {
  return (steps[state] ?? []).filter(({ by }) => holds(...by))
}
