import { api, ok, type Wire } from '@/api/client'
import { everything } from './pages'
import { register } from './register'
import { uuidv7 } from './uuid'

/** An account as the administrator keeps it. */
export type Account = Wire['Account']

/** A grant as it is asked for. */
export type GrantDraft = Wire['GrantDraft']

/** One sign-in that still holds. */
export type LiveSession = Wire['LiveSession']

/** What a role asks of its holders. */
export type RoleRule = Wire['RoleRule']

/** An account with the password that was just made for it. */
export type AccountSecret = Wire['AccountSecret']

/** The roles people hold, in the order of the desk. */
export const ROLES = [
  'grid_leader',
  'grid_staff',
  'secretary',
  'intake',
  'dispatcher',
  'duty_head',
  'handler',
  'planner',
  'party_office',
  'member',
  'admin',
  'wall',
] as const

/** All accounts of the territory. */
export const accounts = register<Account>(() => everything('/api/accounts'))

const keyed = () => ({ header: { 'Idempotency-Key': uuidv7() } })

/** Makes an account; the answer holds its one-time password. Throws ApiError. */
export function openAccount(body: Wire['AccountDraft']): Promise<AccountSecret> {
  return ok(api.POST('/api/accounts', { params: keyed(), body }))
}

/** Changes an account whose version was seen. Throws ApiError `stale` or `conflict`. */
export function changeAccount(id: number, body: Wire['AccountChange']): Promise<Account> {
  return ok(api.PATCH('/api/accounts/{id}', { params: { ...keyed(), path: { id } }, body }))
}

/** Gives out a one-time password; all sign-ins end. */
export function resetPassword(id: number): Promise<AccountSecret> {
  return ok(api.POST('/api/accounts/{id}/password', { params: { ...keyed(), path: { id } } }))
}

/** Takes the second factor away from somebody who lost it. */
export function resetTotp(id: number): Promise<Account> {
  return ok(api.POST('/api/accounts/{id}/totp/reset', { params: { ...keyed(), path: { id } } }))
}

/** The sign-ins of an account; of oneself with null. */
export function fetchSessions(id: number | null): Promise<LiveSession[]> {
  return id === null
    ? ok(api.GET('/api/me/sessions'))
    : ok(api.GET('/api/accounts/{id}/sessions', { params: { path: { id } } }))
}

/** Ends a sign-in, 0 all of them; of oneself with null. */
export async function endSession(id: number | null, session: number): Promise<void> {
  if (id === null) await ok(api.POST('/api/me/sessions/{id}/end', { params: { path: { id: session } } }))
  else await ok(api.POST('/api/accounts/{id}/sessions/{session}/end', { params: { path: { id, session } } }))
}

/** What each role asks for. */
export function fetchRules(): Promise<RoleRule[]> {
  return ok(api.GET('/api/role-rules'))
}

/** Changes what a role asks for. */
export async function changeRule(rule: { role: RoleRule['role']; totp: boolean }): Promise<void> {
  await ok(api.POST('/api/role-rules', { body: rule as never }))
}
