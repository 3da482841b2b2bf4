import { computed, shallowRef } from 'vue'
import { doorsOf } from '@/store/device/doors'
import { packs, type Pack, type PackDoor } from '@/store/device/packs'
import { walkOrder, wayLength } from '@/store/device/walkOrder'
import { dueOf } from '@/store/doors'
import { serverNow } from '@/store/live'
import { day } from '@/ui/text'

const STEP = 30 // doors shown at once

/** A building on the walk with its doors that are due. */
export interface DueBuilding {
  id: number
  name: string
  location: number[]
  doors: PackDoor[]
}

const pressing = new Set(['overdue', 'never'])

/** The due doors of a kept grid, building by building in walking order. */
export function dueBuildings(pack: Pack, today: string): DueBuilding[] {
  const due = new Map<number, PackDoor[]>()
  for (const door of doorsOf(pack))
    if (pressing.has(dueOf(door, today))) due.set(door.building, [...(due.get(door.building) ?? []), door])
  return pack.buildings
    .filter(({ id }) => due.has(id))
    .map(({ id, name, number, address, location }) => ({
      id,
      name: name || number || address,
      location,
      doors: due.get(id)!,
    }))
}

/** The list for one grid: as much of it as is asked for, and how much is left. */
export function useDueList(grid: () => number | null) {
  const shown = shallowRef(STEP)
  const today = computed(() => day(new Date(serverNow.value)))
  const pack = computed(() => (grid() === null ? undefined : packs.value.get(grid()!)?.pack))
  const all = computed(() => (pack.value ? dueBuildings(pack.value, today.value) : []))
  // The way is laid through the houses of the grid, not only those still due: it does not jump about while one walks.
  const way = computed(() => walkOrder(pack.value?.buildings.filter((b) => b.households > 0) ?? []))
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
  return { pack, today, list, left, more, showMore, metres }
}
