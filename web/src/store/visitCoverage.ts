import { api, ok, type Wire } from '@/api/client'

/** Doors met against doors due, grid by grid and month by month. */
export type VisitCoverageTable = Wire['VisitCoverageTable']

/** One grid in one month. */
export type VisitCoverage = Wire['VisitCoverage']

/** The table of an area, 0 for the whole territory, for so many months up to this one. Throws ApiError. */
export const coverageOf = (area: number, months: number): Promise<VisitCoverageTable> =>
  ok(api.GET('/api/visit-coverage', { params: { query: { months, ...(area && { area }) } } }))

/** Grades of an indicator, as on every map and table of the field: A 90+, B 75+, C 60+, D 40+, E. */
export type Grade = 'A' | 'B' | 'C' | 'D' | 'E'

/** The grade of a share of 0–1. */
export const gradeOf = (share: number): Grade =>
  share >= 0.9 ? 'A' : share >= 0.75 ? 'B' : share >= 0.6 ? 'C' : share >= 0.4 ? 'D' : 'E'

/** Sums of several cells; the share is of the sums, null when nothing was due. */
export function sumUp(cells: readonly Pick<VisitCoverage, 'due' | 'visited' | 'met' | 'never'>[]) {
  const sum = { due: 0, visited: 0, met: 0, never: 0 }
  for (const { due, visited, met, never } of cells) {
    sum.due += due
    sum.visited += visited
    sum.met += met
    sum.never += never
  }
  return { ...sum, share: sum.due ? sum.met / sum.due : null }
}
