import { api, ok, type Wire } from '@/api/client'

/** A household as the door picker shows it: nothing of the people behind it. */
export type Door = Wire['Door']

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
