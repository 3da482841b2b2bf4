import { api, ok, type Wire } from '@/api/client'

/** One kind of trouble the data doctor looks for, with how much of it there is. */
export type DoctorCheck = Wire['DoctorCheck']

/** One thing a check found. */
export type DoctorCase = Wire['DoctorCase']

/** One tap of the doctor, done or only previewed. */
export type DoctorFix = Wire['DoctorFix']

/** What may be done with a case: mend it, or mark it as looked at. */
export type DoctorAction = Wire['DoctorOrder']['action']

/** All checks, the worst first. Throws ApiError. */
export const fetchChecks = (): Promise<DoctorCheck[]> => ok(api.GET('/api/doctor'))

/** What an act on a case would change; nothing is written. Throws ApiError. */
export const previewAct = (check: string, one: DoctorCase, action: DoctorAction, key: string) =>
  act(check, one, { action, state: one.state, preview: true }, key)

/**
 * Mends a case or marks it as checked. `key` is the same for every attempt, so
 * that one that got lost on the way back has one effect. Throws ApiError,
 * `stale` when the case has changed since it was listed.
 */
export const carryOut = (
  check: string,
  one: DoctorCase,
  action: DoctorAction,
  reason: string,
  key: string,
): Promise<DoctorFix> => act(check, one, { action, state: one.state, reason }, key)

function act(check: string, one: DoctorCase, body: Wire['DoctorOrder'], key: string): Promise<DoctorFix> {
  const params = { path: { check, case: one.id }, header: { 'Idempotency-Key': key } }
  return ok(api.POST('/api/doctor/{check}/{case}', { params, body }))
}

/** Takes an act back. Throws ApiError, `conflict` when something was changed since. */
export function undoFix(id: number, key: string): Promise<DoctorFix> {
  const params = { path: { id }, header: { 'Idempotency-Key': key } }
  return ok(api.POST('/api/doctor-fixes/{id}/undo', { params }))
}
