import type { Wire } from '@/api/client'
import { collection } from './collection'
import { lastSnapshot } from './snapshot'

/** A team (队伍) with its state and the place it reports from. */
export type Team = Wire['Team']

/** All teams of the territory, kept up by the live stream. */
export const teams = collection<Team>(async () => (await lastSnapshot()).teams)
