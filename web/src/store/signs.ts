import { api, ok, type Wire } from '@/api/client'
import { everyPage } from './collection'
import { uuidv7 } from './uuid'

/** A plate with a QR code (扫码牌). */
export type Sign = Wire['Sign']

/** Whether a street takes reports of residents now. */
export type PublicForm = Wire['PublicForm']

/** The signs in use of a grid, with their codes for the address of this page. Throws ApiError. */
export const fetchSigns = (grid: number): Promise<Sign[]> =>
  everyPage(async (after) => {
    const query = { grid, base: location.origin, limit: 100, ...(after ? { after } : {}) }
    const page = await ok(api.GET('/api/signs', { params: { query } }))
    return { items: page.items ?? [], ...(page.next ? { next: page.next } : {}) }
  })

/** Makes the signs a grid lacks; how many are new. Throws ApiError. */
export async function makeSigns(body: Wire['SignOrder']): Promise<number> {
  const header = { 'Idempotency-Key': uuidv7() }
  return (await ok(api.POST('/api/signs', { params: { header }, body }))).made
}

/** Ends a sign: its code leads nowhere. Throws ApiError. */
export const retireSign = (id: number) => ok(api.POST('/api/signs/{id}/retire', { params: { path: { id } } }))

/** The streets of the territory with their switch. Throws ApiError. */
export const fetchForms = (): Promise<PublicForm[]> => ok(api.GET('/api/public-forms'))

/** Opens or closes the form of a street. Throws ApiError `stale`. */
export const changeForm = (
  { area, version }: PublicForm,
  open: boolean,
  notice: string,
): Promise<PublicForm> =>
  ok(api.POST('/api/public-forms/{area}', { params: { path: { area } }, body: { version, open, notice } }))
