import { computed, shallowRef } from 'vue'
import { countDues, dayOf, isPressing, today, whyDue, worstDue, type Due } from '../due'
import type { VisitDraft } from '../visitWork'
import type { Row } from './base'
import { unsent } from './outbox'
import { packs, type Pack, type PackDoor } from './packs'

type Sent = Pick<VisitDraft, 'kind' | 'met' | 'followUp'> & { household: number; day: string }

/** What of a command is a visit of a door. */
function visitOf({ kind, body }: Pick<Row, 'kind' | 'body'>): Sent[] {
  const { household, occurredAt, ...visit } = (body ?? {}) as Partial<VisitDraft>
  if (kind !== 'create-visit' || !household || !occurredAt) return []
  const { kind: of, met, followUp } = visit
  return [{ household, day: dayOf(occurredAt), kind: of!, met: met!, ...(followUp && { followUp }) }]
}

/** Visits that the server has but the kept grid does not tell of yet. */
const arrived = shallowRef<readonly Sent[]>([])

/** Told of a command that the server has taken: until the grid is read anew its visit is known from here. */
export function visitArrived(row: Row): void {
  const visit = visitOf(row)
  if (visit.length) arrived.value = [...arrived.value, ...visit]
}

/** Visits of this device that the kept grids do not tell of, by household, in order. */
const visitsHere = computed(() => {
  const all = new Map<number, Sent[]>()
  for (const visit of [...arrived.value, ...unsent.value.flatMap(visitOf)])
    all.set(visit.household, [...(all.get(visit.household) ?? []), visit])
  return all
})

/** A door after a visit of this device. */
function visited(door: PackDoor, { day, kind, met, followUp }: Sent): PackDoor {
  if (day < door.lastVisit) return door
  const kept = !door.followUp || kind === 'return' || day >= door.followUp
  return {
    ...door,
    lastVisit: day,
    lastMet: met === 'met' ? day : door.lastMet,
    campaigns: [], // those that run ask for one visit
    followUp: followUp ?? (kept ? '' : door.followUp),
  }
}

/** The doors of a kept grid, with the visits that it does not tell of yet. */
export function doorsOf({ doors }: Pick<Pack, 'doors'>): PackDoor[] {
  return doors.map((door) => (visitsHere.value.get(door.id) ?? []).reduce(visited, door))
}

/** The kept grid that holds a building. */
export const packOfBuilding = (building: number): Pack | undefined =>
  [...packs.value.values()].find(({ pack }) => pack.buildings.some(({ id }) => id === building))?.pack

/** How a house of a kept grid stands. */
export interface BuildingDue {
  id: number
  location: number[]
  doors: readonly PackDoor[]
  due: Exclude<Due, 'vacant'>
  /** Doors to be visited now. */
  pressing: number
}

/** The houses of all kept grids in which somebody is to be visited, now or later. */
export const buildingDues = computed<BuildingDue[]>(() =>
  [...packs.value.values()].flatMap(({ pack }) => {
    const doors = new Map<number, PackDoor[]>()
    for (const door of doorsOf(pack)) doors.set(door.building, [...(doors.get(door.building) ?? []), door])
    return pack.buildings.flatMap(({ id, location }) => {
      const own = doors.get(id) ?? []
      const due = worstDue(countDues(own, today.value))
      const pressing = own.filter((door) => whyDue(door, today.value).some(isPressing)).length
      return due ? [{ id, location, doors: own, due, pressing }] : []
    })
  }),
)
