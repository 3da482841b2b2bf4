import { expect, test } from 'vitest'
import { branchColour, groupByBranch, type GridOfBranch } from './branchGroups'

const grid = (id: number, branch: number | null, lng: number, colour = id % 6): GridOfBranch => ({
  id,
  branch,
  branchName: branch === null ? '' : `第${branch}支部`,
  colour,
  label: [lng, 30],
})

test('grids of one branch come together, a white spot comes with nobody', () => {
  const groups = groupByBranch([grid(1, 9, 120), grid(2, null, 121), grid(3, 8, 122), grid(4, 9, 123)])
  expect(groups.map(({ id, name, grids }) => [id, name, grids.map((g) => g.id)])).toEqual([
    [8, '第8支部', [3]],
    [9, '第9支部', [1, 4]],
  ])
})

test('the name stands inside a grid of the branch, in the one nearest to the middle', () => {
  const [group] = groupByBranch([grid(1, 9, 120), grid(2, 9, 120.4), grid(3, 9, 121)])
  expect(group!.at).toEqual([120.4, 30])
})

test('grids of one branch take one colour, a grid alone keeps its own', () => {
  const groups = groupByBranch([
    grid(1, 9, 120, 2),
    grid(2, 9, 120.4, 5),
    grid(3, 9, 121, 3),
    grid(4, 8, 122, 1),
  ])
  const joined = groups.filter(({ grids }) => grids.length > 1)
  expect(branchColour(joined)).toEqual(['match', ['get', 'branch'], 9, 5, ['get', 'colour']])
  expect(branchColour([])).toEqual(['get', 'colour'])
})
