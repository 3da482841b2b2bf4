import type { Wire } from '@/api/client'
import { everything } from './pages'
import { register } from './register'

/** A member's household that serves the doors around it (党员中心户). */
export type Hub = Wire['Hub']

/** All hubs of the territory. Forbidden to a wall: a hub is somebody's home. */
export const hubs = register<Hub>(() => everything('/api/hubs'))
