import { get, type Wire } from '@/api/client'

/** A part of a grid that one steward looks after (微网格). */
export type MicroGrid = Wire['MicroGrid']

/** The micro-grids of a grid, by number; a grid has a handful. Throws ApiError. */
export async function fetchMicroGrids(grid: number): Promise<readonly MicroGrid[]> {
  const page = await get<{ items: MicroGrid[] | null }>(`/api/micro-grids?grid=${grid}&limit=200`)
  return page.items ?? []
}
