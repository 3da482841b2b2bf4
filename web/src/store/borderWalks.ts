import { api, ok, submit, type Wire } from '@/api/client'
import { perform } from './commands'
import { photoCommand, type PhotoDraft } from './photos'

/** 踏界: a border that is gone along on the spot, piece by piece. */
export type BorderWalk = Wire['BorderWalk']

/** One piece of it, with what people said. */
export type BorderPiece = Wire['BorderPiece']

/** What somebody said of a piece. */
export type BorderAnswer = Wire['BorderAnswer']

/** An answer as a device sends it. */
export type BorderAnswerDraft = Omit<Wire['BorderAnswerDraft'], '$schema'>

/** What a walk is asked for: the new border of a plan, or the border of a grid as it is. */
export interface BorderOf {
  plan?: number
  grid?: number
}

/** Walks with the pieces of the territory, the newest first. Throws ApiError. */
export const fetchBorderWalks = (query: BorderOf & { open?: boolean }): Promise<BorderWalk[]> =>
  ok(api.GET('/api/border-walks', { params: { query } }))

/** Asks for a border to be walked; `key` is the same for every attempt. Throws ApiError `conflict` in words. */
export const createBorderWalk = (
  draft: Omit<Wire['BorderWalkDraft'], '$schema'>,
  key: string,
): Promise<BorderWalk> => submit('POST', '/api/border-walks', draft, key)

/** Ends a walk. Throws ApiError `stale`. */
export const closeBorderWalk = ({ id, version }: BorderWalk): Promise<BorderWalk> =>
  submit('POST', `/api/border-walks/${id}/close`, { version })

/**
 * Says what was found at a piece that is called `about`; its photos follow it. Null:
 * it is kept on this device and will be sent. Throws ApiError.
 */
export const answerBorderPiece = (
  piece: number,
  body: BorderAnswerDraft,
  key: string,
  about: string,
  photos: readonly PhotoDraft[] = [],
): Promise<BorderPiece | null> =>
  perform<BorderPiece>(
    {
      kind: 'answer-border-piece',
      entity: body.id,
      method: 'POST',
      path: `/api/border-pieces/${piece}/answers`,
      body,
      about,
      key,
    },
    photos.map((photo) => photoCommand(photo, 'border_answer', body.id, about)),
  )

/** Where the picture of an answer is. */
export const borderPhotoAddress = (id: string): string => `/api/border-photos/${id}`

/** How many pieces stand how. */
export function standing(pieces: readonly Pick<BorderPiece, 'state' | 'length'>[]) {
  const count = { open: 0, accepted: 0, rejected: 0, metres: 0 }
  for (const { state, length } of pieces) {
    count[state]++
    count.metres += length
  }
  return count
}

/** The share of the pieces that somebody has been at, 0 to 1. */
export const walked = (pieces: readonly Pick<BorderPiece, 'state' | 'length'>[]): number =>
  1 - standing(pieces).open / Math.max(1, pieces.length)
