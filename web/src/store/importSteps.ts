import { api, ok, send, type Wire } from '@/api/client'
import type { Job } from './jobs'
import { uuidv7 } from './uuid'

/** A file the server keeps for the steps of an import. */
export type Upload = Wire['Upload']

/** What a file seems to be. */
export type FileLook = Wire['FileLook']

/** How the person says the file is to be read. */
export type Reading = Wire['Reading']

/** Shapes of the rows of a checked file; properties: line, bad. */
export type RowMap = GeoJSON.FeatureCollection<GeoJSON.Geometry, { line: number; bad: boolean }> & {
  /** Shapes that were too many to draw. */
  left: number
}

/** Sends a file once; the other steps name it. Throws ApiError. */
export async function keepFile(file: File): Promise<Upload> {
  const url = new URL(`/api/uploads?${new URLSearchParams({ name: file.name })}`, location.href)
  const headers = { 'Content-Type': 'application/octet-stream' }
  return (await (await send(new Request(url, { method: 'POST', headers, body: file }))).json()) as Upload
}

/** Recognises the file as far as the reading leaves it open. Throws ApiError. */
export const lookAt = (id: string, reading: Reading): Promise<FileLook> =>
  ok(api.POST('/api/uploads/{id}/look', { params: { path: { id } }, body: reading }))

/** Starts the check: everything but writing. Throws ApiError. */
export const startCheck = (id: string, reading: Reading): Promise<Job> =>
  ok(api.POST('/api/uploads/{id}/check', { params: { path: { id } }, body: { job: uuidv7(), reading } }))

/** Starts the writing; `job` is the same when it is sent again. Throws ApiError. */
export const startWrite = (id: string, job: string, reading: Reading, skipBad: boolean): Promise<Job> =>
  ok(api.POST('/api/uploads/{id}/write', { params: { path: { id } }, body: { job, reading, skipBad } }))

/** Starts taking an import back. Throws ApiError. */
export const startUndo = (id: number): Promise<Job> =>
  ok(api.POST('/api/imports/{id}/undo', { params: { path: { id } }, body: { job: uuidv7() } }))

/** The shapes of a checked file. Throws ApiError. */
export async function fetchRowMap(id: string): Promise<RowMap> {
  return (await (await send(new Request(new URL(`/api/uploads/${id}/map`, location.href)))).json()) as RowMap
}
