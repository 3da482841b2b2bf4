import { shallowRef, watch } from 'vue'
import { live, type Cursor, type Live, type LiveEvent, type LiveGone, type LiveState } from '@/api/live'
import type { Change, Collection, Kept } from './collection'
import { incidents, type IncidentMark } from './incidents'
import { moved } from './movers'
import { sessionOver } from './session'
import { takeSnapshot } from './snapshot'
import { teams, type Team } from './teams'
import { visits, type VisitMark } from './visits'

export type { LiveState } from '@/api/live'

/** How sure the page is of what it shows. */
export const liveState = shallowRef<LiveState>('connecting')

/** Whole seconds since which something may have happened that is not shown. */
export const liveAge = shallowRef(0)

/** The server's clock in milliseconds, told anew each second. */
export const serverNow = shallowRef(Date.now())

/** Changes of a noun go to its collection. */
const topics: Record<string, Collection<VisitMark> | Collection<IncidentMark> | Collection<Team>> = {
  visit: visits,
  incident: incidents,
  team: teams,
}

type Listener = (event: LiveEvent | LiveGone) => void
const listeners = new Set<Listener>()

/** Calls back after each change that was new to this page. Returns the stop. */
export function onLive(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const heard = new Map<string, Set<Listener>>()

/** Hears a topic that has no collection, e.g. the remote control of a wall. Returns the stop. */
export function onTopic(topic: string, listener: Listener): () => void {
  const others = heard.get(topic) ?? new Set()
  heard.set(topic, others.add(listener))
  return () => others.delete(listener)
}

/** Takes one change of the stream; says whether it was new. Topics of nobody here are let pass. */
export function take(event: LiveEvent | LiveGone): boolean {
  if (event.topic === 'notice') {
    listeners.forEach((listener) => listener(event))
    return true
  }
  heard.get(event.topic)?.forEach((listener) => listener(event))
  const of = topics[event.topic] as Collection<Kept> | undefined
  if (!of) return false
  // The stream writes every id as text; registers know theirs as numbers.
  const id = event.topic === 'team' ? Number(event.id) : event.id
  const { version } = event
  const change: Change<Kept> =
    'body' in event && !(event.body as { ended?: boolean }).ended
      ? { id, version, item: event.body as Kept }
      : { id, version, gone: true }
  if (!of.apply(change)) return false
  listeners.forEach((listener) => listener(event))
  return true
}

let epoch = ''

/** Takes the whole state anew and says where the stream goes on from it. Throws ApiError. */
export async function resync(): Promise<Cursor> {
  const snapshot = await takeSnapshot()
  const all = [visits, incidents, teams]
  // Another history: its versions say nothing about ours.
  if (epoch && epoch !== snapshot.epoch) all.forEach((collection) => collection.clear())
  epoch = snapshot.epoch
  await Promise.all(all.map((collection) => collection.load()))
  return { since: snapshot.seq, epoch }
}

const FIRST_PAUSE = 1000
const LONGEST_PAUSE = 15_000

/** Keeps visits, incidents and teams as the server knows them until the returned stop is called. */
export function followLive(): () => void {
  let stream: Live | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let ended = false
  let begun = 0

  function look() {
    const age = stream?.age ?? performance.now() - begun
    liveAge.value = Math.floor(age / 1000)
    liveState.value = stream?.state ?? (age > 60_000 ? 'down' : age > 10_000 ? 'stale' : 'connecting')
    serverNow.value = stream?.serverNow ?? Date.now()
  }
  async function begin(pause = FIRST_PAUSE) {
    try {
      const cursor = await resync()
      if (ended || sessionOver.value) return
      stream = live({
        url: '/api/live',
        ...cursor,
        onEvent: take,
        onGone: take,
        onNow: moved,
        onResync: resync,
        onState: look,
        onOver: () => (sessionOver.value = true),
      })
    } catch {
      if (ended || sessionOver.value) return
      retry = setTimeout(() => void begin(Math.min(pause * 2, LONGEST_PAUSE)), pause)
    }
  }
  function end() {
    clearTimeout(retry)
    stream?.close()
    stream = undefined
  }
  function start() {
    begun = performance.now()
    void begin()
  }

  const stopWatching = watch(sessionOver, (over) => (over ? end() : start()))
  const clock = setInterval(look, 1000)
  start()
  return () => {
    ended = true
    stopWatching()
    clearInterval(clock)
    end()
  }
}
