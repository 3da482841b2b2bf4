import { api, ok, submit, type Wire } from '@/api/client'

/** A remark pinned to a cell or border of a plan, or an answer to one. */
export type PlanComment = Wire['PlanComment']

/** What is written: a text at a place, or as an answer. */
export type PlanRemark = Omit<Wire['PlanRemark'], '$schema'>

/** All comments of a plan, oldest first. Throws ApiError. */
export const fetchPlanComments = (plan: number): Promise<PlanComment[]> =>
  ok(api.GET('/api/plans/{id}/comments', { params: { path: { id: plan } } }))

/** Pins a comment or answers one; `key` is the same for every attempt. Throws ApiError `invalid`. */
export const commentPlan = (plan: number, remark: PlanRemark, key: string): Promise<PlanComment> =>
  submit('POST', `/api/plans/${plan}/comments`, remark, key)

/** Ticks a comment off or opens it again. Throws ApiError `stale`. */
export const resolvePlanComment = ({ id, version }: PlanComment, resolved: boolean): Promise<PlanComment> =>
  submit('PATCH', `/api/plan-comments/${id}`, { version, resolved })
