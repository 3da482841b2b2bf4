import { api, ok, type Wire } from '@/api/client'
import { uuidv7 } from './uuid'

/** Another system that reports here by Open311. */
export type Client = Wire['Client']
/** Another program that is told of incidents. */
export type Webhook = Wire['Webhook']
/** One message to it. */
export type Delivery = Wire['Delivery']

const key = () => ({ header: { 'Idempotency-Key': uuidv7() } })
const of = (id: number) => ({ params: { path: { id } } })

/** The systems of the territory. Throws ApiError. */
export const fetchClients = async (): Promise<Client[]> =>
  (await ok(api.GET('/api/clients', { params: { query: { limit: 500 } } }))).items ?? []
/** Registers a system; its key comes once. Throws ApiError. */
export const openClient = (body: Wire['ClientDraft']) => ok(api.POST('/api/clients', { params: key(), body }))
/** Ends a system. Throws ApiError. */
export const revokeClient = (id: number) => ok(api.POST('/api/clients/{id}/revoke', of(id)))

/** The webhooks of the territory. Throws ApiError. */
export const fetchWebhooks = async (): Promise<Webhook[]> =>
  (await ok(api.GET('/api/webhooks', { params: { query: { limit: 500 } } }))).items ?? []
/** Registers a webhook; its secret comes once. Throws ApiError. */
export const openWebhook = (body: Wire['WebhookDraft']) =>
  ok(api.POST('/api/webhooks', { params: key(), body }))
/** Switches it on or off. Throws ApiError `stale`. */
export const switchWebhook = ({ id, version }: Webhook, active: boolean) =>
  ok(api.PATCH('/api/webhooks/{id}', { ...of(id), body: { version, active } }))
/** Takes it away. Throws ApiError. */
export const endWebhook = (id: number) => ok(api.POST('/api/webhooks/{id}/end', of(id)))
/** The newest messages. Throws ApiError. */
export const fetchDeliveries = (id: number): Promise<Delivery[]> =>
  ok(api.GET('/api/webhooks/{id}/deliveries', of(id)))
/** Tries one again. Throws ApiError. */
export const resend = (id: string) =>
  ok(api.POST('/api/deliveries/{id}/resend', { params: { path: { id } } }))
