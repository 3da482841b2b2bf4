import { api, ok, submit, type Wire } from '@/api/client'
import type { Job } from './jobs'
import { everything } from './pages'
import { uuidv7 } from './uuid'

/** A plan (划分方案): a draft of who takes care of which ground. */
export type Plan = Wire['Plan']

/** What starts a plan. */
export type PlanNew = Wire['PlanNew']

/** The ground of a plan in columns, as an editor reads it. */
export type PlanCells = Wire['PlanCells']

/** A grid as a plan would have it, with its figures and those of today. */
export type PlanGrid = Wire['PlanGrid']

/** One finding about a plan. */
export type PlanCheck = Wire['PlanCheck']

/** One gesture on a draft, without the version it is made on. */
export type PlanGesture = Omit<Wire['PlanOp'], 'version' | '$schema'>

/** What a gesture changed. */
export type PlanDelta = Wire['PlanDelta']

/** What the server says of a gesture. */
export type PlanEdit = Wire['PlanEdit']

/** One gesture in the log. */
export type PlanLogEntry = Wire['PlanLogEntry']

/** Whom a plan concerns. */
export type PlanImpact = Wire['PlanImpact']

/** One plan on the score card; plan 0 is the official state. */
export type PlanScore = Wire['PlanScore']

/** The steps a plan takes through its states. */
export type PlanAction = 'submit' | 'approve' | 'reject' | 'publish' | 'unschedule' | 'withdraw' | 'reopen'

/** What a 409 carries: the version of now and the gestures since the sender's, oldest first. */
export interface PlanLost {
  version: number
  since: PlanLogEntry[]
}

/** One publication in the log. */
export type PlanPublication = Wire['PlanPublication']

const at = (id: number) => ({ params: { path: { id } } })

/** All plans of the territory, the last changed first. Throws ApiError. */
export const fetchPlans = (): Promise<Plan[]> => everything<Plan>('/api/plans')

/** What was published, the last first. Throws ApiError. */
export const fetchPublications = (): Promise<PlanPublication[]> =>
  everything<PlanPublication>('/api/publications')

/** One plan. Throws ApiError. */
export const fetchPlan = (id: number): Promise<Plan> => ok(api.GET('/api/plans/{id}', at(id)))

/** The ground of a plan. Throws ApiError. */
export const fetchPlanCells = (id: number): Promise<PlanCells> => ok(api.GET('/api/plans/{id}/cells', at(id)))

/** The grids of a plan with their outlines. Throws ApiError. */
export const fetchPlanGrids = (id: number): Promise<PlanGrid[]> =>
  ok(api.GET('/api/plans/{id}/grids', at(id)))

/** All findings about a plan. Throws ApiError. */
export const fetchPlanChecks = (id: number): Promise<PlanCheck[]> =>
  ok(api.GET('/api/plans/{id}/checks', at(id)))

/** Whom a plan concerns and what is to be handed over. Throws ApiError. */
export const fetchPlanImpact = (id: number): Promise<PlanImpact> =>
  ok(api.GET('/api/plans/{id}/impact', at(id)))

/** The gestures after a version, oldest first. Throws ApiError. */
export const fetchPlanLog = (id: number, after: number): Promise<PlanLogEntry[]> =>
  ok(api.GET('/api/plans/{id}/ops', { params: { path: { id }, query: { after } } }))

/** Today's grids and up to three plans on one score card. Throws ApiError. */
export function comparePlans([id, ...others]: readonly [number, ...number[]]): Promise<PlanScore[]> {
  return ok(api.GET('/api/plans/{id}/compare', { params: { path: { id }, query: { with: others } } }))
}

/** Starts a plan; `key` is the same for every attempt. Throws ApiError with the rows of a file that are wrong. */
export const createPlan = (plan: PlanNew, key: string): Promise<Plan> =>
  submit('POST', '/api/plans', plan, key)

/** Changes name and norms. Throws ApiError `stale`. */
export const changePlan = (
  plan: Plan,
  change: Omit<Wire['PlanChange'], 'version' | '$schema'>,
): Promise<Plan> => submit('PATCH', `/api/plans/${plan.id}`, { ...change, version: plan.version })

/** Carries out a gesture on a version. Throws ApiError `stale` with a PlanLost, `conflict` for a locked grid. */
export const drawPlan = (
  id: number,
  version: number,
  gesture: PlanGesture,
  key = uuidv7(),
): Promise<PlanEdit> => submit('POST', `/api/plans/${id}/ops`, { ...gesture, version }, key)

/** Counts a gesture and changes nothing. Throws ApiError. */
export const previewPlan = (id: number, version: number, gesture: PlanGesture): Promise<PlanEdit> =>
  submit('POST', `/api/plans/${id}/ops`, { ...gesture, version, preview: true })

/** Moves a plan on. Throws ApiError `stale`, `conflict` in words, `forbidden` when the author approves. */
export const stepPlan = (
  plan: Plan,
  action: PlanAction,
  { opinion = '', effective = '' }: { opinion?: string; effective?: string } = {},
): Promise<Plan> =>
  submit('POST', `/api/plans/${plan.id}/${action}`, {
    version: plan.version,
    ...(opinion && { opinion }),
    ...(effective && { effective }),
  })

/** What is asked of the program that draws drafts. */
export type PlanProposalOrder = Omit<Wire['PlanProposalOrder'], '$schema'>

/** Starts drawing several drafts of a plan; `order.job` is the same for every attempt. Throws ApiError. */
export const proposePlans = (id: number, order: PlanProposalOrder): Promise<Job> =>
  submit('POST', `/api/plans/${id}/proposals`, order)

/** The drafts a job has made, once it is done. */
export const plansOfJob = ({ result }: Job): number[] => (result as { plans?: number[] } | null)?.plans ?? []

/** What is printed of one grid of a plan. */
export type PlanSheet = Wire['PlanSheet']

/** What is printed of one grid, by its label. Throws ApiError. */
export const fetchPlanSheet = (id: number, grid: number): Promise<PlanSheet> =>
  ok(api.GET('/api/plans/{id}/sheets/{grid}', { params: { path: { id, grid } } }))
/** A view-only link; its token is told once. */
export type PlanLink = Wire['PlanLink']

/** Makes a view-only link; the one before ends. Throws ApiError. */
export const sharePlan = (id: number): Promise<PlanLink> => submit('POST', `/api/plans/${id}/share`, {})

/** Ends the view-only link. Throws ApiError. */
export const unsharePlan = (id: number): Promise<void> => submit('POST', `/api/plans/${id}/unshare`, {})

/** Another window in which a plan is open. */
export type PlanPresence = Wire['PlanPresence']

/** Says that this window has the plan open with a grid selected (0 for none); gives the others. Throws ApiError. */
export const attendPlan = (id: number, window: string, grid: number): Promise<PlanPresence[]> =>
  submit('POST', `/api/plans/${id}/presence`, { window, grid })

/** Says that this window leaves the plan; also while the page is being closed. */
export function leavePlan(id: number, window: string): void {
  const words = new Blob([JSON.stringify({ window, leaving: true })], { type: 'application/json' })
  navigator.sendBeacon(`/api/plans/${id}/presence`, words)
}
