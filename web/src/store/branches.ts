import type { Wire } from '@/api/client'
import { everything } from './pages'
import { register } from './register'

/** A Party organisation (党组织), tied to grids N:M. */
export type Branch = Wire['Branch']

/** All Party organisations of the territory. */
export const branches = register<Branch>(() => everything('/api/branches'))
