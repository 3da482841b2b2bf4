import { api, ok, send, type Wire } from '@/api/client'

/** A work order of the city's hotline 12345. */
export type HotlineOrder = Wire['HotlineOrder']
/** What became of a file of orders. */
export type HotlineReport = Wire['HotlineReport']
/** Which orders to list. */
export type HotlineState = '' | 'open' | 'over' | 'late' | 'unsent'

/** The newest orders of a state. Throws ApiError. */
export async function fetchOrders(state: HotlineState, q: string): Promise<HotlineOrder[]> {
  const query = { limit: 500, ...(state && { state }), ...(q && { q }) }
  return (await ok(api.GET('/api/hotline/orders', { params: { query } }))).items ?? []
}

/** Takes a file in; with `dry` it is only checked. Throws ApiError. */
export async function importOrders(file: File, dry: boolean): Promise<HotlineReport> {
  const query = new URLSearchParams({ name: file.name, dry: String(dry) })
  const headers = { 'Content-Type': 'application/octet-stream' }
  const url = new URL(`/api/hotline/imports?${query}`, location.href)
  return (await (
    await send(new Request(url, { method: 'POST', headers, body: file }))
  ).json()) as HotlineReport
}

/** The order of an incident. Throws ApiError `not_found`. */
export const fetchOrder = (id: string): Promise<HotlineOrder> =>
  ok(api.GET('/api/incidents/{id}/hotline', { params: { path: { id } } }))

/** Writes down what the caller said. Throws ApiError `stale`. */
export const changeOrder = (id: string, body: Wire['HotlineChange']): Promise<HotlineOrder> =>
  ok(api.PATCH('/api/incidents/{id}/hotline', { params: { path: { id } }, body }))

/** Who called, written down in the audit with the purpose. Throws ApiError. */
export const revealCaller = (id: string, purpose: string): Promise<Wire['Caller']> =>
  ok(api.POST('/api/incidents/{id}/hotline/caller', { params: { path: { id } }, body: { purpose } }))
