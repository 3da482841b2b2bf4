import { api, ok, type Wire } from '@/api/client'
import { everyPage } from './collection'

/** A wall (大屏) that staff let in. */
export type Screen = Wire['Screen']

/** What the remote control of a screen has set. */
export type ScreenRemote = Pick<Screen, 'version' | 'scene' | 'touring' | 'turn' | 'sound' | 'brightness'>

/** One press on the remote control; what is absent stays. */
export type ScreenSteer = Wire['ScreenSteer']

/** The code a waiting wall shows, and until when. */
export type ScreenCode = Wire['ScreenCode']

/** Asks for a code; the browser keeps the token that comes with it. Throws ApiError `too_many`. */
export const beginPairing = (): Promise<ScreenCode> => ok(api.POST('/api/screen-codes'))

/** Lets the wall with the code in. Throws ApiError `invalid` for a wrong code, `too_many` after five. */
export const pairScreen = (code: string, name: string, area: number): Promise<Screen> =>
  ok(api.POST('/api/screens', { body: { code, name, area } }))

/** All screens of the territory. Throws ApiError. */
export const fetchScreens = (): Promise<Screen[]> =>
  everyPage(async (after) => {
    const page = await ok(
      api.GET('/api/screens', { params: { query: { limit: 100, ...(after ? { after } : {}) } } }),
    )
    return { items: page.items ?? [], ...(page.next ? { next: page.next } : {}) }
  })

/** Whether an account is that of a paired screen: the server names them so, and nobody can sign in with one. */
export const isPaired = (who: { login: string } | null): boolean => /^screen-\d+$/.test(who?.login ?? '')

/** The screen this browser is. Throws ApiError `not_found` when it was signed in with a password. */
export const fetchOwnScreen = (): Promise<Screen> => ok(api.GET('/api/screens/own'))

/** Ends a screen at once. Throws ApiError. */
export const revokeScreen = (id: number) =>
  ok(api.POST('/api/screens/{id}/revoke', { params: { path: { id } } }))

/** One press on the remote control. Throws ApiError. */
export const steerScreen = (id: number, body: ScreenSteer): Promise<Screen> =>
  ok(api.PATCH('/api/screens/{id}', { params: { path: { id } }, body }))
