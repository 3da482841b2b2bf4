/** Nouns that can be selected on a map or in a list; a deep link names them. */
export const NOUNS = [
  'area',
  'grid',
  'micro',
  'building',
  'household',
  'lane',
  'branch',
  'member',
  'hub',
  'institution',
  'point',
  'team',
  'visit',
  'incident',
  'wish',
  'cell',
] as const

/** One of the nouns. */
export type Noun = (typeof NOUNS)[number]

/** A thing that is selected or pointed at; one thing at a time. */
export interface Selected {
  noun: Noun
  id: number | string
}

/** Where a map looks at: degrees and MapLibre zoom. */
export interface View {
  lng: number
  lat: number
  zoom: number
}

/** West, south, east, north in degrees. */
export type Bounds = [number, number, number, number]

/** What stands behind the # of an address: `#121.47370,31.23040,15.20/grid/45`; either part may be absent. */
export interface Place {
  view: View | null
  selected: Selected | null
}

/** Writes a place; '' when there is nothing to say. Five decimals are about a metre. */
export function formatPlace({ view, selected }: Place): string {
  const at = view ? `${view.lng.toFixed(5)},${view.lat.toFixed(5)},${view.zoom.toFixed(2)}` : ''
  const what = selected ? `/${selected.noun}/${encodeURIComponent(selected.id)}` : ''
  return at || what ? `#${at}${what}` : ''
}

/** Reads a place; parts that make no sense are null, so a broken link still opens the map. */
export function parsePlace(hash: string): Place {
  const [at = '', noun = '', id = ''] = hash.replace(/^#/, '').split('/')
  return { view: parseView(at), selected: parseSelected(noun, id) }
}

function parseView(text: string): View | null {
  const parts = text.split(',')
  if (parts.length !== 3 || parts.some((part) => part.trim() === '')) return null
  const [lng, lat, zoom] = parts.map(Number) as [number, number, number]
  const sound = Math.abs(lng) <= 180 && Math.abs(lat) <= 85 && zoom >= 0 && zoom <= 24
  return sound ? { lng, lat, zoom } : null
}

function parseSelected(noun: string, id: string): Selected | null {
  if (!NOUNS.includes(noun as Noun) || id === '') return null
  if (/^\d{1,15}$/.test(id)) return { noun: noun as Noun, id: Number(id) }
  try {
    return { noun: noun as Noun, id: decodeURIComponent(id) }
  } catch {
    return null
  }
}
