import { shallowRef } from 'vue'
import { formatPlace, parsePlace, type Bounds, type Selected, type View } from './address'

export type { Bounds, Noun, Selected, View } from './address'

/** What is selected in this window; null when nothing is. Set it with select. */
export const selected = shallowRef<Selected | null>(null)

/** What the pointer stands on; null when nothing. */
export const hovered = shallowRef<Selected | null>(null)

/** Where the map looks at, null until it knows; set by the map after each move and by lookAt. */
export const view = shallowRef<View | null>(null)

/** The page of the face, '' for its first; kept as `?page=`. */
export const page = shallowRef('')

/** The whole territory: where a map begins when no link says otherwise, and where its home button leads. */
export const home = shallowRef<Bounds | null>(null)

/** A place the map is asked to go to; the map clears it when it has gone. */
export const target = shallowRef<View | null>(null)

/** A box the map is asked to show whole; the map clears it when it has gone. */
export const frame = shallowRef<Bounds | null>(null)

/** Whether both name the same thing. Ids of URLs and tiles may be text or number. */
export function same(a: Selected | null, b: Selected | null): boolean {
  return a === b || (!!a && !!b && a.noun === b.noun && String(a.id) === String(b.id))
}

/** Selects a thing, or nothing with null, and writes it into the address. */
export function select(what: Selected | null): void {
  if (same(selected.value, what)) return
  selected.value = what
  write()
}

/** Asks the map to go there. */
export function lookAt(place: View): void {
  target.value = place
}

/** Asks the map to show the whole box [west, south, east, north]; anything else is no request. */
export function lookOver(box: readonly number[]): void {
  if (box.length === 4) frame.value = [...box] as Bounds
}

const AROUND = 0.0004 // degrees: some forty metres

/** Asks the map to show places with some ground around them. */
export function lookAround(places: readonly (readonly number[])[]): void {
  const [xs, ys] = [places.map(([x]) => x!), places.map(([, y]) => y!)]
  if (places.length)
    lookOver([
      Math.min(...xs) - AROUND,
      Math.min(...ys) - AROUND,
      Math.max(...xs) + AROUND,
      Math.max(...ys) + AROUND,
    ])
}

/** Told by the map after a move: the address follows. */
export function moved(to: View): void {
  view.value = to
  write()
}

/** Opens a page of the face and makes the browser's back button return. */
export function open(name: string): void {
  if (name === page.value) return
  page.value = name
  history.pushState(null, '', address())
}

function address(): string {
  const query = new URLSearchParams(location.search)
  if (page.value) query.set('page', page.value)
  else query.delete('page')
  const search = query.size ? `?${query}` : ''
  return location.pathname + search + formatPlace({ view: view.value, selected: selected.value })
}

function write(): void {
  history.replaceState(null, '', address())
}

/** Takes view, selection and page from the address, now and at back, forward or a typed link. Returns the stop. */
export function followAddress(): () => void {
  const read = () => {
    const place = parsePlace(location.hash)
    selected.value = place.selected
    if (place.view) {
      if (view.value) target.value = place.view
      else view.value = place.view
    }
    page.value = new URLSearchParams(location.search).get('page') ?? ''
  }
  read()
  addEventListener('popstate', read)
  return () => removeEventListener('popstate', read)
}
