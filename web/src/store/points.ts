import type { Wire } from '@/api/client'
import { everything } from './pages'
import { register } from './register'

/** A service point (服务点): a room people can go to. */
export type Point = Wire['Point']

/** All service points of the territory. */
export const points = register<Point>(() => everything('/api/points'))
