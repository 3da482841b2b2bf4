import type { Feature, Position } from 'geojson'
import type { PlanGrid } from '@/store/plans'
import { t } from '@/ui/text'
import { NOBODY, type PlanGround } from './ground'
import { offBand } from './outline'
import { cellShape } from './trace'

const feature = (
  id: number,
  geometry: Feature['geometry'],
  properties: Record<string, unknown>,
): Feature => ({
  type: 'Feature',
  id,
  geometry,
  properties: { ...properties, id },
})

/** The colour number of a grid on the map, 0–5; -1 for nobody's. */
export const colourOf = (ground: PlanGround, label: number): number =>
  label === NOBODY ? -1 : (ground.card(label)?.colour ?? 0)

/** How a cell looks: colour of its grid, moved or not. */
export const cellLook = (ground: PlanGround, cell: number) => ({
  colour: colourOf(ground, ground.now[cell]!),
  moved: ground.now[cell] !== ground.head[cell],
})

/** A polygon for each cell, drawn once; ids are places of cells. */
export function cellFeatures(ground: PlanGround): Feature[] {
  return Array.from({ length: ground.size }, (_, cell) =>
    feature(cell, { type: 'MultiPolygon', coordinates: cellShape(ground, cell) }, cellLook(ground, cell)),
  )
}

/** A line for each arc, drawn once; ids are places of arcs. */
export function arcFeatures(ground: PlanGround): Feature[] {
  return ground.points.map((_, arc) =>
    feature(
      arc,
      { type: 'LineString', coordinates: arcLine(ground, arc) },
      {
        border: ground.isBorder(arc),
        town: ground.isTownBorder(arc),
        strong: ground.isGridBorder(arc),
        thin: ground.grid.length > 0,
      },
    ),
  )
}

/** The places of an arc in degrees. */
export function arcLine(ground: PlanGround, arc: number): Position[] {
  const points = ground.points[arc]!
  const out: Position[] = []
  for (let i = 0; i < points.length; i += 2) out.push(ground.degrees(points[i]!, points[i + 1]!))
  return out
}

/** Name and households of each grid at its middle cell. */
export function nameFeatures(ground: PlanGround, grids: readonly PlanGrid[]): Feature[] {
  return grids
    .filter(({ cells }) => cells > 0)
    .map((grid) =>
      feature(
        grid.grid,
        { type: 'Point', coordinates: middle(ground, grid.grid) },
        {
          says: `${grid.name}${grid.locked ? t('plans.lockMark') : ''}\n${t('plans.householdsShort', { n: grid.households })}`,
          off: offBand(grid),
        },
      ),
    )
}

/** The place of the cell nearest to the mean of a grid's cells. */
function middle(ground: PlanGround, label: number): Position {
  const cells = [...ground.of(label)]
  const mean = (of: Float64Array) => cells.reduce((sum, c) => sum + of[c]!, 0) / cells.length
  const [x, y] = [mean(ground.east), mean(ground.north)]
  const away = (c: number) => (ground.east[c]! - x) ** 2 + (ground.north[c]! - y) ** 2
  const best = cells.reduce((a, b) => (away(b) < away(a) ? b : a))
  return ground.toDegrees([ground.east[best]!, ground.north[best]!])
}

/** The box of a grid [west, south, east, north], a few metres wider. */
export function boundsOf(ground: PlanGround, cells: Iterable<number>): number[] {
  let [w, s, e, n] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const c of cells) {
    w = Math.min(w, ground.east[c]!)
    s = Math.min(s, ground.north[c]!)
    e = Math.max(e, ground.east[c]!)
    n = Math.max(n, ground.north[c]!)
  }
  return w > e ? [] : [...ground.toDegrees([w - 20, s - 20]), ...ground.toDegrees([e + 20, n + 20])]
}
