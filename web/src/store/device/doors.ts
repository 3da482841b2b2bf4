import { computed } from 'vue'
import type { VisitDraft } from '../visitWork'
import { unsent } from './outbox'
import { packs, type Pack, type PackDoor } from './packs'

/** Visits that are on this device only, by household: the day of the latest. */
const visitedHere = computed(() => {
  const days = new Map<number, string>()
  for (const { kind, body } of unsent.value) {
    const { household, occurredAt } = (body ?? {}) as Partial<VisitDraft>
    if (kind !== 'create-visit' || !household || !occurredAt) continue
    const day = shanghaiDay(occurredAt)
    if (day > (days.get(household) ?? '')) days.set(household, day)
  }
  return days
})

const shanghaiDay = (at: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date(at))

/** The doors of a kept grid, with the visits that are not sent yet. */
export function doorsOf({ doors }: Pick<Pack, 'doors'>): PackDoor[] {
  return doors.map((door) => {
    const here = visitedHere.value.get(door.id)
    return here && here > door.lastVisit ? { ...door, lastVisit: here } : door
  })
}

/** The kept grid that holds a building. */
export const packOfBuilding = (building: number): Pack | undefined =>
  [...packs.value.values()].find(({ pack }) => pack.buildings.some(({ id }) => id === building))?.pack
