import type { Wire } from '@/api/client'
import { everything } from './pages'
import { register } from './register'

/** A grid (网格) with its counts of today. */
export type Grid = Wire['Grid']

/** All grids of the territory. */
export const grids = register<Grid>(() => everything('/api/grids'))
