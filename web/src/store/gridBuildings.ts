import type { Wire } from '@/api/client'
import { everything } from './pages'

/** A building with the grid it lies in. */
export type Building = Wire['Building']

/** All buildings of a grid. Throws ApiError. */
export const buildingsOf = (grid: number): Promise<Building[]> =>
  everything<Building>('/api/buildings', { grid: String(grid) })
