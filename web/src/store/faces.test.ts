import { expect, test } from 'vitest'
import { faceOf, facesOf } from './faces'

const grants = (...roles: string[]) => ({ grants: roles.map((role) => ({ role, path: '', name: '' })) })

test.each([
  ['grid_leader', '/tablet'],
  ['grid_staff', '/tablet'],
  ['secretary', '/tablet'],
  ['wall', '/wall'],
  ['duty_head', '/wall'],
  ['planner', '/planner'],
  ['party_office', '/desk'],
  ['intake', '/desk'],
  ['dispatcher', '/desk'],
  ['handler', '/desk'],
  ['member', '/desk'],
  ['admin', '/desk'],
])('%s begins at %s', (role, face) => {
  expect(faceOf(grants(role))).toBe(face)
})

test('somebody without a grant lands on the desk, and a screen has only the wall', () => {
  expect(faceOf(grants())).toBe('/desk')
  expect(facesOf(grants('wall'))).toEqual(['/wall'])
  expect(facesOf(grants('secretary'))).toEqual(['/tablet', '/wall', '/desk'])
})
