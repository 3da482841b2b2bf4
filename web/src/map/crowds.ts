/** Things of one grid seen as one, in their middle. */
export interface Crowd {
  grid: number
  count: number
  at: [number, number]
}

/** Gathers things by grid; those without a grid stand for nobody and are left out. */
export function crowds(things: readonly { grid: number | null; location: readonly number[] }[]): Crowd[] {
  const by = new Map<number, { count: number; lng: number; lat: number }>()
  for (const { grid, location } of things) {
    if (grid === null) continue
    const sum = by.get(grid) ?? { count: 0, lng: 0, lat: 0 }
    by.set(grid, { count: sum.count + 1, lng: sum.lng + location[0]!, lat: sum.lat + location[1]! })
  }
  return [...by].map(([grid, { count, lng, lat }]) => ({ grid, count, at: [lng / count, lat / count] }))
}
