import { api, ok, type Wire } from '@/api/client'
import { everyPage } from './collection'
import { actor } from './session'
import { uuidv7 } from './uuid'

/** A special round of visits (专项走访) with its progress in the territory. */
export type Campaign = Wire['Campaign']

/** What makes one. */
export type CampaignDraft = Wire['CampaignDraft']

/** Its progress in one grid. */
export type CampaignGrid = Wire['CampaignGrid']

/** Roles that call for one; the server decides. */
export const CAMPAIGNERS = ['secretary', 'duty_head', 'party_office', 'admin'] as const

/** Whether one may call for a round in an area, by its path; areas above one's own are seen, not called in. */
export const mayCallIn = (path: string): boolean =>
  (actor.value?.grants ?? []).some(
    (grant) =>
      CAMPAIGNERS.some((role) => role === grant.role) &&
      (grant.path === '' || path === grant.path || path.startsWith(`${grant.path}.`)),
  )

/** All of the territory, the latest first. Throws ApiError. */
export const fetchCampaigns = (): Promise<Campaign[]> =>
  everyPage(async (after) => {
    const query = { limit: 100, ...(after ? { after } : {}) }
    const page = await ok(api.GET('/api/campaigns', { params: { query } }))
    return { items: page.items ?? [], ...(page.next ? { next: page.next } : {}) }
  })

/** The progress grid by grid. Throws ApiError. */
export const campaignGrids = (id: number): Promise<CampaignGrid[]> =>
  ok(api.GET('/api/campaigns/{id}/grids', { params: { path: { id } } }))

/** How many doors a draft would have. Throws ApiError. */
export const countDoors = async (body: CampaignDraft): Promise<number> =>
  (await ok(api.POST('/api/campaigns/count', { body }))).doors

/** Makes a campaign; the same key for every attempt. Throws ApiError. */
export const createCampaign = (body: CampaignDraft, key = uuidv7()): Promise<Campaign> =>
  ok(api.POST('/api/campaigns', { body, params: { header: { 'Idempotency-Key': key } } }))

/** Ends a campaign early, or opens it again. Throws ApiError `stale`. */
export const closeCampaign = ({ id, version }: Campaign, closed: boolean): Promise<Campaign> =>
  ok(api.PATCH('/api/campaigns/{id}', { params: { path: { id } }, body: { version, closed } }))

/** Where a campaign stands on a day. */
export const phaseOf = (
  { closed, starts, ends }: Campaign,
  day: string,
): 'closed' | 'ahead' | 'over' | 'running' =>
  closed ? 'closed' : day < starts ? 'ahead' : day > ends ? 'over' : 'running'
