import { computed, onBeforeUnmount, shallowRef, watch } from 'vue'
import { grids } from '@/store/grids'
import { followHelp, openCalls } from '@/store/help'
import { incidents, isOpen, type IncidentMark } from '@/store/incidents'
import { serverNow } from '@/store/live'
import { frame, home, lookAt } from '@/store/selection'
import { t } from '@/ui/text'

/** Something nobody in the room may miss. It goes by itself after its time. */
export interface Alert {
  id: string
  kind: 'incident' | 'help'
  title: string
  /** The grid; never a door or a name. */
  place: string
  at: string
  location: readonly [number, number]
}

/** How long an alert stays before it counts as seen, in milliseconds. */
export const ALERT_STAYS = 30_000
/** An urgent incident that is older than this when the wall first hears of it is no news. */
const NEWS = 5 * 60_000
const CLOSE = 16.5 // zoom: the building and the lanes around it

/** Incidents that were seen here, newest last: a reload does not show them again. */
const SEEN = 'wangge.wall.seen'
const SEEN_MOST = 50
function seen(): string[] {
  try {
    const ids: unknown = JSON.parse(localStorage.getItem(SEEN) ?? '[]')
    return Array.isArray(ids) ? ids.map(String) : []
  } catch {
    return []
  }
}

const queue = shallowRef<readonly Alert[]>([])

/** The alert on show; null when all is calm. */
export const alert = computed<Alert | null>(() => queue.value[0] ?? null)

/** Puts an alert on the wall, each id once: a call for help before everything else, all else behind those that wait. */
export function raise(one: Alert): void {
  if (queue.value.some(({ id }) => id === one.id)) return
  if (one.kind === 'incident' && seen().includes(one.id)) return
  const calls = queue.value.filter(({ kind }) => kind === 'help')
  const rest = queue.value.filter(({ kind }) => kind !== 'help')
  queue.value = one.kind === 'help' ? [...calls, one, ...rest] : [...calls, ...rest, one]
}

/** Takes calls for help off the wall that somebody has answered. */
export function keepCalls(open: readonly { id: string }[]): void {
  const left = queue.value.filter(({ id, kind }) => kind !== 'help' || open.some((call) => call.id === id))
  if (left.length < queue.value.length) queue.value = left
}

/** Takes the alert on show away: it has been seen. A call for help stays until it is answered by name. */
export function acknowledge(): void {
  if (!alert.value || alert.value.kind === 'help') return
  localStorage.setItem(SEEN, JSON.stringify([...seen(), alert.value.id].slice(-SEEN_MOST)))
  queue.value = queue.value.slice(1)
}

/**
 * Which incidents are to be alerted: urgent, open, new to the wall and not old.
 * `known` takes them up and forgets those that are over, so that it stays small.
 */
export function fresh(list: readonly IncidentMark[], known: Set<string>, now: number): IncidentMark[] {
  const urgent = list.filter((one) => one.urgency === 'urgent' && isOpen(one))
  const ids = new Set(urgent.map(({ id }) => id))
  for (const id of known) if (!ids.has(id)) known.delete(id)
  const news = urgent.filter(({ id }) => !known.has(id))
  for (const { id } of news) known.add(id)
  return news.filter(({ receivedAt }) => now - Date.parse(receivedAt) < NEWS)
}

/** Watches for urgent incidents, however they come in: live, or by the snapshot after a break. */
export function useAlerts() {
  const known = new Set<string>()
  const ready = computed(() => (incidents.state.value === 'ready' ? incidents.list.value : null))
  watch(
    ready,
    (list) => {
      for (const one of fresh(list ?? [], known, serverNow.value))
        raise({
          id: one.id,
          kind: 'incident',
          title: one.className,
          place: grids.byId.value.get(one.grid)?.name ?? '',
          at: one.receivedAt,
          location: one.location as unknown as readonly [number, number],
        })
    },
    { immediate: true },
  )

  onBeforeUnmount(followHelp())
  watch(
    openCalls,
    (calls) => {
      keepCalls(calls)
      for (const { id, teamName, gridName, receivedAt, location } of calls)
        raise({
          id,
          kind: 'help',
          title: teamName || t('help.title'),
          place: gridName,
          at: receivedAt,
          location: location as unknown as readonly [number, number],
        })
    },
    { immediate: true },
  )

  let timer: ReturnType<typeof setTimeout> | undefined
  watch(alert, (now, before) => {
    clearTimeout(timer)
    if (now) {
      lookAt({ lng: now.location[0], lat: now.location[1], zoom: CLOSE })
      if (now.kind === 'incident') timer = setTimeout(acknowledge, ALERT_STAYS)
    } else if (before && home.value) frame.value = home.value
  })
  onBeforeUnmount(() => clearTimeout(timer))
  return {
    alert,
    scene: computed(() => (alert.value?.kind === 'incident' ? 'incidents' : alert.value ? 'teams' : null)),
  }
}
