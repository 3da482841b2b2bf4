import { api, ok } from '@/api/client'
import { incidentStored, type Incident } from './incidentWork'
import { uuidv7 } from './uuid'

/** The phone a resident left, written down in the audit with the purpose. Throws ApiError. */
export async function revealReporter(id: string, purpose: string): Promise<string> {
  return (await ok(api.POST('/api/incidents/{id}/reporter', { params: { path: { id } }, body: { purpose } })))
    .phone
}

/** Refuses a report that is nothing of the kind. Throws ApiError. */
export async function markSpam({ id, version }: Pick<Incident, 'id' | 'version'>): Promise<void> {
  const params = { path: { id }, header: { 'Idempotency-Key': uuidv7() } }
  incidentStored(await ok(api.POST('/api/incidents/{id}/spam', { params, body: { version } })))
}
