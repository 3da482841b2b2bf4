/** Something that stands somewhere, in degrees. */
export interface Stop {
  id: number
  location: number[]
}

const METRES = 111_320 // of one degree of latitude

function metres([lngA, latA]: number[], [lngB, latB]: number[]): number {
  const middle = ((latA! + latB!) / 2) * (Math.PI / 180)
  return Math.hypot((lngB! - lngA!) * Math.cos(middle), latB! - latA!) * METRES
}

/**
 * The order in which to walk stops, from where one stands or from the first:
 * always the nearest next, then crossings are undone (2-opt) until none is left.
 * Beelines: houses of one grid stand close enough for that. Half a second for
 * a thousand stops is too long, so at most `rounds` passes are made.
 */
export function walkOrder<T extends Stop>(stops: readonly T[], from?: number[], rounds = 8): T[] {
  const rest = [...stops].sort((a, b) => a.id - b.id)
  const way: T[] = []
  let at = from ?? rest[0]?.location
  while (rest.length) {
    let nearest = 0
    for (let i = 1; i < rest.length; i++)
      if (metres(at!, rest[i]!.location) < metres(at!, rest[nearest]!.location)) nearest = i
    const [next] = rest.splice(nearest, 1)
    way.push(next!)
    at = next!.location
  }
  for (let round = 0; round < rounds && uncross(way, from); round++);
  return way
}

/** One pass of turning stretches round where that shortens the way; whether anything was turned. */
function uncross(way: Stop[], from?: number[]): boolean {
  let turned = false
  const place = (i: number) => (i < 0 ? from : way[i]?.location)
  const step = (a?: number[], b?: number[]) => (a && b ? metres(a, b) : 0)
  for (let i = from ? 0 : 1; i < way.length - 1; i++)
    for (let j = i + 1; j < way.length; j++) {
      const now = step(place(i - 1), place(i)) + step(place(j), place(j + 1))
      const then = step(place(i - 1), place(j)) + step(place(i), place(j + 1))
      if (then >= now - 0.01) continue
      way.splice(i, j - i + 1, ...way.slice(i, j + 1).reverse())
      turned = true
    }
  return turned
}

/** The length of a way in metres. */
export const wayLength = (way: readonly Stop[]): number =>
  way.reduce((sum, stop, i) => sum + (i ? metres(way[i - 1]!.location, stop.location) : 0), 0)
