import type { Wire } from '@/api/client'
import { collection } from './collection'
import { lastSnapshot } from './snapshot'

/** A visit (走访) as map and wall see it: no door, no note, nobody's name. */
export type VisitMark = Wire['VisitMark']

/** Visits of today, kept up by the live stream. */
export const visits = collection<VisitMark>(async () => (await lastSnapshot()).visits)
