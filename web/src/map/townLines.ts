import type { Position } from 'geojson'

/** What of a grid says where communities meet; `shape` is a MultiPolygon of the wire. */
export interface TownPart {
  community: number
  shape: unknown
}

/**
 * The borders of communities as their grids draw them: edges with one community on one
 * side only. Grids that touch share every vertex, so no geometry is computed.
 */
export function townLines(grids: readonly TownPart[]): Position[][] {
  const sides = new Map<string, { edge: [Position, Position]; towns: Set<number>; times: number }>()
  for (const { community, shape } of grids)
    for (const ring of ((shape ?? []) as Position[][][]).flat())
      for (let i = 0; i + 1 < ring.length; i++) {
        const edge: [Position, Position] = [ring[i]!, ring[i + 1]!]
        const key = edge.map(String).sort().join(' ')
        const known = sides.get(key)
        if (known) {
          known.towns.add(community)
          known.times++
        } else sides.set(key, { edge, towns: new Set([community]), times: 1 })
      }
  return [...sides.values()]
    .filter(({ towns, times }) => times === 1 || towns.size > 1)
    .map(({ edge }) => edge)
}
