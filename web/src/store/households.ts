import { api, ok, type Wire } from '@/api/client'

/** A household with its personal fields. */
export type HouseholdCard = Wire['HouseholdCard']

/** Roles whose work needs the personal fields of a household; the server decides. */
export const REVEALERS = ['grid_leader', 'grid_staff', 'secretary'] as const

/** Roles that may read what was done at a door; the server decides. */
export const HISTORIANS = [...REVEALERS, 'duty_head', 'party_office'] as const

/** Reads the personal fields; the view is written down with its purpose (2–100 characters). Throws ApiError. */
export function revealHousehold(id: number, purpose: string): Promise<HouseholdCard> {
  return ok(api.POST('/api/households/{id}/reveal', { params: { path: { id } }, body: { purpose } }))
}
