import { api, ok, type Wire } from '@/api/client'
import { keepAt, rowMapAt, type ImportDoor } from './importSteps'
import { uuidv7 } from './uuid'

/** A work order of the city's hotline 12345. */
export type HotlineOrder = Wire['HotlineOrder']
/** Which orders to list. */
export type HotlineState = '' | 'open' | 'over' | 'late' | 'unsent'

/** The newest orders of a state. Throws ApiError. */
export async function fetchOrders(state: HotlineState, q: string): Promise<HotlineOrder[]> {
  const query = { limit: 500, ...(state && { state }), ...(q && { q }) }
  return (await ok(api.GET('/api/hotline/orders', { params: { query } }))).items ?? []
}

/** The steps of a file of orders, as those of a register's. */
export const ordersDoor: ImportDoor = {
  sheets: [],
  accept: '.xlsx,.xls,.csv,.tsv,.txt',
  keep: (file) => keepAt('/api/hotline/uploads', file),
  look: (id, body) => ok(api.POST('/api/hotline/uploads/{id}/look', { params: { path: { id } }, body })),
  check: (id, reading) =>
    ok(
      api.POST('/api/hotline/uploads/{id}/check', {
        params: { path: { id } },
        body: { job: uuidv7(), reading },
      }),
    ),
  write: (id, job, reading, skipBad) =>
    ok(
      api.POST('/api/hotline/uploads/{id}/write', {
        params: { path: { id } },
        body: { job, reading, skipBad },
      }),
    ),
  undo: (id) =>
    ok(api.POST('/api/hotline/imports/{id}/undo', { params: { path: { id } }, body: { job: uuidv7() } })),
  rowMap: (id) => rowMapAt(`/api/hotline/uploads/${id}/map`),
  history: () => ok(api.GET('/api/hotline/imports')),
  report: (id) => ok(api.GET('/api/hotline/imports/{id}', { params: { path: { id } } })),
  badRows: (id) => `/api/hotline/uploads/${id}/bad-rows`,
  template: () => '/api/hotline/template',
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
