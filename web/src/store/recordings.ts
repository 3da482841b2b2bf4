import { api, ok, send, type Wire } from '@/api/client'
import { perform, type Command } from './commands'

/** A voice note of an incident or a visit. */
export type Recording = Wire['Recording']

/** A voice note on its way. */
export interface RecordingDraft {
  /** UUIDv7: sent again it is the same recording. */
  id: string
  blob: Blob
  seconds: number
}

/** Seconds of the longest recording, and how many one thing may have; the server's limits (ward.RecordingLongest). */
export const LONGEST = 120
export const MOST = 9

/** The recordings of a thing, oldest first. Throws ApiError. */
export function recordingsOf(noun: Recording['noun'], entity: string): Promise<Recording[]> {
  return ok(api.GET('/api/recordings', { params: { query: { noun, entity } } }))
}

/** The sound of a recording; that it was asked for is written down. Throws ApiError. */
export async function soundOf(id: string): Promise<Blob> {
  return (await send(new Request(new URL(`/api/recordings/${id}`, location.href)))).blob()
}

/** Takes one's own recording away for good. Throws ApiError. */
export const deleteRecording = (id: string) =>
  ok(api.POST('/api/recordings/{id}/delete', { params: { path: { id } } }))

/** The sending of a recording of a thing that is called `about`; sent again it is the same recording. */
export function recordingCommand(
  { id, blob }: RecordingDraft,
  noun: Recording['noun'],
  entity: string,
  about: string,
): Command {
  const path = `/api/recordings?${new URLSearchParams({ id, noun, entity })}`
  const file = { id, blob }
  return { kind: 'send-recording', entity, method: 'POST', path, body: null, file, about, key: id }
}

/** Sends a recording of a thing that is there; null while only this device has it. Throws ApiError. */
export const sendRecording = (
  draft: RecordingDraft,
  noun: Recording['noun'],
  entity: string,
  about: string,
): Promise<Recording | null> => perform<Recording>(recordingCommand(draft, noun, entity, about))
