import type { PlanGrid } from '@/store/plans'

/** What a drawing needs of a grid. */
export type DrawnGrid = Pick<
  PlanGrid,
  'grid' | 'name' | 'kind' | 'colour' | 'households' | 'low' | 'high' | 'moved' | 'shape'
>

/** Whether the households of a grid are outside what is wanted of it; special grids have no norm. */
export const offBand = ({
  kind,
  households,
  low,
  high,
}: Pick<PlanGrid, 'kind' | 'households' | 'low' | 'high'>) =>
  kind !== 'special' && (households < low || households > high)

/** Fills of neighbouring grids in drawings, by colour number; those of the map. */
export const GRID_FILLS = ['#dceafe', '#f6cf96', '#c0bcab', '#91b9f3', '#f1efe6', '#b4bbcb'] as const

/** A window on the ground in degrees: west, south, east, north. */
export type Box = readonly [number, number, number, number]

type Ring = readonly (readonly [number, number])[]
type Shape = readonly (readonly Ring[])[]
type Outlined = Pick<DrawnGrid, 'shape'>
const shapeOf = ({ shape }: Outlined) => (shape ?? []) as unknown as Shape

/** The box around the grids; null without shapes. */
export function boxOf(grids: readonly Outlined[]): Box | null {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const grid of grids)
    for (const polygon of shapeOf(grid))
      for (const [lng, lat] of polygon[0] ?? []) {
        west = Math.min(west, lng)
        east = Math.max(east, lng)
        south = Math.min(south, lat)
        north = Math.max(north, lat)
      }
  return west < east ? [west, south, east, north] : null
}

/** Metres east and south of the north-west corner of a box: what an SVG draws in. */
export function planeOf([west, south, , north]: Box): (at: readonly [number, number]) => [number, number] {
  const lat = 111_320
  const lng = lat * Math.cos((((south + north) / 2) * Math.PI) / 180)
  return ([x, y]) => [(x - west) * lng, (north - y) * lat]
}

/** The outline of a grid as an SVG path, holes included (use fill-rule evenodd). */
export function outlineOf(grid: Outlined, place: ReturnType<typeof planeOf>): string {
  return shapeOf(grid)
    .flatMap((polygon) =>
      polygon.map(
        (ring) =>
          `M${ring
            .map((at) =>
              place(at)
                .map((n) => n.toFixed(1))
                .join(),
            )
            .join('L')}Z`,
      ),
    )
    .join('')
}

/** Where the name of a grid stands: the middle of the box of its largest part. */
export function nameSpot(grid: DrawnGrid, place: ReturnType<typeof planeOf>): [number, number] | null {
  let best: { size: number; at: [number, number] } | null = null
  for (const polygon of shapeOf(grid)) {
    const way = (polygon[0] ?? []).map(place)
    if (!way.length) continue
    const [xs, ys] = [way.map(([x]) => x), way.map(([, y]) => y)]
    const [w, e, n, s] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
    const size = (e - w) * (s - n)
    if (!best || size > best.size) best = { size, at: [(w + e) / 2, (n + s) / 2] }
  }
  return best?.at ?? null
}
