import { expect, test } from 'vitest'
import { afterLogin } from './afterLogin'

test.each([
  ['', '/desk'],
  ['?to=/tablet%231,2,3', '/tablet#1,2,3'],
  ['?to=/desk?page=import', '/desk?page=import'],
  ['?to=https://evil.example/', '/desk'],
  ['?to=//evil.example/', '/desk'],
  ['?to=/\\evil.example/', '/desk'],
  ['?to=javascript:alert(1)', '/desk'],
])('%s leads to %s', (search, path) => {
  expect(afterLogin(search, '/desk')).toBe(path)
})
