import { expect, test } from 'vitest'
import { stepOf, stepsFrom, WAY } from './incidentSteps'
import type { IncidentState } from './incidentWork'

// What the server allows (ward.IncidentMay); a button for anything else would only fail.
const allowed: Record<string, string[]> = {
  draft: ['reported', 'checking'],
  reported: ['verifying', 'refused', 'merged', 'filed', 'void'],
  verifying: ['reported', 'filed', 'void'],
  filed: ['dispatched', 'void'],
  dispatched: ['handling', 'filed', 'void'],
  handling: ['checking', 'suspended', 'void'],
  suspended: ['handling', 'void'],
  checking: ['follow_up', 'handling', 'closed', 'void'],
  follow_up: ['closed', 'filed', 'void'],
  closed: ['filed'],
}

test('only steps that the server allows are offered', () => {
  for (const [from, to] of Object.entries(allowed))
    for (const step of stepsFrom(from as IncidentState, () => true)) expect(to, from).toContain(step.to)
})

test('a step is offered to those whose work it is', () => {
  const as = (role: string) => stepsFrom('reported', (...roles) => roles.includes(role)).map(({ to }) => to)
  expect(as('intake')).toEqual(['filed', 'verifying', 'refused', 'merged'])
  expect(as('grid_leader')).toEqual([])
})

test('what steps aside stands where it left the way', () => {
  expect(WAY.map(stepOf)).toEqual([0, 1, 2, 3, 4, 5])
  expect(['verifying', 'suspended', 'follow_up'].map(stepOf)).toEqual([0, 3, 4])
})
