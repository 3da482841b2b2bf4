import { api, ok, submit, type Wire } from '@/api/client'

/** What should be near, and what near is. */
export interface SitingLayer {
  of: 'point' | 'hub' | 'branch'
  kind: string
  minutes: number
  pace: number
}

/** Who reaches what on foot: figures, blank spots and every building with its minutes. */
export type SitingCoverage = Wire['SitingCoverage']

/** A blank spot (空白点). */
export type SitingSpot = Wire['SitingSpot']

/** A place as it would serve the people asked about. */
export type Site = Wire['Site']

/** Candidates in order, and today's place beside them. */
export type SiteRanking = Wire['SiteRanking']

/** A question for the best place. */
export type SitingQuestion = Omit<Wire['SitingQuestion'], '$schema'>

/** Who walks how long to the point of their grid in a plan. */
export type PlanSiting = Wire['PlanSiting']

/** The coverage of the territory. Throws ApiError. */
export function fetchCoverage({ of, kind, minutes, pace }: SitingLayer): Promise<SitingCoverage> {
  return ok(
    api.GET('/api/siting/coverage', {
      params: { query: { of, minutes, pace, ...(of === 'point' && kind && { kind }) } },
    }),
  )
}

/** Weighs the candidates. Throws ApiError `invalid` in words when there are too many. */
export const rankSites = (question: SitingQuestion): Promise<SiteRanking> =>
  submit('POST', '/api/siting/sites', question)

/** The walks of a plan. Throws ApiError. */
export const fetchPlanSiting = (id: number, minutes: number, pace: number): Promise<PlanSiting> =>
  ok(api.GET('/api/plans/{id}/siting', { params: { path: { id }, query: { minutes, pace } } }))
