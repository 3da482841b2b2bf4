import type { ExpressionSpecification } from 'maplibre-gl'

/** What of a grid the map of branches needs. */
export interface GridOfBranch {
  id: number
  branch: number | null
  branchName: string
  colour: number
  label: number[]
}

/** The grids of one branch, and where its name stands: in the grid nearest to their middle. */
export interface BranchGroup {
  id: number
  name: string
  grids: readonly GridOfBranch[]
  at: number[]
  colour: number
}

/** Gathers grids by branch, in the order of the branches' numbers; white spots belong to none. */
export function groupByBranch(grids: readonly GridOfBranch[]): BranchGroup[] {
  const by = new Map<number, GridOfBranch[]>()
  for (const grid of grids) {
    if (grid.branch === null) continue
    const known = by.get(grid.branch)
    if (known) known.push(grid)
    else by.set(grid.branch, [grid])
  }
  return [...by]
    .sort(([a], [b]) => a - b)
    .map(([id, own]) => {
      const middle = nearestToMiddle(own)
      return { id, name: own[0]!.branchName, grids: own, at: middle.label, colour: middle.colour }
    })
}

function nearestToMiddle(grids: readonly GridOfBranch[]): GridOfBranch {
  const mean = (i: number) => grids.reduce((sum, { label }) => sum + label[i]!, 0) / grids.length
  const [lng, lat] = [mean(0), mean(1)]
  const far = ({ label: [x, y] }: GridOfBranch) => (x! - lng) ** 2 + (y! - lat) ** 2
  return grids.reduce((best, grid) => (far(grid) < far(best) ? grid : best))
}

/**
 * The colour number of a grid by its branch: a grid alone keeps its own, which
 * no neighbour has; those of one branch all take that of the grid in the middle.
 */
export function branchColour(joined: readonly BranchGroup[]): ExpressionSpecification {
  const own: ExpressionSpecification = ['get', 'colour']
  if (joined.length === 0) return own
  const cases = joined.flatMap(({ id, colour }) => [id, colour])
  return ['match', ['get', 'branch'], ...cases, own] as unknown as ExpressionSpecification
}
