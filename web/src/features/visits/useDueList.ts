import { computed, shallowRef } from 'vue'
import { householdsToTell } from '@/store/device/asksHere'
import { doorsOf } from '@/store/device/doors'
import { packs, type Pack, type PackDoor } from '@/store/device/packs'
import { walkOrder, wayLength } from '@/store/device/walkOrder'
import { isLate, isPressing, today, whyDue, type WhyDue } from '@/store/due'

const STEP = 30 // doors shown at once

/** What of the list is shown: everything to be done now, one kind of it, or what falls due this week. */
export const DUE_FILTERS = ['now', 'overdue', 'followUp', 'campaign', 'never', 'tell', 'week'] as const

/** One of them. */
export type DueFilter = (typeof DUE_FILTERS)[number]

/** A door with why it is due. */
export interface DueDoor extends PackDoor {
  why: WhyDue[]
}

/** A building on the walk with its doors that are due. */
export interface DueBuilding {
  id: number
  name: string
  location: number[]
  doors: DueDoor[]
}

const filters: Record<DueFilter, (door: DueDoor) => boolean> = {
  now: ({ why }) => why.some(isPressing),
  overdue: ({ why }) => why.some(isLate),
  followUp: ({ why }) => why.some((one) => one.why === 'followUp'),
  campaign: ({ why }) => why.some((one) => one.why === 'campaign'),
  never: ({ why }) => why.some((one) => one.why === 'never'),
  tell: ({ why }) => why.some((one) => one.why === 'tell'),
  week: ({ why }) => why.length > 0 && !why.some(isPressing),
}

/** Every door of a kept grid that is due on a day or in its week. */
export function dueDoors(pack: Pack, day: string): DueDoor[] {
  const waiting = householdsToTell(pack)
  return doorsOf(pack).flatMap((door) => {
    const why = whyDue(door, day)
    if (waiting.has(door.id)) why.unshift({ why: 'tell' })
    return why.length ? [{ ...door, why }] : []
  })
}

/** Doors by building. */
export function byBuilding(pack: Pack, doors: readonly DueDoor[]): DueBuilding[] {
  const of = new Map<number, DueDoor[]>()
  for (const door of doors) of.set(door.building, [...(of.get(door.building) ?? []), door])
  return pack.buildings.flatMap(({ id, name, number, address, location }) => {
    const own = of.get(id)
    return own ? [{ id, name: name || number || address, location, doors: own }] : []
  })
}

/** The list for one grid: as much of it as is asked for, how much is left, and how many there are of each kind. */
export function useDueList(grid: () => number | null) {
  const shown = shallowRef(STEP)
  const filter = shallowRef<DueFilter>('now')
  const from = shallowRef<number[]>()
  const pack = computed(() => (grid() === null ? undefined : packs.value.get(grid()!)?.pack))
  const due = computed(() => (pack.value ? dueDoors(pack.value, today.value) : []))
  const counts = computed(
    () => new Map(DUE_FILTERS.map((one) => [one, due.value.filter(filters[one]).length])),
  )
  const all = computed(() =>
    pack.value ? byBuilding(pack.value, due.value.filter(filters[filter.value])) : [],
  )
  // The way is laid through the houses of the grid, not only those still due: it does not jump about while one walks.
  const way = computed(() =>
    walkOrder(pack.value?.buildings.filter((b) => b.households > 0) ?? [], from.value),
  )
  const place = computed(() => new Map(way.value.map(({ id }, i) => [id, i])))
  const ordered = computed(() =>
    [...all.value].sort((a, b) => (place.value.get(a.id) ?? 0) - (place.value.get(b.id) ?? 0)),
  )
  const left = computed(() => all.value.reduce((sum, { doors }) => sum + doors.length, 0))
  const list = computed(() => {
    let room = shown.value
    return ordered.value.flatMap((building) => {
      const doors = building.doors.slice(0, Math.max(0, room))
      room -= doors.length
      return doors.length ? [{ ...building, doors }] : []
    })
  })
  const metres = computed(() => Math.round(wayLength(ordered.value) / 10) * 10)
  const more = computed(() => Math.min(STEP, left.value - shown.value))
  const showMore = () => (shown.value += STEP)
  return { pack, filter, counts, from, list, left, more, showMore, metres }
}
