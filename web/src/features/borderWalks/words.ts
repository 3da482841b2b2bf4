import { standing, type BorderPiece } from '@/store/borderWalks'
import { number, t } from '@/ui/text'
import type { Tone } from '@/ui/StatusChip.vue'

/** How each standing shows. */
export const pieceTone: Record<BorderPiece['state'], Tone> = {
  open: 'plain',
  accepted: 'good',
  rejected: 'bad',
}

/** A piece by its number: 第 3 段 · 建设路 · 240 米. */
export const pieceSaid = ({ mark, name, length }: BorderPiece): string =>
  t('walk.piece', { n: mark, name, metres: number(length, 0) })

/** The border itself: the same in every walk along it. */
export const boundKey = ({ line }: Pick<BorderPiece, 'line'>): string => JSON.stringify(line)

/** A piece as seen from one of the grids: 东至建设路 · 240 米; without one of them, by its name. */
export function boundSaid({ left, right, name, length }: BorderPiece, grids: readonly number[]): string {
  const own = [left, right].find(({ grid, side }) => side && grids.includes(grid))
  const side = own?.side ? t(`walk.side.${own.side}`) : ''
  return t('walk.bound', { side, name, metres: number(length, 0) })
}

/** How a walk stands: 共 4 段（320 米）：符合 1，不符 0，未走 3. */
export function progressSaid(pieces: readonly BorderPiece[]): string {
  const { metres, ...count } = standing(pieces)
  return t('walk.progress', { n: pieces.length, metres: number(metres, 0), ...count })
}

const metresPerDegree = 111_320

/** Metres from a place to the nearest point of a piece. */
export function awayFrom([lng, lat]: readonly [number, number], { line }: Pick<BorderPiece, 'line'>): number {
  const east = metresPerDegree * Math.cos((lat * Math.PI) / 180)
  const at = (line as unknown as [number, number][]).map(([x, y]) => [
    (x - lng) * east,
    (y - lat) * metresPerDegree,
  ]) as [number, number][]
  return Math.min(...at.slice(1).map((to, i) => toSegment(at[i]!, to)))
}

/** From the origin to a stretch between two places. */
function toSegment([ax, ay]: [number, number], [bx, by]: [number, number]): number {
  const [dx, dy] = [bx - ax, by - ay]
  const along = dx * dx + dy * dy
  const share = along ? Math.min(1, Math.max(0, -(ax * dx + ay * dy) / along)) : 0
  return Math.hypot(ax + share * dx, ay + share * dy)
}
