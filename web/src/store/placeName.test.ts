import { expect, test } from 'vitest'
import { placeName } from './placeName'

test.each([
  ['静好新村1号楼 1号楼', '静好新村1号楼'],
  ['静好新村 1号楼', '静好新村 1号楼'],
  ['景和新村11号楼 1号楼', '景和新村11号楼'],
  ['社区中心', '社区中心'],
])('%s is said as %s', (joined, name) => {
  expect(placeName(joined)).toBe(name)
})
