import type { Wire } from '@/api/client'
import { everything } from './pages'

/** A building with the grid it lies in. */
export type Building = Wire['Building']

/** All buildings of a grid, those that people live in first. Throws ApiError. */
export async function buildingsOf(grid: number): Promise<Building[]> {
  const all = await everything<Building>('/api/buildings', { grid: String(grid) })
  return all.sort((a, b) => Number(b.households > 0) - Number(a.households > 0))
}
