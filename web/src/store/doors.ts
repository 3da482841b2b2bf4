import { api, ok, type Wire } from '@/api/client'

/** A household as the door picker shows it: nothing of the people behind it. */
export type Door = Wire['Door']

/** How a door stands against the rhythm in which it is to be visited. */
export type Due = 'visited' | 'soon' | 'overdue' | 'never' | 'vacant'

/** All words for it, the most pressing first. */
export const DUES: readonly Due[] = ['overdue', 'never', 'soon', 'visited', 'vacant']

const NEAR = 0.8 // share of the rhythm after which a visit is soon due

/** How a door stands on a day `today` (2026-11-22). A visit counts for the door's whole rhythm, in days. */
export function dueOf(
  { use, lastVisit, dueDays }: Pick<Door, 'use' | 'lastVisit' | 'dueDays'>,
  today: string,
): Due {
  if (use === 'vacant') return 'vacant'
  if (!lastVisit) return 'never'
  const days = (Date.parse(today) - Date.parse(lastVisit)) / 86_400_000
  if (days > dueDays) return 'overdue'
  return days >= dueDays * NEAR ? 'soon' : 'visited'
}

/** How many doors stand how. */
export function countDues(doors: readonly Door[], today: string): Record<Due, number> {
  const counts = { visited: 0, soon: 0, overdue: 0, never: 0, vacant: 0 }
  for (const door of doors) counts[dueOf(door, today)]++
  return counts
}

/** One floor of one unit, its doors by room. */
export interface Floor {
  floor: number
  doors: Door[]
}

/** Units of a building in order, each with its floors from the top down: as the house stands. */
export function stacked(doors: readonly Door[]): { unit: number; floors: Floor[] }[] {
  const units = new Map<number, Map<number, Door[]>>()
  for (const door of doors) {
    const floors = units.get(door.unit) ?? new Map<number, Door[]>()
    floors.set(door.floor, [...(floors.get(door.floor) ?? []), door])
    units.set(door.unit, floors)
  }
  const byRoom = new Intl.Collator('zh-CN', { numeric: true })
  return [...units.entries()]
    .sort(([a], [b]) => a - b)
    .map(([unit, floors]) => ({
      unit,
      floors: [...floors.entries()]
        .sort(([a], [b]) => b - a)
        .map(([floor, all]) => ({ floor, doors: all.sort((a, b) => byRoom.compare(a.room, b.room)) })),
    }))
}

/** The doors of a building. Throws ApiError. */
export function fetchDoors(building: number): Promise<Door[]> {
  return ok(api.GET('/api/buildings/{id}/doors', { params: { path: { id: building } } }))
}
