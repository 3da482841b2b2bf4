import { api, ok, submit, type Wire } from '@/api/client'
import { uuidv7 } from './uuid'

/** What a cut made, or would make: both pieces from west to east. */
export type CellCutEdit = Wire['CellCutEdit']

/** One of the cells a cut makes. */
export type CellPiece = Wire['CellPiece']

/** A line somebody cut a cell along; it can be healed while both pieces are there. */
export type CellCut = Wire['CellCut']

/** Cells that others took the place of. */
export type CellChange = Wire['CellChange']

/** A line in degrees. */
export type DrawnLine = [lng: number, lat: number][]

/** What the pieces of a cell would be; nothing is cut. Throws ApiError `invalid` in words. */
export const previewCut = (cell: number, line: DrawnLine): Promise<CellCutEdit> =>
  submit('POST', `/api/cells/${cell}/cut`, { line, preview: true })

/** Cuts a cell along a line; `key` is the same for every attempt. Throws ApiError `invalid`, `conflict`. */
export const cutCell = (cell: number, line: DrawnLine, key = uuidv7()): Promise<CellCutEdit> =>
  submit('POST', `/api/cells/${cell}/cut`, { line }, key)

/** Joins the pieces of a cut. Throws ApiError `conflict` when something was built on it. */
export const healCell = (cut: number): Promise<CellChange> => submit('POST', `/api/cell-cuts/${cut}/heal`, {})

/** The latest cuts of an area, the last made first. Throws ApiError. */
export const fetchCellCuts = async (area: number): Promise<CellCut[]> =>
  (await ok(api.GET('/api/cell-cuts', { params: { query: { area, limit: 50 } } }))).items ?? []
