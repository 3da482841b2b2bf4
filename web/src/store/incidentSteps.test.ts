import { expect, test } from 'vitest'
import { fieldsOf, isOneTap, leadsOn, needsWords, stepOf, WAY } from './incidentSteps'

test('what needs nothing takes one tap', () => {
  for (const action of ['take_in', 'accept', 'verified', 'pass', 'satisfied', 'approve'] as const)
    expect(isOneTap(action), action).toBe(true)
  for (const action of ['refuse', 'dispatch', 'resolve', 'fail', 'merge'] as const)
    expect(isOneTap(action), action).toBe(false)
  expect(fieldsOf('dispatch')).toEqual(['unit', 'units'])
  expect(needsWords('note')).toBe(true)
})

test('the way leads on, all else stands behind', () => {
  expect(leadsOn('resolve')).toBe(true)
  expect(leadsOn('ask_void')).toBe(false)
})

test('every state has its place on the way', () => {
  expect(stepOf('reported')).toBe(0)
  expect(stepOf('suspended')).toBe(WAY.indexOf('handling'))
  expect(stepOf('closed')).toBe(WAY.length - 1)
})
