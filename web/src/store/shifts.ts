import { api, ok, type Wire } from '@/api/client'
import { transmit } from './commands'
import { uuidv7 } from './uuid'

/** A team on from when to when. */
export type Shift = Wire['Shift']
export type ShiftDraft = Wire['ShiftDraft']
export type NearTeam = Wire['NearTeam']

const DAY = 86_400_000

/** The Monday of the week of a moment, at midnight in China, in milliseconds. */
export function mondayOf(at: number): number {
  const china = at + 8 * 3_600_000
  const days = Math.floor(china / DAY)
  // 1 January 1970 was a Thursday.
  return (days - ((days + 3) % 7)) * DAY - 8 * 3_600_000
}

/** Shifts of the week that begins then. Throws ApiError. */
export const fetchShifts = async (monday: number): Promise<Shift[]> =>
  (await ok(
    api.GET('/api/shifts', {
      params: {
        query: { from: new Date(monday).toISOString(), to: new Date(monday + 7 * DAY).toISOString() },
      },
    }),
  )) ?? []

const send = <T>(path: string, body: unknown) =>
  transmit<T>({ kind: 'shift', entity: path, method: 'POST', path, body, about: '', key: uuidv7() })

/** Sets a shift up or changes it. Throws ApiError `conflict` when the team is on another one then. */
export const saveShift = (draft: ShiftDraft) => send<Shift>('/api/shifts', draft)

/** Takes a shift off the roster. Throws ApiError. */
export const dropShift = (id: number) => ok(api.POST('/api/shifts/{id}/drop', { params: { path: { id } } }))

/** Asks the other side for an exchange. Throws ApiError. */
export const askSwap = (shift: number, theirs: number, reason: string) =>
  send<Shift>(`/api/shifts/${shift}/swaps`, { theirs, reason })

/** Agrees, declines or takes back. Throws ApiError. */
export const answerSwap = (id: number, answer: 'agree' | 'decline' | 'withdraw') =>
  send(`/api/shift-swaps/${id}`, { answer })

/** Teams on duty and how far they have to walk to an incident. Throws ApiError. */
export const fetchNearTeams = async (incident: string): Promise<NearTeam[]> =>
  (await ok(api.GET('/api/incidents/{id}/teams', { params: { path: { id: incident } } }))) ?? []
