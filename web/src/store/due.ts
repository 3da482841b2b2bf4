import { computed } from 'vue'
import type { Wire } from '@/api/client'
import { serverNow } from './live'

/** How a door stands against what it is due: said in one word, shown in one colour. */
export type Due = 'visited' | 'soon' | 'overdue' | 'never' | 'vacant'

/** All words for it, the most pressing first. */
export const DUES: readonly Due[] = ['overdue', 'never', 'soon', 'visited', 'vacant']

/** Days ahead that count as this week. */
export const WEEK = 7

/** What of a door its due is told from. */
export type DueDoor = Pick<Wire['Door'], 'use' | 'lastVisit' | 'dueDays' | 'followUp' | 'campaigns'>

/**
 * Why a door is due: a wish or need to be answered, a promised visit, a campaign that has not come to it, never
 * a visit, or its rhythm. `late` is how many days ago it fell due, negative for
 * days to come.
 */
export type WhyDue =
  | { why: 'followUp'; late: number }
  | { why: 'campaign'; id: number }
  | { why: 'never' }
  | { why: 'tell' }
  | { why: 'rhythm'; late: number; every: number }

const DAY = 86_400_000
const shanghai = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' })

/** The day of the street a moment lies in, as 2026-11-22. */
export const dayOf = (at: string | number): string => shanghai.format(new Date(at))

/** Today by the server's clock; changes at midnight. */
export const today = computed(() => dayOf(serverNow.value))

const daysSince = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / DAY)

/** Why a door is due on a day or in the week that follows, the most binding first; empty when it is not. */
export function whyDue(door: DueDoor, day: string): WhyDue[] {
  const { use, lastVisit, dueDays, followUp, campaigns } = door
  if (use === 'vacant') return []
  const all: WhyDue[] = []
  const promised = followUp ? daysSince(followUp, day) : -Infinity
  if (promised >= -WEEK) all.push({ why: 'followUp', late: promised })
  for (const id of campaigns) all.push({ why: 'campaign', id })
  if (!lastVisit) all.push({ why: 'never' })
  else {
    // The last day of the rhythm still counts as in time.
    const late = daysSince(lastVisit, day) - dueDays
    if (late >= -WEEK) all.push({ why: 'rhythm', late, every: dueDays })
  }
  return all
}

/** Whether it is to be done now, not only some day of this week. */
export const isPressing = (one: WhyDue): boolean =>
  !('late' in one) || (one.why === 'followUp' ? one.late >= 0 : one.late > 0)

/** Whether its day has passed. */
export const isLate = (one: WhyDue): boolean => 'late' in one && one.late > 0

/** How a door stands on a day `day` (2026-11-22). */
export function dueOf(door: DueDoor, day: string): Due {
  if (door.use === 'vacant') return 'vacant'
  const why = whyDue(door, day)
  if (why.some(isLate)) return 'overdue'
  if (why.some(({ why }) => why === 'never')) return 'never'
  return why.length ? 'soon' : 'visited'
}

/** How many doors stand how. */
export function countDues(doors: readonly DueDoor[], day: string): Record<Due, number> {
  const counts = { visited: 0, soon: 0, overdue: 0, never: 0, vacant: 0 }
  for (const door of doors) counts[dueOf(door, day)]++
  return counts
}

/** How a house stands: as the most pressing of its doors; null without a door that is to be visited. */
export function worstDue(counts: Record<Due, number>): Exclude<Due, 'vacant'> | null {
  for (const due of ['overdue', 'never', 'soon', 'visited'] as const) if (counts[due]) return due
  return null
}
