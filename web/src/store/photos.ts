import { api, ok, type Wire } from '@/api/client'
import { perform, type Command } from './commands'

/** A photo of an incident, a visit or an answer at a border. */
export type Photo = Wire['Photo']

/** What a photo is for. */
export type PhotoKind = Photo['kind']

/** A photo on its way. */
export interface PhotoDraft {
  /** UUIDv7: sent again it is the same photo. */
  id: string
  blob: Blob
  kind?: PhotoKind
}

/** Where the picture of a photo is. */
export const photoAddress = (id: string): string => `/api/photos/${id}`

/** The photos of a thing, oldest first. Throws ApiError. */
export function photosOf(noun: 'incident' | 'visit', entity: string): Promise<Photo[]> {
  return ok(api.GET('/api/photos', { params: { query: { noun, entity } } }))
}

/** The sending of a photo of a thing that is called `about`; sent again it is the same photo. */
export function photoCommand(
  { id, blob, kind = 'scene' }: PhotoDraft,
  noun: Photo['noun'],
  entity: string,
  about: string,
): Command {
  const path = `/api/photos?${new URLSearchParams({ id, noun, entity, kind })}`
  const file = { id, blob }
  return { kind: 'send-photo', entity, method: 'POST', path, body: null, file, about, key: id }
}

/** Sends a photo of a thing that is there; null while only this device has it. Throws ApiError. */
export const sendPhoto = (
  draft: PhotoDraft,
  noun: Photo['noun'],
  entity: string,
  about: string,
): Promise<Photo | null> => perform<Photo>(photoCommand(draft, noun, entity, about))
