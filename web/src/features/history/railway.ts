import type { GridFamily } from '@/store/gridPast'

/** Sizes of the picture, in units of the SVG. */
export const STEP = 190
export const ROW = 58
const LEFT = 150
const TOP = 46
const THICKEST = 22

/** Where a grid came from and what it became, as places to draw: grids are rows, publications are columns. */
export function railway({ grid, grids, lines, publications }: GridFamily) {
  const at = new Map(publications.map(({ seq }, i) => [seq, LEFT + (i + 0.5) * STEP]))
  const row = new Map(grids.map(({ id }, i) => [id, TOP + i * ROW]))
  const width = LEFT + Math.max(1, publications.length) * STEP
  const most = Math.max(1, ...lines.map(({ households }) => households))
  // Of neighbours only what went to or came from this family is known: the rest of them lives on.
  const born = (id: number) => lines.find((line) => line.new.id === id && line.kind === 'split')
  const died = (id: number) =>
    grids.find((one) => one.id === id)?.closed
      ? lines.findLast((line) => line.old.id === id && line.new.id !== id)
      : undefined
  return {
    width,
    height: TOP + grids.length * ROW,
    stops: publications.map((one) => ({ ...one, x: at.get(one.seq)! })),
    tracks: grids.map((one) => {
      const [from, to] = [born(one.id), died(one.id)]
      return {
        ...one,
        y: row.get(one.id)!,
        x1: from ? at.get(from.seq)! + 30 : LEFT,
        x2: to ? at.get(to.seq)! - 30 : width,
        own: one.id === grid.id,
      }
    }),
    flows: lines
      .filter((line) => line.old.id !== line.new.id)
      .map((line) => {
        const [x, y1, y2] = [at.get(line.seq)!, row.get(line.old.id)!, row.get(line.new.id)!]
        return {
          ...line,
          path: `M${x - 30},${y1}C${x},${y1} ${x},${y2} ${x + 30},${y2}`,
          wide: Math.max(2, (line.households / most) * THICKEST),
          x,
          y: (y1 + y2) / 2,
        }
      }),
  }
}
