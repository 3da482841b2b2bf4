import { onScopeDispose } from 'vue'
import { api, ok, type Wire } from '@/api/client'
import { onLive } from './live'
import type { Incident, Light } from './incidentWork'
import { useRemote, type Remote } from './remote'

/** How much waits at each board, by light. */
export type BoardCount = Wire['IncidentBoard']

/** The boards in the order of the way: 待受理 … 待回访. */
export const BOARDS = ['intake', 'verify', 'file', 'dispatch', 'handle', 'check', 'follow'] as const

/** One of the boards. */
export type Board = (typeof BOARDS)[number]

/** What a board shows. */
export interface BoardFilter {
  board: Board
  mine: boolean
  light: Light
  area: number | null
}

const MOST = 200
const REST = 500 // milliseconds after a change, for others that come with it
const MINUTE = 60_000 // lights change by themselves

/** A board: what is due first on top, and the counts of all boards; both follow the stream and the clock. */
export function useBoard(filter: () => BoardFilter): {
  list: Remote<Incident[]>
  counts: Remote<BoardCount[]>
} {
  const list = useRemote(filter, async ({ board, mine, light, area }) => {
    const query = {
      board,
      limit: MOST,
      ...(mine && { mine }),
      ...(light && { light }),
      ...(area && { area }),
    }
    return (await ok(api.GET('/api/incidents', { params: { query } }))).items
  })
  const counts = useRemote(
    () => 'all',
    () => ok(api.GET('/api/incident-boards')),
  )
  let timer: ReturnType<typeof setTimeout> | undefined
  const again = () => void Promise.all([list.load(), counts.load()])
  const stop = onLive(({ topic }) => {
    if (topic !== 'incident') return
    clearTimeout(timer)
    timer = setTimeout(again, REST)
  })
  const clock = setInterval(again, MINUTE)
  onScopeDispose(() => {
    clearTimeout(timer)
    clearInterval(clock)
    stop()
  })
  return { list, counts }
}
