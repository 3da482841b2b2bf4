import { shallowRef } from 'vue'
import type { Receipt } from './send'

/** A report sent from this phone. */
export interface Kept extends Receipt {
  what: string
  at: string
}

const PLACE = 'wangge-reports'
const MOST = 20

function read(): Kept[] {
  try {
    const all: unknown = JSON.parse(localStorage.getItem(PLACE) ?? '[]')
    return Array.isArray(all) ? (all as Kept[]) : []
  } catch {
    return [] // a browser that keeps nothing
  }
}
function write(all: Kept[]) {
  kept.value = all
  try {
    if (all.length) localStorage.setItem(PLACE, JSON.stringify(all))
    else localStorage.removeItem(PLACE)
  } catch {
    // the receipt is on the screen
  }
}

/** The reports sent from this phone, newest first. */
export const kept = shallowRef<Kept[]>(read())

/** Remembers one. */
export const keep = (one: Kept) =>
  write([one, ...kept.value.filter(({ number }) => number !== one.number)].slice(0, MOST))

/** Forgets all. */
export const forget = () => write([])
