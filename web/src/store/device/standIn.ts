import type { StandIn, Wire } from '@/api/client'
import { base } from './base'
import type { Ask } from '../asks'
import { asksHere } from './asksHere'
import { walksOf } from './bordersHere'
import { doorsOf } from './doors'
import { packs, packsKnown, type Pack } from './packs'
import { mattersHere, visitHere, visitsOfDoor } from './visitsHere'
import { isAway } from './reach'

/*
 * What the device answers when the server does not: the same paths, the same
 * shapes, out of the kept grids. Pages do not know who answered.
 */

/** Answers that are kept as they came: without them the program does not start. */
const START = new Set(['/api/config', '/api/me', '/api/incident-classes'])
/** Asked of the server first even when it seems away: by these it is noticed when it is back. */
const ALWAYS = new Set(['/api/config', '/api/me', '/api/snapshot'])

const path = ({ url }: Request) => new URL(url).pathname

/** The stand-in of a device that keeps grids. */
export const deviceStandIn: StandIn = {
  away: (request) => isAway() && !ALWAYS.has(path(request)),

  async answer(request) {
    const url = new URL(request.url)
    if (START.has(url.pathname)) {
      const kept = await (await base()).get('answers', url.pathname)
      return kept && Response.json(kept.body)
    }
    if (!packsKnown.value || !url.pathname.startsWith('/api/')) return undefined
    const kept = [...packs.value.values()].map(({ pack }) => pack)
    if (kept.length === 0) return undefined
    const [noun, id, part] = url.pathname.split('/').slice(2)
    const body = id === undefined ? many(kept, noun!, url.searchParams) : one(kept, noun!, id, part)
    return body === undefined ? undefined : Response.json(body)
  },

  async keep(request, response) {
    if (START.has(path(request)))
      await (await base()).put('answers', { path: path(request), body: (await response.json()) as unknown })
  },
}

const unique = <T extends { id: number | string }>(items: T[]): T[] => [
  ...new Map(items.map((item) => [item.id, item])).values(),
]

/** A list, as one page; undefined for what is not kept. */
function many(kept: Pack[], noun: string, query: URLSearchParams): unknown {
  const page = (items: unknown[]) => ({ items })
  const grid = Number(query.get('grid') ?? 0)
  const within = grid ? kept.filter((pack) => pack.grid.id === grid) : kept
  switch (noun) {
    case 'areas':
      return page(unique(within.flatMap((pack) => pack.areas)))
    case 'grids':
      return page(within.map((pack) => pack.grid))
    case 'buildings':
      return page(within.flatMap((pack) => pack.buildings))
    case 'branches':
      return page(unique(within.flatMap((pack) => pack.branches)))
    case 'hubs':
      return page(within.flatMap((pack) => pack.hubs))
    case 'points':
      return page(within.flatMap((pack) => pack.points))
    case 'teams':
      return page(unique(within.flatMap((pack) => pack.teams)))
    case 'shifts':
      return shiftsHere(within, query)
    case 'visits':
      return query.get('matter')
        ? page(within.flatMap(mattersHere).filter(({ matter }) => matter === query.get('matter')))
        : undefined
    case 'asks':
      return page(within.flatMap(asksHere).filter(fitsAsk(query)))
    case 'items':
      return kept[0]?.items ?? []
    case 'border-walks':
      return walksOf(within)
    case 'hub-links':
      return within.flatMap((pack) => pack.hubLinks)
    case 'snapshot':
      return snapshot(kept)
    case 'search':
      return found(kept, query.get('q') ?? '')
  }
  return undefined
}

/** Shifts that touch the asked days; a pack of before they were kept has none. */
const shiftsHere = (within: Pack[], query: URLSearchParams) =>
  unique(within.flatMap((pack) => pack.shifts ?? []))
    .filter(
      ({ startsAt, endsAt }) =>
        Date.parse(startsAt) < Date.parse(query.get('to') ?? '') &&
        Date.parse(endsAt) > Date.parse(query.get('from') ?? ''),
    )
    .sort((a, b) => Date.parse(a.startsAt) - Date.parse(b.startsAt))

/** The narrowing of a list of wishes and needs. */
const fitsAsk =
  (query: URLSearchParams) =>
  ({ state, visit, household }: Ask): boolean =>
    [
      ['state', state],
      ['visit', visit],
      ['household', String(household)],
    ].every(([name, value]) => !query.get(name!) || query.get(name!) === value)

