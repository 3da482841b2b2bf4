import type { Wire } from '@/api/client'
import { everything } from './pages'
import { register } from './register'

/** A firm, social organisation or unit (单位), and how the Party works there. */
export type Institution = Wire['Institution']

/** All institutions of the territory. */
export const institutions = register<Institution>(() => everything('/api/institutions'))
