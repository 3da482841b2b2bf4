import type { BorderChange } from '@/store/publications'

type Ring = readonly (readonly [number, number])[]
type Shape = readonly (readonly Ring[])[]

/** Rings of a shape of the wire; none for null. */
export const ringsOf = (shape: unknown): Ring[] => ((shape ?? []) as Shape).flat()

/** Several shapes in metres of a common box with a margin. */
export interface Picture<K extends string> {
  width: number
  height: number
  /** SVG paths. */
  paths: Record<K, string>
  /** A place in degrees as a place in the picture. */
  place(at: readonly [number, number]): readonly [number, number]
}

/** Shapes of the wire by name as SVG paths of one picture. */
export function picturesOf<K extends string>(shapes: Record<K, readonly unknown[]>): Picture<K> {
  const named = Object.entries(shapes) as [K, readonly unknown[]][]
  const all = named.flatMap(([, list]) => list.flatMap((shape) => ringsOf(shape).flat()))
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)]
  const [west, east] = [smallest(xs), -smallest(xs.map((x) => -x))]
  const [south, north] = [smallest(ys), -smallest(ys.map((y) => -y))]
  const lat = 111_320
  const lng = lat * Math.cos((north * Math.PI) / 180)
  const margin = 15 // metres
  const place = ([x, y]: readonly [number, number]) =>
    [(x - west) * lng + margin, (north - y) * lat + margin] as const
  const path = (shape: unknown) =>
    ringsOf(shape)
      .map(
        (ring) =>
          `M${ring
            .map((at) =>
              place(at)
                .map((n) => n.toFixed(1))
                .join(','),
            )
            .join('L')}Z`,
      )
      .join('')
  return {
    width: (east - west) * lng + 2 * margin,
    height: (north - south) * lat + 2 * margin,
    paths: Object.fromEntries(named.map(([key, list]) => [key, list.map(path).join('')])) as Record<
      K,
      string
    >,
    place,
  }
}

// Outlines of communities have more places than a call has room for arguments.
const smallest = (list: readonly number[]) => list.reduce((a, b) => Math.min(a, b), Infinity)

/** Both outlines as SVG paths in metres of a common box with a margin. */
export function pictureOf({ before, after }: Pick<BorderChange, 'before' | 'after'>) {
  const { width, height, paths } = picturesOf({ before: [before], after: [after] })
  return { width, height, ...paths }
}

/** The middle of a shape in a picture. */
export function placeOf(picture: Pick<Picture<string>, 'place'>, shape: unknown): readonly [number, number] {
  const all = ringsOf(shape).flat()
  const mean = (i: 0 | 1) => all.reduce((sum, at) => sum + at[i], 0) / (all.length || 1)
  return picture.place([mean(0), mean(1)])
}
