import { api, ok, type Wire } from '@/api/client'

/** A grid as its borders were on a day. */
export type GridThen = Wire['GridThen']

/** A grid that exists or once did. */
export type GridLife = Wire['GridLife']

/** Everything a grid came from and became. */
export type GridFamily = Wire['GridFamily']

/** What happened in one grid in a month. */
export type GridFigure = Wire['GridFigure']

/** A time a building spent in one grid, as recorded. */
export type GridStay = Wire['GridStay']

/** What is printed of an official grid on a day. */
export type GridSheet = Wire['GridSheet']

/** The form and map of an official grid on a day. Throws ApiError. */
export const fetchGridSheet = (id: number, on: string): Promise<GridSheet> =>
  ok(api.GET('/api/grids/{id}/sheet', { params: { path: { id }, query: { on } } }))

/** Which grids are asked for: those of a day, as known now or at the end of another day. */
export interface PastDay {
  on: string
  known: string
}

/** The grids of a day. Throws ApiError. */
export const fetchGridsThen = ({ on, known }: PastDay): Promise<GridThen[]> =>
  ok(
    api.GET('/api/grids-then', {
      params: { query: { on, ...(known && { known: `${known}T23:59:59+08:00` }) } },
    }),
  )

/** Where a grid came from and what it became. Throws ApiError. */
export const fetchFamily = (id: number): Promise<GridFamily> =>
  ok(api.GET('/api/grids/{id}/family', { params: { path: { id } } }))

/** Grids of every time by code or name, at most a hundred. Throws ApiError. */
export const fetchGridCodes = (q: string): Promise<GridLife[]> =>
  ok(api.GET('/api/grid-codes', { params: { query: { q } } }))

/** What happened in a month (2026-11) by grid, as drawn then or in the borders of today. Throws ApiError. */
export const fetchFigures = (month: string, borders: 'then' | 'today'): Promise<GridFigure[]> =>
  ok(api.GET('/api/figures', { params: { query: { month, borders } } }))

/** Every grid a building was recorded in, the newest record first. Throws ApiError. */
export const fetchStays = (building: number): Promise<GridStay[]> =>
  ok(api.GET('/api/buildings/{id}/grids', { params: { path: { id: building } } }))
