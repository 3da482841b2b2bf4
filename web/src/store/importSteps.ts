import { api, ok, send, type Wire } from '@/api/client'
import { SHEETS, type ImportReport } from './importing'
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

/** Where a file goes: into the registers, or to the work orders of the hotline. The steps are the same; every call throws ApiError. */
export interface ImportDoor {
  /** The kinds of files that may be chosen from; empty when there is one only. */
  sheets: readonly string[]
  /** Endings of files, as an input takes them. */
  accept: string
  /** Sends a file once; the other steps name it. */
  keep: (file: File) => Promise<Upload>
  /** Recognises the file as far as the reading leaves it open. */
  look: (id: string, reading: Reading) => Promise<FileLook>
  /** Starts the check: everything but writing. */
  check: (id: string, reading: Reading) => Promise<Job>
  /** Starts the writing; `job` is the same when it is sent again. */
  write: (id: string, job: string, reading: Reading, skipBad: boolean) => Promise<Job>
  /** Starts taking an import back. */
  undo: (id: number) => Promise<Job>
  /** The shapes of a checked file. */
  rowMap: (id: string) => Promise<RowMap>
  /** The latest imports, newest first, without their findings. */
  history: () => Promise<ImportReport[]>
  /** One import with its findings. */
  report: (id: number) => Promise<ImportReport>
  /** Where the rows with errors are, as a table. */
  badRows: (id: string) => string
  /** Where an empty table with the headers of a sheet is. */
  template: (sheet: string) => string
}

/** Sends a file to an address of uploads. Throws ApiError. */
export async function keepAt(path: string, file: File): Promise<Upload> {
  const url = new URL(`${path}?${new URLSearchParams({ name: file.name })}`, location.href)
  const headers = { 'Content-Type': 'application/octet-stream' }
  return (await (await send(new Request(url, { method: 'POST', headers, body: file }))).json()) as Upload
}

/** The shapes at an address. Throws ApiError. */
export async function rowMapAt(path: string): Promise<RowMap> {
  return (await (await send(new Request(new URL(path, location.href)))).json()) as RowMap
}

/** The registers. */
export const registersDoor: ImportDoor = {
  sheets: SHEETS,
  accept: '.csv,.tsv,.txt,.xlsx,.xls,.geojson,.json,.geojsonl,.zip,.gpkg,.kml,.kmz,.dxf,.pbf,.osm',
  keep: (file) => keepAt('/api/uploads', file),
  look: (id, body) => ok(api.POST('/api/uploads/{id}/look', { params: { path: { id } }, body })),
  check: (id, reading) =>
    ok(api.POST('/api/uploads/{id}/check', { params: { path: { id } }, body: { job: uuidv7(), reading } })),
  write: (id, job, reading, skipBad) =>
    ok(api.POST('/api/uploads/{id}/write', { params: { path: { id } }, body: { job, reading, skipBad } })),
  undo: (id) => ok(api.POST('/api/imports/{id}/undo', { params: { path: { id } }, body: { job: uuidv7() } })),
  rowMap: (id) => rowMapAt(`/api/uploads/${id}/map`),
  history: () => ok(api.GET('/api/imports')),
  report: (id) => ok(api.GET('/api/imports/{id}', { params: { path: { id } } })),
  badRows: (id) => `/api/uploads/${id}/bad-rows`,
  template: (sheet) => `/api/import-templates/${sheet}`,
}
