import { api, ok, type Wire } from '@/api/client'
import { incidentStored, type Incident } from './incidentWork'
import { uuidv7 } from './uuid'

/** What was left to call back: name, phone, email; each may be empty. */
export type Contact = Wire['Contact']

/** What the reporter left, written down in the audit with the purpose. Throws ApiError. */
export const revealReporter = (id: string, purpose: string): Promise<Contact> =>
  ok(api.POST('/api/incidents/{id}/reporter', { params: { path: { id } }, body: { purpose } }))

/** Keeps the photos of another system's report to staff. Throws ApiError. */
export const hidePhotos = (id: string): Promise<unknown> =>
  ok(api.POST('/api/incidents/{id}/photos/hide', { params: { path: { id } } }))

/** Refuses a report that is nothing of the kind. Throws ApiError. */
export async function markSpam({ id, version }: Pick<Incident, 'id' | 'version'>): Promise<void> {
  const params = { path: { id }, header: { 'Idempotency-Key': uuidv7() } }
  incidentStored(await ok(api.POST('/api/incidents/{id}/spam', { params, body: { version } })))
}
