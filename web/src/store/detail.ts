import { onScopeDispose, watch } from 'vue'
import { get, type Wire } from '@/api/client'
import { onLive } from './live'
import { published } from './publications'
import { useRemote, type Remote } from './remote'

/** What the server tells of one thing, by noun. */
export interface Details {
  area: Wire['Area']
  grid: Wire['GridCard']
  micro: Wire['MicroGrid']
  branch: Wire['BranchCard']
  building: Wire['Building']
  household: Wire['Household']
  hub: Wire['HubCard']
  point: Wire['PointCard']
  team: Wire['TeamCard']
  institution: Wire['Institution']
  lane: Wire['Lane']
  member: Wire['Member']
  visit: Wire['Visit']
  incident: Wire['Incident']
}

/** A noun of which one thing can be read. */
export type DetailNoun = keyof Details

const paths: Record<DetailNoun, string> = {
  area: 'areas',
  grid: 'grids',
  micro: 'micro-grids',
  branch: 'branches',
  building: 'buildings',
  household: 'households',
  hub: 'hubs',
  point: 'points',
  team: 'teams',
  institution: 'institutions',
  lane: 'lanes',
  member: 'members',
  visit: 'visits',
  incident: 'incidents',
}

/** One thing as the server knows it now. Throws ApiError. */
export function fetchDetail<N extends DetailNoun>(noun: N, id: number | string): Promise<Details[N]> {
  return get<Details[N]>(`/api/${paths[noun]}/${encodeURIComponent(id)}`)
}

const REST = 400 // milliseconds after a change, for others that come with it

/** One thing for a card, none for null: read at once, and again soon after the stream tells of a change of it. */
export function useDetail<N extends DetailNoun>(
  noun: N,
  id: () => number | string | null,
): Remote<Details[N]> {
  const remote = useRemote(id, (now) => fetchDetail(noun, now))
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = onLive((event) => {
    const own = event.topic === noun && String(event.id) === String(id())
    const counted = noun === 'grid' && 'body' in event && bodyGrid(event.body) === Number(id())
    if (!own && !counted) return
    clearTimeout(timer)
    timer = setTimeout(() => void remote.load(), REST)
  })
  watch(published, () => void remote.load())
  onScopeDispose(() => {
    clearTimeout(timer)
    stop()
  })
  return remote
}

const bodyGrid = (body: unknown) => (body as { grid?: number } | null)?.grid
