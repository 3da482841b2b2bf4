import { computed, shallowRef } from 'vue'
import { api, ApiError, ok, onSessionOver, type Wire } from '@/api/client'

/** The person (or screen) behind this window, with role and area of each grant. */
export type Actor = Wire['Actor']

/** Who is signed in; null when nobody is. */
export const actor = shallowRef<Actor | null>(null)

/** True once the server has said who is signed in, or that nobody is. */
export const sessionKnown = shallowRef(false)

/** True when the session ended under an open page: ask to sign in above it, keep its forms. */
export const sessionOver = shallowRef(false)

/** Whether the person holds one of the roles anywhere; only for showing and hiding, the server decides. */
export function holds(...roles: string[]): boolean {
  return actor.value?.grants.some((grant) => roles.includes(grant.role)) ?? false
}

/** Names of the areas the person acts in, for the head of a page. */
export const territory = computed(() => [
  ...new Set(actor.value?.grants.map((g) => g.name).filter(Boolean) ?? []),
])

/** Asks who is signed in. Nobody is no error; anything else throws ApiError. */
export async function loadSession(): Promise<void> {
  try {
    actor.value = await ok(api.GET('/api/me'))
  } catch (cause) {
    if (!(cause instanceof ApiError) || cause.code !== 'unauthenticated') throw cause
    actor.value = null
  } finally {
    sessionKnown.value = true
  }
}

/** Signs in. False when the code of the second factor is still to come. Throws ApiError `unauthenticated` for a wrong name or password. */
export async function signIn(login: string, password: string): Promise<boolean> {
  return admit(await ok(api.POST('/api/login', { body: { login, password } })))
}

/** The second step of signing in: a code of the app, or a recovery code. */
export async function signInCode(code: string): Promise<boolean> {
  return admit(await ok(api.POST('/api/login/code', { body: { code } })))
}

function admit(who: Actor): boolean {
  if (who.must === 'code') return false
  actor.value = who
  sessionOver.value = false
  return true
}

/** Signs out and forgets the person. */
export async function signOut(): Promise<void> {
  await ok(api.POST('/api/logout'))
  actor.value = null
}

/** Watches for the end of the session; call once per page. Returns the stop. */
export function watchSession(): () => void {
  return onSessionOver(() => (sessionOver.value = true))
}
