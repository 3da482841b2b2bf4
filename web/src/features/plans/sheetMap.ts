import type { PlanGrid, PlanSheet } from '@/store/plans'
import { boxOf, outlineOf, planeOf, type Box } from './outline'

const MARGIN = 60 // metres of surroundings

type Way = readonly (readonly [number, number])[]

/** The largest round length that is at most a fifth of a width: 10, 20, 50, 100 … metres. */
export function barOf(width: number): number {
  const most = width / 5
  const ten = 10 ** Math.floor(Math.log10(most))
  return [5, 2, 1].map((k) => k * ten).find((length) => length <= most)!
}

/** A box wide enough for its page: the shorter side grows until it has the page's shape. */
export function framed(box: Box, aspect: number): Box {
  const [west, south, east, north] = box
  const lat = 111_320
  const lng = lat * Math.cos((((south + north) / 2) * Math.PI) / 180)
  const [wide, high] = [(east - west) * lng + 2 * MARGIN, (north - south) * lat + 2 * MARGIN]
  const [w, h] = wide / high < aspect ? [high * aspect, high] : [wide, wide / aspect]
  const [x, y] = [(west + east) / 2, (south + north) / 2]
  return [x - w / 2 / lng, y - h / 2 / lat, x + w / 2 / lng, y + h / 2 / lat]
}

/** A grid as a printed map shows it. */
export type SheetShape = Pick<PlanGrid, 'grid' | 'name' | 'shape'>

/** Everything of a printed map as SVG paths in metres: a grid and those around it. */
export function sheetMap(
  grid: SheetShape,
  sheet: Pick<PlanSheet, 'roads' | 'buildings'>,
  around: readonly SheetShape[],
  aspect: number,
) {
  const own = boxOf([grid])
  if (!own) return null
  const box = framed(own, aspect)
  const place = planeOf(box)
  const [width, height] = place([box[2], box[1]])
  const line = (way: Way) =>
    `M${way
      .map((at) =>
        place(at)
          .map((n) => n.toFixed(1))
          .join(),
      )
      .join('L')}`
  const inside = ([x, y]: readonly [number, number]) => x > 0 && x < width && y > 0 && y < height
  const spot = (one: SheetShape) => {
    const seen = (one.shape as unknown as Way[][]).flat(2).map(place).filter(inside)
    return seen.length
      ? { id: one.grid, name: one.name, at: nameAt(seen, width, height), path: outlineOf(one, place) }
      : null
  }
  const neighbours = around.map(spot).filter((one) => one !== null)
  const ways = sheet.roads.map(({ name, class: of, line: lines }) => ({
    name,
    of,
    path: (lines as unknown as Way[]).map((way) => line(eastward(way))).join(''),
  }))
  const named = new Map<string, { name: string; id: string }>()
  sheet.roads.forEach(
    ({ name }, i) => name && !named.has(name) && named.set(name, { name, id: `way-${grid.grid}-${i}` }),
  )
  return {
    width,
    height,
    own: outlineOf(grid, place),
    neighbours,
    roads: ways.map((way, i) => ({
      ...way,
      id: `way-${grid.grid}-${i}`,
      named: named.get(way.name)?.id === `way-${grid.grid}-${i}`,
    })),
    buildings: sheet.buildings.map(({ id, title, shape, inside: ours }) => {
      const rings = (shape as unknown as Way[][]).flat()
      const at = middle(rings[0]!.map(place))
      return { id, title: ours ? title : '', ours, at, path: `${rings.map(line).join('Z')}Z` }
    }),
    bar: barOf(width),
  }
}

const middle = (way: readonly (readonly [number, number])[]) => {
  const [xs, ys] = [way.map(([x]) => x), way.map(([, y]) => y)]
  return [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2] as const
}

/** A name along a way is read from west to east, not upside down. */
export const eastward = (way: Way): Way => (way.at(-1)![0] < way[0]![0] ? way.toReversed() : way)

/** In the middle of what shows of a neighbour, and never over the edge of the page. */
function nameAt(
  seen: readonly (readonly [number, number])[],
  width: number,
  height: number,
): [number, number] {
  const [x, y] = [0, 1].map((axis) => seen.reduce((sum, at) => sum + at[axis as 0 | 1], 0) / seen.length) as [
    number,
    number,
  ]
  return [
    Math.min(Math.max(x, width * 0.07), width * 0.93),
    Math.min(Math.max(y, height * 0.05), height * 0.95),
  ]
}
