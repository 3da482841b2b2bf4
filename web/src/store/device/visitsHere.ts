import { computed } from 'vue'
import type { Wire } from '@/api/client'
import type { Visit, VisitChange, VisitDraft } from '../visitWork'
import { unsent } from './outbox'
import { packs, type Pack } from './packs'

/*
 * Visits as this device knows them without a network: what the kept grid holds,
 * what was recorded here, and changes on their way.
 */

const none: Omit<Visit, 'id' | 'building' | 'grid' | 'occurredAt' | 'location' | 'incident'> = {
  version: 0,
  visitor: 0,
  household: null,
  place: '',
  kind: 'four_hundred',
  mode: 'home',
  met: 'met',
  mood: null,
  satisfied: null,
  note: '',
  outcome: 'none',
  class: null,
  result: '',
  doneAt: null,
  toldBack: false,
  toldAt: null,
  matter: '',
  followUp: '',
  startedAt: '',
  receivedAt: '',
  offline: true,
  accuracy: null,
  items: [],
}

/** Where a door of a kept grid is. */
export function doorIn(pack: Pack, household: number | null | undefined) {
  const door = pack.doors.find(({ id }) => id === household)
  const building = door && pack.buildings.find(({ id }) => id === door.building)
  if (!door || !building) return undefined
  const name = building.name || `${building.number}号楼`
  const { id: grid } = pack.grid
  const { location } = building
  return { grid, building: building.id, location, place: `${name} ${door.unit}单元${door.room}室` }
}

/** How far a matter is when the visit is recorded; the server's rule (ward.VisitDraft). */
const begun = ({ outcome, met }: Pick<VisitDraft, 'outcome' | 'met'>): Visit['matter'] => {
  if (!outcome || outcome === 'none') return ''
  if (outcome === 'solved') return met === 'met' ? 'told' : 'to_tell'
  return 'open'
}

/** A visit after a change that is on its way; the server's rule (ward.VisitChange). */
export function changed(visit: Visit, change: VisitChange): Visit {
  const next = { ...visit, ...change, version: visit.version + 1 } as Visit
  if (change.result) next.matter = 'to_tell'
  if (change.toldBack) next.matter = 'told'
  return next
}

/** Visits of a kept grid recorded here that no server has. */
function recordedHere(pack: Pack): Visit[] {
  return unsent.value.flatMap(({ kind, body }) => {
    const draft = body as VisitDraft
    const at = kind === 'create-visit' ? doorIn(pack, draft.household) : undefined
    if (!at) return []
    const { class: of = null, items: left = [], ...said } = draft
    const items = left.map((one) => ({
      name: '',
      unit: '',
      ...pack.items?.find(({ id }) => id === one.item),
      ...one,
    }))
    return [{ ...none, ...at, ...said, items, class: of, version: 1, matter: begun(draft) } as Visit]
  })
}

const withChanges = (visits: readonly Visit[]): Visit[] =>
  unsent.value
    .filter(({ kind }) => kind === 'change-visit')
    .reduce(
      (all, { entity, body }) =>
        all.map((visit) => (visit.id === entity ? changed(visit, body as VisitChange) : visit)),
      [...visits],
    )

/** What was raised in a kept grid and is not told yet, with what this device did about it. */
export const mattersHere = (pack: Pack): Visit[] =>
  withChanges([...recordedHere(pack), ...pack.matters]).filter(({ matter }) => matter !== '')

/** The visits of a door of a kept grid, newest first; undefined for a door of elsewhere. */
export function visitsOfDoor(pack: Pack, household: number): Visit[] | undefined {
  const at = doorIn(pack, household)
  if (!at) return undefined
  const full = new Map(mattersHere(pack).map((visit) => [visit.id, visit]))
  const kept = pack.history.filter((one) => one.household === household)
  const old = kept.map((one: Wire['PackVisit']) => full.get(one.id) ?? ({ ...none, ...at, ...one } as Visit))
  return [
    ...recordedHere(pack)
      .filter((one) => one.household === household)
      .reverse(),
    ...old,
  ]
}

/** One visit as far as a kept grid knows it. */
export const visitHere = (pack: Pack, id: string): Visit | undefined => {
  const matter = mattersHere(pack).find((one) => one.id === id)
  const household = pack.history.find((one) => one.id === id)?.household
  if (matter || household === undefined) return matter
  return visitsOfDoor(pack, household)?.find((one) => one.id === id)
}

/** How many residents of the kept grids wait to be told. */
export const toTell = computed(() =>
  [...packs.value.values()].reduce(
    (sum, { pack }) => sum + mattersHere(pack).filter(({ matter }) => matter === 'to_tell').length,
    0,
  ),
)
