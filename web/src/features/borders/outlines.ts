import type { BorderChange } from '@/store/publications'

type Ring = readonly (readonly [number, number])[]
type Shape = readonly (readonly Ring[])[]

/** Rings of a shape of the wire; none for null. */
export const ringsOf = (shape: unknown): Ring[] => ((shape ?? []) as Shape).flat()

/** Both outlines as SVG paths in metres of a common box with a margin. */
export function pictureOf({ before, after }: Pick<BorderChange, 'before' | 'after'>) {
  const all = [...ringsOf(before), ...ringsOf(after)].flat()
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)]
  const [west, north] = [Math.min(...xs), Math.max(...ys)]
  const lat = 111_320
  const lng = lat * Math.cos((north * Math.PI) / 180)
  const margin = 15 // metres
  const place = ([x, y]: readonly [number, number]) =>
    `${((x - west) * lng + margin).toFixed(1)},${((north - y) * lat + margin).toFixed(1)}`
  const path = (shape: unknown) =>
    ringsOf(shape)
      .map((ring) => `M${ring.map(place).join('L')}Z`)
      .join('')
  return {
    width: (Math.max(...xs) - west) * lng + 2 * margin,
    height: (north - Math.min(...ys)) * lat + 2 * margin,
    before: path(before),
    after: path(after),
  }
}
