import { api, ok, send, type Wire } from '@/api/client'

/** A photo of an incident or a visit. */
export type Photo = Wire['Photo']

/** What a photo is for. */
export type PhotoKind = Photo['kind']

/** Where the picture of a photo is. */
export const photoAddress = (id: string): string => `/api/photos/${id}`

/** The photos of a thing, oldest first. Throws ApiError. */
export function photosOf(noun: Photo['noun'], entity: string): Promise<Photo[]> {
  return ok(api.GET('/api/photos', { params: { query: { noun, entity } } }))
}

/** Sends a photo; the same id for every attempt. Throws ApiError. */
export async function sendPhoto(
  id: string,
  noun: Photo['noun'],
  entity: string,
  kind: PhotoKind,
  body: Blob,
): Promise<Photo> {
  const address = new URL(`/api/photos?${new URLSearchParams({ id, noun, entity, kind })}`, location.href)
  const headers = { 'Content-Type': 'application/octet-stream' }
  const answer = await send(new Request(address, { method: 'POST', headers, body }))
  return (await answer.json()) as Photo
}