/** One thing; undefined for what is not kept. */
function one(kept: Pack[], noun: string, id: string, part?: string): unknown {
  const by = <T extends { id: number | string }>(items: (pack: Pack) => T[]) =>
    kept.flatMap(items).find((item) => String(item.id) === id)
  switch (part ? `${noun}/${part}` : noun) {
    case 'areas':
      return by((pack) => pack.areas)
    case 'grids':
      return by((pack) => [pack.grid])
    case 'buildings':
      return by((pack) => pack.buildings)
    case 'buildings/doors': {
      const pack = kept.find(({ buildings }) => buildings.some((b) => String(b.id) === id))
      return pack && doorsOf(pack).filter((door) => String(door.building) === id)
    }
    case 'households':
      return household(kept, Number(id))
    case 'households/visits': {
      const all = kept.map((pack) => visitsOfDoor(pack, Number(id))).find((one) => one)
      return all && { items: all }
    }
    case 'visits':
      return kept.map((pack) => visitHere(pack, id)).find((one) => one)
    case 'points':
      return by((pack) => pack.points.map((point) => ({ lacks: [], ...point })))
    case 'hubs':
      return by((pack) =>
        pack.hubs.map((hub) => ({
          ...hub,
          member: '',
          links: pack.hubLinks.filter((link) => link.hub === hub.id),
        })),
      )
    case 'branches':
      return by((pack) =>
        pack.branches.map((branch) => ({
          ...branch,
          above: [],
          below: [],
          hubs: [],
          ages: [],
          advice: '',
          secretary: '',
          gridNames: [{ id: pack.grid.id, name: pack.grid.name, kind: '' }],
        })),
      )
    case 'teams':
      return by((pack) => pack.teams.map((team) => ({ ...team, gridNames: [] })))
    case 'incidents':
      return by((pack) => pack.incidents)
  }
  return undefined
}

function household(kept: Pack[], id: number): Wire['Household'] | undefined {
  for (const pack of kept) {
    const door = pack.doors.find((one) => one.id === id)
    const building = door && pack.buildings.find((one) => one.id === door.building)
    if (!door || !building) continue
    const { code, unit, floor, room, use, persons } = door
    const { location, name, number, gridName } = building
    const buildingName = name || (number && `${number}号楼`)
    return {
      id,
      code,
      unit,
      floor,
      room,
      use,
      persons,
      building: building.id,
      buildingName,
      location,
      grid: pack.grid.id,
      gridName,
      // What is kept is for reading: 0 fits no version, so nothing is changed from it.
      version: 0,
      updatedAt: pack.at,
    }
  }
  return undefined
}

/** The live state as it was kept. It belongs to no place of the stream, so the stream begins anew. */
function snapshot(kept: Pack[]): Wire['Snapshot'] {
  return {
    epoch: '',
    seq: 0,
    serverTime: kept[0]!.at,
    visits: kept.flatMap((pack) => pack.visits),
    incidents: kept.flatMap((pack) => pack.incidents),
    teams: unique(kept.flatMap((pack) => pack.teams)),
  }
}

const MOST = 20

/** Buildings, hubs and points whose name holds the words. */
function found(kept: Pack[], words: string): Wire['Found'][] {
  const needle = words.trim().toLowerCase()
  const fits = (...texts: string[]) => texts.some((text) => text.toLowerCase().includes(needle))
  const box = ([lng, lat]: number[]) => [lng! - 0.0005, lat! - 0.0005, lng! + 0.0005, lat! + 0.0005]
  const hits: Wire['Found'][] = []
  for (const pack of kept) {
    for (const { id, name, number, address, location } of pack.buildings)
      if (fits(name, `${number}号楼`, address))
        hits.push({
          noun: 'building',
          id: `${id}`,
          name: name || `${number}号楼`,
          detail: address,
          bounds: box(location),
        })
    for (const { id, name, location } of pack.hubs)
      if (fits(name))
        hits.push({ noun: 'hub', id: `${id}`, name, detail: pack.grid.name, bounds: box(location) })
    for (const { id, name, location } of pack.points)
      if (fits(name))
        hits.push({ noun: 'point', id: `${id}`, name, detail: pack.grid.name, bounds: box(location) })
  }
  return hits.slice(0, MOST)
}
