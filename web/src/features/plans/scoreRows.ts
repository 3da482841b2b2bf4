import type { PlanScore } from '@/store/plans'
import { number, percent } from '@/ui/text'

/** A line of the score card: which way is better, and how its figure is written. */
export interface ScoreRow {
  key: keyof PlanScore & string
  better: 1 | -1 | 0
  write: (n: number) => string
}

/** The score card from top to bottom. */
export const SCORE_ROWS: readonly ScoreRow[] = [
  { key: 'grids', better: 0, write: number },
  { key: 'inBand', better: 1, write: percent },
  { key: 'deviation', better: -1, write: percent },
  { key: 'meanOff', better: -1, write: percent },
  { key: 'compactness', better: 1, write: (n) => number(n, 3) },
  { key: 'roadShare', better: 1, write: percent },
  { key: 'blocks', better: -1, write: number },
  { key: 'cells', better: 0, write: number },
  { key: 'households', better: 0, write: number },
  { key: 'kept', better: 0, write: (n) => percent(n, 1) },
  { key: 'whiteSpots', better: -1, write: number },
  { key: 'errors', better: -1, write: number },
  { key: 'warnings', better: -1, write: number },
]

/** Whether a score has the best figure of a row in which they differ. */
export function isBest({ key, better }: ScoreRow, score: PlanScore, all: readonly PlanScore[]): boolean {
  const figures = all.map((one) => Number(one[key]))
  const top = better > 0 ? Math.max(...figures) : Math.min(...figures)
  return better !== 0 && new Set(figures).size > 1 && Number(score[key]) === top
}
