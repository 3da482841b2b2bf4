import { api, ok, submit, type Wire } from '@/api/client'

/** A plan of community borders as its communities read it. */
export type BorderPlan = Wire['BorderPlan']

/** What such a plan does to one community. */
export type TownImpact = Wire['TownImpact']

/** What a community says of it. */
export type PlanWord = Wire['PlanWord']

/** Those that concern one's communities, the last changed first. Throws ApiError. */
export const fetchBorderPlans = (): Promise<BorderPlan[]> => ok(api.GET('/api/border-plans'))

/** One with figures and outlines. Throws ApiError. */
export const fetchBorderPlan = (id: number): Promise<BorderPlan> =>
  ok(api.GET('/api/border-plans/{id}', { params: { path: { id } } }))

/** Says the word of a community. Throws ApiError `stale`, `conflict`, `invalid` for a no without a reason. */
export const sayPlanWord = (
  { id, version }: Pick<BorderPlan, 'id' | 'version'>,
  word: { community: number; agrees: boolean; words: string },
): Promise<BorderPlan> => submit('POST', `/api/border-plans/${id}/word`, { ...word, version })
